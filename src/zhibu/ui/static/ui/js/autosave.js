// Saves a form marked data-autosave="<address>" two seconds after the last key, and says so in words.
(function () {
  var timers = new WeakMap();

  function say(form, words) {
    var note = form.querySelector("[data-saved-note]");
    if (note) note.textContent = words;
  }

  function save(form) {
    say(form, "正在保存…");
    fetch(form.dataset.autosave, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Autosave": "true" },
      credentials: "same-origin",
    })
      .then(function (answer) {
        return answer.text().then(function (text) {
          if (!answer.ok) throw new Error(text);
          var version = answer.headers.get("X-Version");
          var field = form.querySelector("input[name=version]");
          if (version && field) field.value = version;
          form.removeAttribute("data-dirty");
          say(form, text || "已自动保存。");
        });
      })
      .catch(function () {
        say(form, "暂时没有保存上，请不要关闭页面，稍后点“保存”。");
      });
  }

  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-autosave]");
    if (!form) return;
    form.setAttribute("data-dirty", "");
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(save, 2000, form));
  });
})();
