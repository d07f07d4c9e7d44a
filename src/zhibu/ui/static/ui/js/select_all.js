// The tick in a table's head ticks or clears all rows of that table.
document.addEventListener("change", function (event) {
  if (!event.target.matches("input[data-select-all]")) return;
  event.target
    .closest("table")
    .querySelectorAll("tbody input[type=checkbox]")
    .forEach(function (box) {
      box.checked = event.target.checked;
    });
});
