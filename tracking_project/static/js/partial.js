// Partial refreshes by htmx. A poll that brings back what is already on the page is not swapped:
// nothing flickers, animations go on, and screen readers hear only what is new.

const lastAnswers = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target.dataset.quiet) return;
  const isNews = lastAnswers.get(target.id) !== xhr.responseText;
  lastAnswers.set(target.id, xhr.responseText);
  if (!isNews) event.detail.shouldSwap = false;
});
