// Partial refreshes by htmx. They never leave a person with less than the plain link would: what cannot
// be swapped in is opened as a page.

const lastAnswers = new Map();

// A poll that brings back what is already on the page is not swapped: nothing flickers, animations go
// on, and screen readers hear only what is new.
function isKnown(target, xhr) {
  if (!target.dataset.quiet) return false;
  const wasKnown = lastAnswers.get(target.id) === xhr.responseText;
  lastAnswers.set(target.id, xhr.responseText);
  return wasKnown;
}

// After signing out elsewhere, the answer is the sign-in page.
function isFromElsewhere({ pathInfo, xhr }) {
  const asked = new URL(pathInfo.requestPath, location.href);
  return new URL(xhr.responseURL).pathname !== asked.pathname;
}

function openAsPage({ boosted, pathInfo }) {
  if (boosted) location.assign(pathInfo.finalRequestPath);
  else location.reload();
}

// In the capture phase: django-htmx shows errors in its own way while developing, in place of the page.
document.addEventListener(
  "htmx:beforeOnLoad",
  (event) => {
    const { boosted, xhr } = event.detail;
    const isError = xhr.status >= 400;
    if (isError) event.stopImmediatePropagation();
    if (!(isError && boosted) && !isFromElsewhere(event.detail)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    openAsPage(event.detail);
  },
  true,
);

// A poll asks again by itself, and a list that was to come says that it did not (choice.js).
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.boosted) openAsPage(detail);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (isKnown(target, xhr)) event.detail.shouldSwap = false;
});

// These open a link in a window of its own, or save it; htmx knows only Ctrl and Meta.
document.addEventListener(
  "click",
  (event) => {
    if (event.shiftKey || event.altKey) event.stopPropagation();
  },
  true,
);
