// Keyboard shortcuts. The page says which element a key is for: data-shortcut="w" on a link follows it, on a field
// opens its menu and goes there, on a group of links or buttons takes the one after the chosen one. So they
// stay right after every refresh. They can be turned off (templates/visits/_shortcuts.html).

const SETTING = "shortcuts";
const NAMES = {
  "?": "help",
  "/": "filter",
  Escape: "clear",
  ArrowLeft: "previous",
  ArrowRight: "next",
};
const FIELDS = "input, select, textarea, [contenteditable]";
const FLOATING = "details.menu[open], dialog[open]";
// What has its own use for arrows: the chart, and tables that scroll.
const WITH_ARROWS = '[tabindex="0"], [data-series], [role="menu"], [role="listbox"]';

let wasFloating = false;

function isOn() {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true; // storage is switched off
  }
}

function isOurs({ key, target, defaultPrevented, repeat, isComposing, altKey, ctrlKey, metaKey, shiftKey }) {
  if (defaultPrevented || repeat || isComposing || altKey || ctrlKey || metaKey) return false;
  // Where the slash or the question mark needs it, Shift is no modifier.
  if (shiftKey && NAMES[key] !== "help" && NAMES[key] !== "filter") return false;
  const element = target instanceof Element ? target : document.body;
  if (element.closest(FIELDS) || document.querySelector("dialog[open]")) return false;
  if (key === "Escape") return !wasFloating && !element.closest(WITH_ARROWS);
  return !(key.startsWith("Arrow") && (wasFloating || element.closest(WITH_ARROWS)));
}

function takeNext(group) {
  const options = [...group.querySelectorAll("a, button")];
  const chosen = options.findIndex((each) => each.matches('[aria-current], [aria-pressed="true"]'));
  options[(chosen + 1) % options.length]?.click();
}

function use(element) {
  const menu = element.closest("details");
  if (element.matches("a, button")) element.click();
  else if (element.matches(FIELDS)) {
    if (menu) menu.open = true;
    element.focus();
  } else if (element.matches("summary")) {
    menu.open = true;
    element.focus();
  } else takeNext(element);
}

// Menus close before this is asked what Escape was for.
document.addEventListener(
  "keydown",
  () => {
    wasFloating = Boolean(document.querySelector(FLOATING));
  },
  true,
);

window.addEventListener("keydown", (event) => {
  if (!isOn() || !isOurs(event)) return;
  const name = NAMES[event.key] ?? event.key.toLowerCase();
  const element = document.querySelector(`[data-shortcut="${CSS.escape(name)}"]`);
  if (!element) return;
  event.preventDefault();
  use(element);
});

for (const place of document.querySelectorAll("[data-shortcuts-switch]")) {
  const box = place.querySelector("input");
  place.hidden = false;
  box.checked = isOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SETTING, box.checked ? "on" : "off");
    } catch {
      // Without storage they stay on.
    }
  });
}
