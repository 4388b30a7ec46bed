// Messages that tell of a success go out of sight after a while; they stay on the page for screen readers.
// The time stands still while somebody points at them or the page is hidden (templates/components/_messages.html).

const SHOWN_MS = 7_000;
const STEP_MS = 250;

function isAttended(toast) {
  return document.hidden || toast.matches(":hover, :focus-within");
}

function hide(toast) {
  toast.classList.add("visually-hidden");
  toast.querySelector("[data-toast-close]").hidden = true;
}

function countDown(toast) {
  let leftMs = SHOWN_MS;
  const timer = setInterval(() => {
    if (!isAttended(toast)) leftMs -= STEP_MS;
    if (leftMs > 0) return;
    clearInterval(timer);
    hide(toast);
  }, STEP_MS);
}

for (const toast of document.querySelectorAll("[data-toast]")) {
  const close = toast.querySelector("[data-toast-close]");
  close.hidden = false;
  close.addEventListener("click", () => {
    hide(toast);
    document.getElementById("content").focus({ preventScroll: true });
  });
  if (toast.dataset.toast === "success") countDown(toast);
}
