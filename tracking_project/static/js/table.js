// Buttons that copy a table as CSV: <button data-copy-table="ID" data-copied="Copied">. A cell is its
// data-plain, a head of a row its title-less text. Texts of visitors may be formulas: a spreadsheet must not
// calculate them, so they get an apostrophe, as in the exported files.

const SAYS_COPIED_MS = 2000;
// The rules of visits/files/cells.py. What is white space there beyond what it is here stands after \s.
const LOOKED_THROUGH = String.raw`[\s\x1c-\x1f\x85"'\u0060\u00ab\u00bb\u2018-\u201f\u200b-\u200f\u2060\ufeff\uff02\uff07]`;
const SIGNS = String.raw`=+\-@|\uff1d\uff0b\uff0d\uff20\u2212`;
const FORMULA = new RegExp(String.raw`^${LOOKED_THROUGH}*[${SIGNS}\t\r\n]`, "u");
const FORMULA_WITHIN = new RegExp(String.raw`([;\t\r\n])(?=${LOOKED_THROUGH}*[${SIGNS}])`, "gu");

export function formulaSafe(text) {
  const inside = text.replace(FORMULA_WITHIN, "$1'");
  return FORMULA.test(inside) ? `'${inside}` : inside;
}

function quoted(text) {
  return `"${formulaSafe(text).replaceAll('"', '""')}"`;
}

function cell(element) {
  const { plain } = element.dataset;
  if (plain === undefined) return quoted(element.textContent.trim());
  return plain === "" || Number.isFinite(Number(plain)) ? plain : quoted(plain);
}

export function csvOf(table) {
  return [...table.rows].map((row) => [...row.cells].map(cell).join(",")).join("\r\n");
}

function showButtons() {
  for (const button of document.querySelectorAll("[data-copy-table]")) {
    // On plain http there is no clipboard to write to.
    button.hidden = !navigator.clipboard;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-table]");
  if (!button) return;
  const label = button.querySelector("[data-copy-label]");
  const before = (button.dataset.copyBefore ??= label.textContent);
  await navigator.clipboard.writeText(csvOf(document.getElementById(button.dataset.copyTable)));
  label.textContent = button.dataset.copied;
  clearTimeout(button.copyTimer);
  button.copyTimer = setTimeout(() => {
    label.textContent = before;
  }, SAYS_COPIED_MS);
});

document.addEventListener("htmx:afterSettle", showButtons);
showButtons();
