// Applies the theme a person picked before the first paint, and wires the picker in the footer.
// A classic script on purpose: a module would run after the page was painted in the other theme.
(() => {
  const KEY = "theme"; // the Django admin uses the same key and values, so one choice serves both
  const root = document.documentElement;
  // Which media query makes a picture's dark version show: <source data-theme-dark>.
  const DARK_PICTURE = { auto: "(prefers-color-scheme: dark)", light: "not all", dark: "all" };

  // A page in a frame has the theme that the page around it asks for.
  const fixed = root.dataset.themeFixed;

  function stored() {
    if (fixed) return fixed;
    try {
      return localStorage.getItem(KEY) || "auto";
    } catch {
      return "auto"; // storage is switched off; the system's theme it is
    }
  }

  function apply(theme) {
    root.dataset.theme = theme;
    for (const option of document.querySelectorAll("[data-theme-option]")) {
      option.setAttribute("aria-pressed", String(option.dataset.themeOption === theme));
    }
    for (const source of document.querySelectorAll("source[data-theme-dark]")) {
      source.media = DARK_PICTURE[theme] ?? DARK_PICTURE.auto;
    }
  }

  function choose(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice then lasts for this page only.
    }
    apply(theme);
  }

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    for (const picker of document.querySelectorAll("[data-theme-picker]")) picker.hidden = false;
    apply(stored());
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-theme-option]");
    if (option) choose(option.dataset.themeOption);
  });
})();
