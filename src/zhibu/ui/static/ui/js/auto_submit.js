// Sends a filter form as soon as a choice in it changes; the button stays for those without scripts.
document.addEventListener("change", function (event) {
  var form = event.target.closest("form[data-auto-submit]");
  if (!form || event.target.matches("input[type=search], input[type=text], [data-no-submit]")) return;
  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
});
