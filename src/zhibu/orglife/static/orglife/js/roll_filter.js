// Shows only the names on the roll that hold what was typed; without scripts the whole roll stays.
document.addEventListener("input", function (event) {
  if (!event.target.matches("[data-roll-filter]")) return;
  var wanted = event.target.value.trim().toLowerCase();
  document.querySelectorAll("#roll [data-attendance]").forEach(function (row) {
    row.hidden = wanted !== "" && row.dataset.name.toLowerCase().indexOf(wanted) < 0;
  });
});
// Enter in the search box looks for the name; it does not send the whole form.
document.addEventListener("keydown", function (event) {
  if (event.key === "Enter" && event.target.matches("[data-roll-filter]")) event.preventDefault();
});
