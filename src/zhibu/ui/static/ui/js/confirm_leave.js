// Asks before leaving a form marked data-confirm-leave that holds words not yet saved.
(function () {
  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-confirm-leave]");
    if (form) form.setAttribute("data-dirty", "");
  });
  document.addEventListener("submit", function (event) {
    event.target.removeAttribute("data-dirty");
  });
  window.addEventListener("beforeunload", function (event) {
    if (!document.querySelector("form[data-confirm-leave][data-dirty]")) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
