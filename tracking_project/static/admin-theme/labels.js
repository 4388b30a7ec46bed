/*
 * Names the fields in which Django's autocomplete is typed: they come late, and without a label.
 * Tells the cells of rows in a form the head of their column, which small screens show before them.
 */
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

  for (const table of document.querySelectorAll(".inline-group .tabular table")) {
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
    for (const row of table.querySelectorAll("tr.form-row")) {
      [...row.cells].forEach((cell, place) => {
        if (heads[place] && cell.childElementCount) cell.dataset.label = heads[place];
      });
    }
  }
})();
