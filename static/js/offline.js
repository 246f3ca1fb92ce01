// A time without signal: starts the worker, shows what waits, sends it, and forgets
// everything when the person signs out or another one signs in.

const queue = self.careQueue;
const person = document.querySelector("meta[name=careplan-person]");
const banner = document.querySelector("[data-offline-banner]");
const part = (name) => banner?.querySelector(`[data-offline-${name}]`);
const isWork = document.body.classList.contains("dense"); // clinicians and accounts keep nothing
// Pages from the worker look as to a stranger: they do not say that anybody signed out.
const isKept = location.pathname === "/support/" || document.querySelector("meta[name=careplan-kept]");

async function tell(message) {
  const worker = (await navigator.serviceWorker?.getRegistration())?.active;
  if (!worker) return;
  const channel = new MessageChannel();
  const done = new Promise((yes) => (channel.port1.onmessage = yes));
  worker.postMessage(message, [channel.port2]);
  await Promise.race([done, new Promise((yes) => setTimeout(yes, 3000))]);
}

async function start() {
  if (!self.crypto?.subtle || !self.indexedDB) return;
  await queue.expire();
  if (person) await queue.begin(person.content, isWork ? "" : person.dataset.keeps);
  else if (!isKept) await queue.seal(); // signed out
  const me = await queue.who();
  for (const place of document.querySelectorAll("[data-offline-when]"))
    place.hidden = !queue.isOpen(me, place.dataset.offlineWhen);
  for (const place of document.querySelectorAll("[data-offline-unless]"))
    place.hidden = queue.isOpen(me, place.dataset.offlineUnless);
  showForm(queue.isOpen(me, "c"));
  await show();
  if (navigator.serviceWorker && !isWork) await keep(me);
  await sync();
}

async function keep(me) {
  await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  await tell({ kind: "fill" });
  const country = document.querySelector("select#country")?.value ?? person?.dataset.country;
  if (country) await tell({ kind: "support", url: `/support/?country=${encodeURIComponent(country)}` });
  if (person && queue.isOpen(me, "s")) await keepPlan();
}
async function keepPlan() {
  const path = "/offline/safety/";
  const answer = await fetch(path, { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !answer.redirected) await queue.keepPage(path, await answer.text());
}

// --- What waits ---------------------------------------------------------------------

async function show(said = {}) {
  if (!banner) return;
  const me = await queue.who();
  const waiting = me ? await queue.list() : [];
  banner.hidden = !waiting.length && !said.sent && !said.taken;
  if (banner.hidden) return;
  const words = banner.dataset.words.split("|");
  const refused = waiting.find((kept) => kept.refused);
  const many = waiting.length === 1 ? banner.dataset.one : banner.dataset.many;
  const state = navigator.onLine ? banner.dataset.online : banner.dataset.offline;
  part("state").textContent = me?.sealedAt || said.signedOut ? banner.dataset.locked : state;
  part("state").hidden = !waiting.length || Boolean(refused);
  part("count").textContent = waiting.length
    ? many.replace("{n}", words[waiting.length - 1] ?? String(waiting.length))
    : said.taken
      ? banner.dataset.taken
      : banner.dataset.sent;
  part("refused").textContent = refused?.refused ?? "";
  part("back").hidden = !waiting.length || Boolean(me?.sealedAt);
  part("lead").hidden = !said.lead;
  if (!said.lead) return;
  part("lead").href = said.lead;
  part("lead").textContent = said.lead === "/check-in/" ? banner.dataset.look : banner.dataset.help;
  if (said.lead === "/check-in/") part("count").textContent = banner.dataset.unsaved;
}
async function sync() {
  if (!navigator.onLine) return show();
  const said = await queue.send().catch(() => ({ sent: 0 }));
  await show(said === "busy" ? {} : said);
}
part("back")?.addEventListener("click", async () => {
  await queue.takeBack();
  await show({ taken: true });
  part("count").focus();
});
addEventListener("online", sync);
addEventListener("offline", () => show());

// --- The form of the phone ------------------------------------------------------------

const form = document.querySelector("[data-offline-form]");
const draft = { id: crypto.randomUUID?.() ?? "" };

function showForm(isOn) {
  if (!form) return;
  form.hidden = !isOn;
  document.querySelector("[data-offline-none]").hidden = isOn;
  if (location.search === "?full") complain(banner.dataset.full);
}
function complain(words) {
  const place = form.querySelector("[data-offline-error]");
  place.hidden = false;
  place.firstElementChild.textContent = words;
  place.focus();
}
form?.addEventListener("change", () => {
  for (const more of form.querySelectorAll("[data-strength-of]"))
    more.hidden = !document.getElementById(more.dataset.strengthOf).checked;
});
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = new FormData(form);
  const saysSomething = told.get("mood") || told.get("side") || told.get("taken") || told.get("note").trim();
  const felt = told.getAll("effects").some((one) => one !== "none");
  if (!saysSomething && !felt) {
    delete form.dataset.sent;
    return complain(banner.dataset.empty);
  }
  const isGrave = Boolean(form.querySelector("[data-grave]:checked"));
  told.set("client_id", draft.id);
  const became = await queue.put([...told.entries()]).catch(() => "off");
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  if (became !== "kept") return complain(became === "full" ? banner.dataset.full : banner.dataset.off);
  draft.id = crypto.randomUUID();
  form.reset();
  form.dispatchEvent(new Event("change"));
  form.querySelector("[data-offline-error]").hidden = true;
  (await navigator.serviceWorker?.getRegistration())?.sync?.register("checkins").catch(() => {});
  await show();
  banner.scrollIntoView({ block: "nearest" });
  part("count").focus();
  await sync();
  if (isGrave) location.assign("/support/");
});

// --- Signing out ------------------------------------------------------------------------

const question = document.querySelector("[data-offline-question]");
let leaving = null;

async function signOut(keepsLocked) {
  if (keepsLocked) {
    const keep = document.createElement("input");
    Object.assign(keep, { type: "hidden", name: "keep", value: "1" });
    leaving.append(keep);
    await tell({ kind: "leave" });
    await queue.seal();
  } else {
    await tell({ kind: "forget" });
    await queue.wipe();
  }
  leaving.submit();
}
document.addEventListener("submit", async (event) => {
  const sent = event.target;
  if (sent.method !== "post" || new URL(sent.getAttribute("action") || "", location.href).pathname !== "/sign-out/" || event.defaultPrevented) return;
  if (!self.indexedDB || !question) return;
  event.preventDefault();
  leaving = sent;
  if (await queue.count().catch(() => 0)) await queue.send({ waits: true }).catch(() => {});
  if (!(await queue.count().catch(() => 0))) return signOut(false);
  delete sent.dataset.sent;
  question.hidden = false;
  question.querySelector("button").focus();
});
question?.addEventListener("click", (event) => {
  const choice = event.target.closest("button")?.value;
  if (choice === "stay") question.hidden = true;
  else if (choice) signOut(choice === "keep");
});

start().catch(() => {});
