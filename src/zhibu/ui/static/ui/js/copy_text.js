// Copies the text of the element named by data-copy, so that a notice can be pasted into a chat.
document.addEventListener("click", function (event) {
  var button = event.target.closest("[data-copy]");
  if (!button) return;
  var source = document.querySelector(button.dataset.copy);
  var text = "value" in source ? source.value : source.textContent.trim();

  function done() {
    var before = button.textContent;
    button.textContent = "已复制";
    setTimeout(function () {
      button.textContent = before;
    }, 2000);
  }

  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text).then(done);
    return;
  }
  var area = document.createElement("textarea");
  area.value = text;
  document.body.appendChild(area);
  area.select();
  if (document.execCommand("copy")) done();
  area.remove();
});
