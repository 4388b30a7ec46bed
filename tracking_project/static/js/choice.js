// What a person chooses on a report is in its address. A partial refresh (templates/visits/_totals.html,
// components/_panel.html) changes the address, and the links elsewhere on the page were drawn for the
// one before: data-choice="sources=channel" says what a link itself chooses, empty for the default, and
// everything else follows the address. A form names the fields that are its own: data-choice-rest.

function addressWith(choice) {
  const address = new URL(location.pathname + location.search, location.origin);
  for (const [name, value] of new URLSearchParams(choice)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  return address;
}

function keepRest(form) {
  const own = form.dataset.choiceRest.split(" ");
  for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (own.includes(name)) continue;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}

function follow() {
  for (const link of document.querySelectorAll("a[data-choice]")) {
    link.search = addressWith(link.dataset.choice).search;
  }
  for (const form of document.querySelectorAll("form[data-choice-rest]")) keepRest(form);
}

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
  closeMenu(element);
});

// Two parts may be under way at once, and the address may have changed since the question.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt: link, pathInfo, target, boosted } = event.detail;
  if (!boosted || !link.matches("a[data-choice]")) return;
  const address = addressWith(link.dataset.choice).href;
  const isStale = address !== pathInfo.requestPath;
  if (!link.isConnected) event.preventDefault();
  else if (isStale && target.id === "content") location.assign(address);
  else pathInfo.responsePath = address;
});

document.addEventListener("htmx:afterSettle", (event) => {
  follow();
  const { said } = document.getElementById(event.detail.target.id)?.dataset ?? {};
  if (said) document.querySelector("[data-choice-status]").textContent = said;
  // There is no period after today's: the link that was followed is gone.
  const wasInPeriod = event.detail.requestConfig?.elt.closest("#period");
  if (wasInPeriod && document.activeElement === document.body) {
    document.getElementById("period-menu").focus({ preventScroll: true });
  }
});
