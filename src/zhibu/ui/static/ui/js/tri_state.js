// Shows the chosen one of 到 / 假 / 缺, sets all at once, and opens the reasons only where they are needed.
(function () {
  function show(group) {
    group.querySelectorAll("label").forEach(function (label) {
      label.classList.toggle("is-chosen", label.querySelector("input").checked);
    });
    var row = group.closest("[data-attendance]");
    var reason = row && row.querySelector("[data-reason]");
    var chosen = group.querySelector("input:checked");
    if (reason) reason.hidden = !chosen || !["leave", "absent"].includes(chosen.value);
  }

  function showAll(root) {
    root.querySelectorAll(".tri").forEach(show);
  }

  document.addEventListener("change", function (event) {
    var group = event.target.closest(".tri");
    if (group) show(group);
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-set-all]");
    if (!button) return;
    var root = document.querySelector(button.dataset.within) || document;
    root.querySelectorAll('.tri input[value="' + button.dataset.setAll + '"]').forEach(function (input) {
      input.checked = true;
    });
    showAll(root);
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    showAll(event.target);
  });
  showAll(document);
})();
