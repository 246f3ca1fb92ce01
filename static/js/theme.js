// The display settings take effect at once; the server reads the same two cookies.
// Put data-look="theme" or data-look="text" on the group of radios.

document.addEventListener("change", (event) => {
  const group = event.target.closest?.("[data-look]");
  if (!group) return;
  const key = group.dataset.look;
  const value = event.target.value;
  const root = document.documentElement;
  if (value) root.dataset[key] = value;
  else delete root.dataset[key];
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${key}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
});
