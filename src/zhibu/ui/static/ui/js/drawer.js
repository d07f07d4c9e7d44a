// Opens a link marked data-drawer beside the list. Without scripts, on a phone, or with Ctrl, it is a page.
(function () {
  var drawer = document.getElementById("drawer");
  var opener = null;
  if (!drawer || !window.htmx) return;

  function close() {
    drawer.hidden = true;
    if (opener) opener.focus();
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-drawer-close]")) return close();
    var link = event.target.closest("a[data-drawer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || window.innerWidth < 960) return;
    event.preventDefault();
    opener = link;
    window.htmx
      .ajax("GET", link.href, { target: "#drawer-body", swap: "innerHTML" })
      .then(function () {
        document.getElementById("drawer-page").href = link.href;
        drawer.hidden = false;
        drawer.scrollTop = 0;
        drawer.focus();
      });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !drawer.hidden) close();
  });

  // A page that cannot be shown in the drawer (signed out, refused) is opened as a page.
  document.body.addEventListener("htmx:responseError", function (event) {
    if (event.detail.target && event.detail.target.id === "drawer-body") window.location = opener.href;
  });
})();
