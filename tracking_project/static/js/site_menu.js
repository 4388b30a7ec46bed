// The menu of sites (templates/visits/_site_menu.html): a long list is searched as one types, and the arrow
// keys go through what is left. Without JavaScript the list is there as a whole.

const menu = document.querySelector("[data-site-menu]");
const search = menu?.querySelector("[data-site-search] input");
const rows = [...(menu?.querySelectorAll("[data-words]") ?? [])];

function found() {
  return rows.filter((row) => !row.hidden).map((row) => row.querySelector("a"));
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/);
  for (const row of rows) {
    const text = row.dataset.words.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  const status = menu.querySelector("[data-site-status]");
  status.textContent = found().length ? "" : status.dataset.none;
}

function move(step) {
  const stops = search ? [search, ...found()] : found();
  const place = stops.indexOf(document.activeElement);
  stops[(place + step + stops.length) % stops.length]?.focus();
}

if (search) {
  search.closest("[data-site-search]").hidden = false;
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") found()[0]?.click();
  });
}

// At once: who opens the menu and types is quicker than its toggle event, and the letters are shortcuts elsewhere.
menu?.querySelector("summary").addEventListener("click", (event) => {
  if (menu.open || !search) return;
  event.preventDefault();
  menu.open = true;
  search.value = "";
  filter();
  search.focus();
});

menu?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !menu.open) return;
  event.preventDefault();
  move(step);
});
