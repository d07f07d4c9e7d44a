// The meeting's page saves by itself (htmx). Here: what could not be kept is said in words and tried again,
// leaving the window sends what waits, and nobody is asked about leaving once everything is kept.
(function () {
  var form = document.querySelector("form.meeting-work");
  if (!form) return;
  var AGAIN = 8000;
  var NO_NETWORK = "网络不通，刚写的还没有保存。请不要关这一页，网络恢复后会自动保存。";
  var SIGNED_OUT = "登录已经过期，刚写的还没有保存。请不要关这一页：另开一个窗口登录，这里会接着保存。";

  function say(area, words) {
    var note = area.querySelector("[data-note]");
    if (!note) return;
    note.textContent = words;
    note.classList.toggle("saved-not", words !== "");
  }

  // A new sign-in brings a new token; the page's own address tells whether somebody is signed in again.
  function again(area) {
    fetch(location.pathname, { credentials: "same-origin" }).then(function (answer) {
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.querySelector("form.meeting-work input[name=csrfmiddlewaretoken]");
        if (!fresh) return failed(area, SIGNED_OUT);
        form.querySelector("input[name=csrfmiddlewaretoken]").value = fresh.value;
        window.htmx.trigger(area, "again");
      });
    }, function () { failed(area, NO_NETWORK); });
  }
  function failed(area, words) {
    say(area, words);
    area.dataset.waits = "1";
    setTimeout(again, AGAIN, area);
  }
  function isKept(field) {
    if (field.tagName === "BUTTON" || field.closest(".roll") || field.closest("[data-saves]")) return true;
    if (field.tagName === "SELECT") return field.selectedIndex === Math.max(0, Array.from(field.options).findIndex(function (o) { return o.defaultSelected; }));
    return field.type === "checkbox" ? field.checked === field.defaultChecked : field.value === field.defaultValue;
  }

  form.addEventListener("input", function (event) {
    var area = event.target.closest("[data-saves]");
    if (area) area.dataset.waits = "1";
  });
  form.addEventListener("htmx:beforeRequest", function (event) { delete event.detail.elt.dataset.waits; });
  form.addEventListener("htmx:sendError", function (event) { failed(event.detail.elt, NO_NETWORK); });
  form.addEventListener("htmx:responseError", function (event) { failed(event.detail.elt, event.detail.xhr.status === 401 ? SIGNED_OUT : "刚写的还没有保存，正在再试。请不要关这一页。"); });
  form.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful || form.querySelector("[data-waits], .saved-not")) return;
    if (Array.from(form.elements).every(isKept)) form.removeAttribute("data-dirty");
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden" || !navigator.sendBeacon) return;
    form.querySelectorAll("[data-waits]").forEach(function (area) { navigator.sendBeacon(area.dataset.saves, new FormData(form)); });
  });
  form.addEventListener("submit", function (event) {
    if (navigator.onLine) return form.querySelectorAll("[data-waits]").forEach(function (area) { delete area.dataset.waits; });
    event.preventDefault();
    form.querySelectorAll("[data-saves]").forEach(function (area) { say(area, "现在没有网络，没有提交；写的内容都在这一页，网络恢复后再点。"); });
  });
})();
