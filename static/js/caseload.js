// j and k move along the list, Enter opens (it is a link), / goes to the search box.
const names = [...document.querySelectorAll("tbody th[scope=row] a")];
const find = document.getElementById("find");

function isTyping(target) {
  return target instanceof Element && target.matches("input, select, textarea, [contenteditable]");
}

function move(step) {
  const here = names.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : names.length - 1) : here + step;
  names[Math.min(Math.max(next, 0), names.length - 1)]?.focus();
}

document.addEventListener("focusin", (event) => {
  document.querySelector("tr.sel")?.classList.remove("sel");
  if (names.includes(event.target)) event.target.closest("tr").classList.add("sel");
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") {
    event.preventDefault();
    find?.focus();
  }
});
