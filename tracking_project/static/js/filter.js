// The editor of filters (templates/visits/_filter_editor.html). Links to it open it in a dialog above the
// report, and the report is refreshed where it is; without this it is a page and a form.

const dialog = document.getElementById("filter-dialog");

function open(link) {
  document.getElementById("filter-editor").replaceChildren();
  const parts = { target: "#filter-editor", select: "#filter-editor", swap: "outerHTML" };
  window.htmx.ajax("GET", link.href, parts).then(() => {
    // What cannot be shown here is opened as a page.
    if (!dialog.querySelector("[data-filter-editor]")) location.assign(link.href);
    else if (!dialog.open) dialog.showModal();
    focusFirst();
  });
}

// Whether or not htmx believes that the text has changed.
function search(typed) {
  typed.dispatchEvent(new Event("search-now"));
}

function focusFirst() {
  const field = document.querySelector("#filter-editor [autofocus]");
  field?.focus();
  if (!field?.matches("input")) return;
  // Who is quick has typed before anybody listened.
  if (field.value === field.defaultValue) field.select();
  else search(field);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-filter-open]");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !dialog || !window.htmx || !isPlain) return;
  event.preventDefault();
  open(link);
});

// Another dimension, or what is wrong: the focus begins anew. A filter that is complete refreshes the report.
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  const applied = document.getElementById("filter-applied");
  const said = document.getElementById("filter-values")?.dataset.said;
  if (target.id === "filter-values") document.querySelector("[data-filter-status]").textContent = said;
  if (target.id !== "filter-editor") return;
  if (!applied) return focusFirst();
  dialog.close();
  applied.click();
});

// A value that was searched for and ticked is found: the text is free for the next one.
document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-filter-form]");
  const typed = form?.querySelector("#filter-typed");
  if (target.name !== "value" || !typed?.value) return;
  typed.value = "";
  typed.focus();
  search(typed);
});

function move(form, step) {
  const stops = [form.querySelector("#filter-typed"), ...form.querySelectorAll("input[name=value]")];
  const place = stops.indexOf(document.activeElement);
  stops[(place + step + stops.length) % stops.length].focus();
}

// Enter is done with it wherever the focus is, but on a button or a link it does what these say.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-filter-form]");
  if (!form || !event.target.matches("input")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step && event.key !== "Enter") return;
  event.preventDefault();
  if (step) move(form, step);
  else form.querySelector("[data-filter-apply]").click();
});
