// Copy buttons: <button type="button" data-copy="ID" data-copied="Copied" data-selected="Press Ctrl+C">
// copies the text of the element with that id, or selects it where it may not, and says so, in the button
// and to screen readers (the button's own text is a live region).

const SAYS_COPIED_MS = 2000;

function selectText(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(source, words) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return words.copied;
  } catch {
    // No clipboard on plain http: leave the text selected, one key press away.
    selectText(source);
    return words.selected;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = (button.dataset.copyBefore ??= label.textContent);
  label.textContent = await copy(document.getElementById(button.dataset.copy), button.dataset);
  button.classList.add("is-done");
  clearTimeout(button.copyTimer);
  button.copyTimer = setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-done");
  }, SAYS_COPIED_MS);
});

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
