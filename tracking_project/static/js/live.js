// The live page asks for itself every few seconds, as long as somebody can see it (templates/visits/live.html).
// An unchanged answer is not swapped in (partial.js); what is focused or open stays so.

const EVERY_MS = 5_000;
// Numbers that change all the time are said now and then.
const SAY_MS = 30_000;

let askedAt = Date.now();
let saidAt = Date.now();
let openTables = [];

function ask() {
  if (document.hidden) return;
  askedAt = Date.now();
  document.getElementById("live")?.dispatchEvent(new Event("tick"));
}

setInterval(ask, EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (Date.now() - askedAt >= EVERY_MS) ask();
});

function setLost(part, isLost) {
  const status = document.querySelector("[data-live-status]");
  const words = isLost ? status.dataset.lost : "";
  part.classList.toggle("is-lost", isLost);
  if (status.textContent !== words) status.textContent = words;
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, ({ target }) => {
    if (target.id === "live") setLost(target, true);
  });
}

document.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (target.id !== "live") return;
  setLost(target, false);
  openTables = [...target.querySelectorAll("details[open]")].map(({ id }) => id);
});

// What is counted now stands in the tab, too.
function say({ title }) {
  const frame = document.title.split(" · ").at(-1);
  if (document.title === `${title} · ${frame}`) return;
  document.title = `${title} · ${frame}`;
  if (Date.now() - saidAt < SAY_MS) return;
  saidAt = Date.now();
  document.querySelector("[data-live-said]").textContent = title;
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "live") return;
  for (const id of openTables) document.getElementById(id).open = true;
  say(target.querySelector("[data-title]").dataset);
});
