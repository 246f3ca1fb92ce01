// Small helps for every page: focus the error summary, "None" clears the other chips,
// room left in a text box, buttons that say they are saving. All work is done without it too.

document.querySelector("[data-autofocus]")?.focus();

document.addEventListener("change", (event) => {
  const box = event.target;
  const group = box.closest?.(".chips[data-none]");
  if (!group || !box.checked) return;
  const isNone = box.value === group.dataset.none;
  for (const other of group.querySelectorAll("input:checked")) {
    if (other !== box && (isNone || other.value === group.dataset.none)) other.checked = false;
  }
});

function showRoom(area) {
  const line = document.querySelector(`[data-count-for="${CSS.escape(area.id)}"]`);
  if (!line) return;
  const left = Number(line.dataset.limit) - area.value.length;
  line.textContent = left < Number(line.dataset.limit) / 5 ? `${left} ${line.dataset.words}` : "";
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[maxlength]")) showRoom(event.target);
});

// A second press while saving must not send twice; Back brings the form alive again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) delete form.dataset.sent;
});
