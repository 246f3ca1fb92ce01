// Leave this page: covers the screen at once, ends the session, goes to a neutral page.
// Three presses of Shift do the same. Without JavaScript the button is a plain form.

const form = document.querySelector("form[data-leave]");
const count = form?.querySelector("[data-leave-count]");
let presses = 0;
let last = 0;

function leave() {
  const cover = document.createElement("div");
  cover.className = "cover";
  document.body.append(cover);
  document.title = " ";
  sessionStorage.clear();
  navigator.serviceWorker?.controller?.postMessage({ kind: "leave" }); // readable copies go, the queue locks
  const ended = fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true });
  const enough = new Promise((go) => setTimeout(go, 500)); // a slow server keeps nobody here: the request goes on
  Promise.race([ended.catch(() => {}), enough]).then(() => location.replace(form.dataset.to || "/"));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
});
document.addEventListener("keyup", (event) => {
  if (!form || event.key !== "Shift") return (presses = 0);
  presses = event.timeStamp - last < 5000 ? presses + 1 : 1;
  last = event.timeStamp;
  if (count) count.textContent = `${presses} / 3`;
  if (presses === 3) leave();
});
