// The cursor of a series: date, value, comparison and change under the pointer, and with the arrow
// keys. Everything shown is in the page already, on the points the server drew.

function readOut(figure, point) {
  const readout = figure.querySelector("[data-series-readout]");
  const cursor = figure.querySelector("[data-series-cursor]");
  for (const other of figure.querySelectorAll(".series-point.is-active")) {
    if (other !== point) other.classList.remove("is-active");
  }
  readout.hidden = !point;
  cursor.classList.toggle("is-active", Boolean(point));
  if (!point) return;

  const { label, value, comparison, change } = point.dataset;
  const x = point.getAttribute("cx");
  point.classList.add("is-active");
  cursor.setAttribute("x1", x);
  cursor.setAttribute("x2", x);
  readout.querySelector("[data-series-label]").textContent = label;
  readout.querySelector("[data-series-value]").textContent = value;
  readout.querySelector("[data-series-comparison]").textContent = comparison
    ? `${comparison} before${change ? `, ${change}` : ""}`
    : "";
  readout.style.left = x;
  readout.classList.toggle("is-left", parseFloat(x) > 60);
}

function nearest(points, share) {
  const distance = (point) => Math.abs(parseFloat(point.getAttribute("cx")) - share);
  return points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
}

function wire(figure) {
  const frame = figure.querySelector(".series-frame");
  const data = figure.querySelector("[data-series-data]");
  const points = [...figure.querySelectorAll(".series-point")];
  if (!points.length) return;
  let index = -1;

  const show = (point) => {
    index = point ? points.indexOf(point) : -1;
    readOut(figure, point);
  };
  const follow = (event) => {
    const { left, width } = data.getBoundingClientRect();
    const point = nearest(points, ((event.clientX - left) / width) * 100);
    if (points.indexOf(point) !== index) show(point);
  };
  frame.addEventListener("pointermove", follow);
  frame.addEventListener("pointerdown", follow);
  // A finger leaves when it is lifted; what it pointed at stays until something else is touched.
  frame.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse") show(null);
  });
  frame.addEventListener("blur", () => show(null));
  frame.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") show(null);
    if (!step) return;
    event.preventDefault();
    const start = index < 0 && step < 0 ? points.length : index;
    show(points[Math.min(points.length - 1, Math.max(0, start + step))]);
  });
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Series. Left and right arrow keys read it out.");
  figure.dataset.wired = "true";
}

function wireAll() {
  for (const figure of document.querySelectorAll("[data-series]:not([data-wired])")) wire(figure);
}

wireAll();
document.addEventListener("htmx:afterSettle", wireAll);
