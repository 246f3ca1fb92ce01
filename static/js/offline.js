// Registers the service worker, sends what waits when there is signal again, shows how much waits,
// and asks before a sign-out would lose something. The sealing happens in the service worker.

const owner = document.querySelector("meta[name=offline-owner]")?.content ?? "";
const line = document.querySelector("[data-offline-line]");

function ask(type) {
  const worker = navigator.serviceWorker.controller;
  if (!worker) return Promise.resolve({});
  return new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => done(event.data || {});
    worker.postMessage({ type, owner }, [channel.port2]);
    setTimeout(() => done({}), 8000);
  });
}

function show(state) {
  const toggle = document.querySelector("[data-offline-switch]");
  if (toggle) {
    toggle.hidden = false;
    toggle.querySelector("[data-on]").hidden = Boolean(state.on);
    toggle.querySelector("[data-off]").hidden = !state.on;
    toggle.dataset.state = state.on ? "on" : "off";
  }
  if (line) {
    line.hidden = !state.waiting;
    line.querySelector("[data-count]").textContent = state.waiting || "";
  }
}

async function look() {
  if (owner && navigator.onLine) await ask("flush");
  show(await ask("look"));
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
  navigator.serviceWorker.ready.then(look).catch(() => {});
  navigator.serviceWorker.addEventListener("controllerchange", look);
  window.addEventListener("online", look);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-offline-switch] button");
    if (!button) return;
    await navigator.serviceWorker.ready;
    show(await ask(button.hasAttribute("data-on") ? "on" : "off"));
    look();
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!/^\/sign-out\/$/.test(new URL(form.action).pathname) || form.dataset.asked) return;
    event.preventDefault();
    const { waiting } = await ask("flush");
    const words = line?.dataset.ask;
    if (waiting && words && !window.confirm(words)) return delete form.dataset.sent;
    form.dataset.asked = "1";
    form.submit();
  });
}
