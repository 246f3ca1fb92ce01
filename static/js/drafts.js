// Keeps what is typed in a text box marked data-draft until the form is sent, in this tab only.
// Nothing outlives the tab, and signing out clears it. A draft is its writer's: who signs in
// next in the same tab, after a time-out, neither reads it nor keeps it.

const who = document.querySelector("meta[name=careplan-person]")?.content ?? "";
const name = (area) => `draft:${who}:${location.pathname}:${area.dataset.draft}`;

for (const key of Object.keys(sessionStorage)) {
  if (who && key.startsWith("draft:") && !key.startsWith(`draft:${who}:`)) sessionStorage.removeItem(key);
}

for (const area of document.querySelectorAll("textarea[data-draft]")) {
  const kept = sessionStorage.getItem(name(area));
  if (kept && !area.value) area.value = kept;
}
document.addEventListener("input", (event) => {
  const area = event.target;
  if (area.matches?.("textarea[data-draft]")) sessionStorage.setItem(name(area), area.value);
});
document.addEventListener("submit", (event) => {
  for (const area of event.target.querySelectorAll("textarea[data-draft]")) sessionStorage.removeItem(name(area));
  if (/\/sign-out\//.test(event.target.action)) sessionStorage.clear();
});
