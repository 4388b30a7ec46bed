// What a person chooses on a report is in its address. A partial refresh (templates/visits/_totals.html,
// components/_panel.html) changes the address, and the links elsewhere on the page were drawn for the
// one before: data-choice="sources=channel" says what a link itself chooses, empty for the default, and
// everything else follows the address. A link to elsewhere that takes some of it along names these fields:
// data-choice-only. A form names the fields that are its own: data-choice-rest.

const status = document.querySelector("[data-choice-status]");

// After a wrong choice, and without any, the address says from now on what the page shows: who comes back
// to it finds the same, whatever is remembered by then.
const { address: shown } = document.getElementById("content").dataset;
if (shown) history.replaceState(history.state, "", shown + location.hash);

// Another choice has other rows: a list begins with its first page again.
const PAGE = "page";

function addressWith(choice) {
  const address = new URL(location.pathname + location.search, location.origin);
  address.searchParams.delete(PAGE);
  const chosen = new URLSearchParams(choice);
  for (const name of chosen.keys()) address.searchParams.delete(name);
  for (const [name, value] of chosen) if (value) address.searchParams.append(name, value);
  return address;
}

function addressOf(names) {
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => names.includes(name));
  return new URLSearchParams(kept);
}

function keepRest(form) {
  const own = form.dataset.choiceRest.split(" ");
  for (const field of form.querySelectorAll("input[type=hidden]")) {
    if (!own.includes(field.name)) field.remove();
  }
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name === PAGE || own.includes(name)) continue;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}

function follow() {
  for (const link of document.querySelectorAll("a[data-choice]")) {
    link.search = addressWith(link.dataset.choice).search;
  }
  for (const link of document.querySelectorAll("a[data-choice-only]")) {
    link.search = addressOf(link.dataset.choiceOnly.split(" "));
  }
  for (const form of document.querySelectorAll("form[data-choice-rest]")) keepRest(form);
}

// Tabs that do not fit are swiped; the chosen one is in sight.
function showChosenTabs() {
  for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
    const { left, right } = tab.parentElement.getBoundingClientRect();
    const place = tab.getBoundingClientRect();
    if (place.right > right) tab.parentElement.scrollLeft += place.right - right;
    if (place.left < left) tab.parentElement.scrollLeft -= left - place.left;
  }
}

showChosenTabs();

// A chosen period closes its menu, whose button keeps the focus.
function closeMenu(element) {
  const menu = element.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("htmx:configRequest", (event) => {
  const { detail, target: element } = event;
  // The address as it is now, and without the link's anchor: the page stays where it is.
  if (element.matches("a[data-choice]")) detail.path = addressWith(element.dataset.choice).href;
  if (detail.boosted) closeMenu(element);
});

// Two parts may be under way at once, and the address may have changed since the question.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt: link, pathInfo, target, boosted } = event.detail;
  if (!boosted || !link.matches("a[data-choice]")) return;
  const address = addressWith(link.dataset.choice).href;
  const isStale = address !== pathInfo.requestPath;
  if (!link.isConnected) {
    event.preventDefault();
    // Its list came while it was clicked: nothing else was chosen, so the click still counts.
    if (!isStale) location.assign(address);
  } else if (isStale && target.id === "content") location.assign(address);
  else pathInfo.responsePath = address;
});

// Where the focus was may be gone: there is no period after today's, and a filtered list has other rows.
function keepFocus(link, target) {
  if (!link || document.activeElement !== document.body) return;
  const next = link.closest("#period") ? document.getElementById("period-menu") : target;
  next.focus({ preventScroll: true });
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  follow();
  showChosenTabs();
  // What comes by itself is not worth a word, and takes no focus.
  const target = document.getElementById(detail.target.id);
  if (!detail.boosted || !target) return;
  if (target.dataset.said) status.textContent = target.dataset.said;
  if (target.matches("#content, #details")) keepFocus(detail.requestConfig?.elt, target);
});

// A list that comes by itself and does not arrive says so in its place.
function sayProblem({ detail: { elt: list } }) {
  if (!list.dataset.waiting) return;
  list.classList.add("has-failed");
  list.removeAttribute("aria-busy");
  status.textContent = list.dataset.waiting;
}

for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, sayProblem);
}
