/* Names the fields in which Django's autocomplete is typed: they come late, and without a label. */
(() => {
  const name = (field) => {
    const select = field.closest(".select2-container")?.previousElementSibling;
    const label = select?.labels?.[0]?.textContent.replace(":", "").trim();
    field.setAttribute("aria-label", label || "Search");
  };
  const nameAll = () =>
    document.querySelectorAll(".select2-search__field:not([aria-label])").forEach(name);

  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  nameAll();
})();
