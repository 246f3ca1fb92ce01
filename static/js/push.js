// Reminders on this device: asks the browser for a push address and tells the server.
// Where the browser cannot, nothing shows; e-mail works without any of this.

const form = document.querySelector("form[data-push]");
const part = (kind, name) => form.querySelector(`[data-push-${kind}="${name}"]`);
const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

function show(isOn, state) {
  part("when", "off").hidden = isOn;
  part("when", "on").hidden = !isOn;
  for (const line of form.querySelectorAll("[data-push-state]"))
    line.hidden = line.dataset.pushState !== state;
}

async function tell(name, value) {
  const body = new FormData(form);
  body.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
}

async function begin(manager) {
  if ((await Notification.requestPermission()) !== "granted") return show(false, "refused");
  const subscription = await manager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: decode(form.dataset.push),
  });
  await tell("subscription", JSON.stringify(subscription));
  show(true, "on");
}

async function end(manager) {
  const subscription = await manager.getSubscription();
  if (subscription) {
    await tell("forget", subscription.endpoint);
    await subscription.unsubscribe();
  }
  show(false, "");
}

async function start() {
  if (!form || !navigator.serviceWorker || !self.PushManager || !self.Notification) return;
  const { pushManager } = await navigator.serviceWorker.register("/sw.js");
  const isOn = Boolean(await pushManager.getSubscription());
  show(isOn, isOn ? "on" : "");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const work = event.submitter?.value === "off" ? end : begin;
    await work(pushManager).catch(() => show(false, "failed"));
  });
}

start();
