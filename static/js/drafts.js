// Keeps what is typed in a box marked data-draft until it has been sent, in this tab only.
// A draft is its writer's: who signs in next in the same tab, after a time-out, neither reads
// it nor keeps it. Signing out clears all of it.

const MARKED = "textarea[data-draft], input[data-draft]";
const SENT = "drafts-sent";
const who = document.querySelector("meta[name=careplan-person]")?.content ?? "";
const boxes = (inside) => [...inside.querySelectorAll(MARKED)];

// One form of a page is told from another by where it goes, then by its place.
function name(box) {
  const where = new URL(box.form?.getAttribute("action") || location.href, location.href).pathname;
  const alike = boxes(document).filter((one) => one.name === box.name && one.form?.action === box.form?.action);
  return `draft:${who}:${location.pathname}:${where}:${box.name}:${alike.indexOf(box)}`;
}

// What was sent is let go of once somebody signed in reads the answer: a session that had
// ended, and a page that gives the words back to be sent again, took nothing.
function settle() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  if (who && !document.querySelector("[data-given-back]")) for (const key of sent) sessionStorage.removeItem(key);
  sessionStorage.removeItem(SENT);
}
function forgetOthers() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("draft:") && !key.startsWith(`draft:${who}:`)) sessionStorage.removeItem(key);
  }
}
// A text that was changed is put back only where the one it was made from still stands.
function putBack(box) {
  const kept = JSON.parse(sessionStorage.getItem(name(box)) ?? "null");
  if (kept?.from !== box.defaultValue || box.value !== box.defaultValue) return;
  box.value = kept.text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

settle();
if (who) {
  forgetOthers();
  boxes(document).forEach(putBack);
}
document.addEventListener("input", (event) => {
  const box = event.target;
  if (!who || !box.matches?.(MARKED)) return;
  sessionStorage.setItem(name(box), JSON.stringify({ from: box.defaultValue, text: box.value }));
});
document.addEventListener("submit", (event) => {
  if (/\/sign-out\//.test(event.target.action)) return sessionStorage.clear();
  sessionStorage.setItem(SENT, JSON.stringify(boxes(event.target).map(name)));
});
