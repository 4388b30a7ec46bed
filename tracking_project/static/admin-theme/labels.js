/* Names the fields in which Django's autocomplete is typed: they come without a label. */
(() => {
  const name = (field) => {
    const select = field.closest(".select2-container")?.previousElementSibling;
    const label = select?.labels?.[0]?.textContent.replace(":", "").trim();
    field.setAttribute("aria-label", label || "Search");
  };
  const nameAll = () =>
    document.querySelectorAll(".select2-search__field:not([aria-label])").forEach(name);

  addEventListener("load", nameAll);
  /* That of a single choice is made when it is opened. */
  document.addEventListener("focusin", nameAll);
})();
