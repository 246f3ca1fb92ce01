// Says two minutes before the session ends that it will, and lets the person stay (WCAG 2.2.1).

const box = document.querySelector("[data-session]");
const WARNING = 120;
let timer = 0;

function start() {
  clearTimeout(timer);
  const seconds = Math.max(20, Number(box.dataset.idle) - WARNING);
  timer = setTimeout(warn, seconds * 1000);
}
function warn() {
  box.hidden = false;
  box.querySelector("[data-stay]").focus();
}
async function stay() {
  const token = box.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(box.dataset.keep, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
  box.hidden = Boolean(answer?.ok);
  if (answer?.ok) start();
}
if (box) {
  box.querySelector("[data-stay]").addEventListener("click", stay);
  document.addEventListener("htmx:afterRequest", start);
  start();
}
