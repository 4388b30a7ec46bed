// A link to a <dialog>, <a href="#ID" data-dialog>, opens it above the page. The browser itself keeps the
// focus inside, closes it on Escape and gives the focus back (templates/components/_dialog.html).

function isBeside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const opener = target.closest("a[data-dialog]");
  const dialog = target.closest("dialog[open]");
  if (opener) {
    event.preventDefault();
    document.querySelector(opener.hash)?.showModal();
  } else if (dialog && (target.closest("[data-dialog-close]") || (target === dialog && isBeside(dialog, event)))) {
    event.preventDefault();
    dialog.close();
  }
});
