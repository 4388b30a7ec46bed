// Menus are <details class="menu">: they open without JavaScript. This adds closing on Escape,
// on a click elsewhere and when focus leaves, keeps one menu open at a time, and lets the arrow keys
// go from item to item.

function close(menu) {
  menu.open = false;
}

function openMenus() {
  return document.querySelectorAll("details.menu[open]");
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu);
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    const hadFocus = menu.contains(document.activeElement);
    close(menu);
    if (hadFocus) menu.querySelector("summary").focus();
  }
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = document.activeElement?.closest("details.menu[open]");
  // A date has its own use for arrows, and so have lists that are searched.
  if (!step || !menu || event.defaultPrevented || document.activeElement.matches("input, select")) return;
  const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.checkVisibility());
  const stops = [menu.querySelector("summary"), ...items];
  const place = stops.indexOf(document.activeElement);
  event.preventDefault();
  stops[(place + step + stops.length) % stops.length].focus();
});
