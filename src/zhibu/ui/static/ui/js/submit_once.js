// A form that is being sent cannot be sent again by a second click. (The server counts it once in any case.)
document.addEventListener("submit", function (event) {
  var form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-many")) return;
  var button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
  if (!button) return;
  setTimeout(function () {
    button.setAttribute("aria-disabled", "true");
    button.disabled = true;
  }, 0);
  setTimeout(function () {
    button.removeAttribute("aria-disabled");
    button.disabled = false;
  }, 8000);
});
window.addEventListener("pageshow", function () {
  document.querySelectorAll("button[aria-disabled]").forEach(function (button) {
    button.removeAttribute("aria-disabled");
    button.disabled = false;
  });
});
