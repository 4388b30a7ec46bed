// The read-out of a series, by pointer and arrow keys; and marking days, by dragging or with Shift, to open
// them. Everything shown is in the page already: in its table and paths.

const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
// A pointer that moves less than this has clicked.
const DRAG_PIXELS = 8;
const GAP_PIXELS = 12;
const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;
const PARTS = "frame data readout actions said cursor selection zoom note wider shown".split(" ");
const PERIOD = ["period", "from", "to", "interval"];
// Who zooms by keyboard goes on in the new series.
let isZoomingByKey = false;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// The address with other days; what is empty is left out.
function queryWith(chosen) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of new URLSearchParams(chosen)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return `?${query}`;
}

// The period of an address, in the form of data-choice.
function periodOf(query) {
  const known = new URLSearchParams(query);
  return new URLSearchParams(PERIOD.map((name) => [name, known.get(name) ?? ""]));
}

// The way back from zoomed days: where a person came from, by where they went.
const waysBack = new Map();
const daysOf = (period) => `${period.get("from")} ${period.get("to")}`;

// The heights of a path by the number of the bucket. It has runs: a point, and steps to those that follow.
function heights(figure, name, count) {
  const found = new Map();
  for (const path of figure.querySelectorAll(`[data-series-path=${name}]`)) {
    for (const run of path.getAttribute("d").split("M").slice(1)) {
      const steps = run.match(/-?[\d.]+/g).map(Number);
      for (let place = 0, x = 0, y = 0; place < steps.length; place += 2) {
        // Level points are one step.
        for (let passed = 1; place && passed < Math.round(steps[place]); passed += 1) found.set(x + passed, y);
        [x, y] = [x + steps[place], y + steps[place + 1]];
        found.set(count > 1 ? Math.round(x) : 0, y);
      }
    }
  }
  return found;
}

class Series {
  constructor(figure) {
    const find = (name) => figure.querySelector(`[data-series-${name}]`);
    this.figure = figure;
    this.count = Number(figure.dataset.count);
    this.readRows(figure.querySelector("tbody").rows);
    this.columns = [...figure.querySelectorAll("th[data-column]")].map((th) => th.dataset.column);
    for (const name of PARTS) this[name] = find(name);
    this.points = [...figure.querySelectorAll("[data-series-point]")];
    this.heights = {};
    this.clear();
  }

  // The row of each bucket; of a row for several, also the first and the last of them.
  readRows(rows) {
    Object.assign(this, { rows: [], firsts: [], lasts: [] });
    for (const row of rows) {
      const first = this.rows.length;
      const count = Number(row.dataset.count ?? 1);
      for (let passed = 0; passed < count; passed += 1) {
        this.rows.push(row);
        this.firsts.push(first);
        this.lasts.push(first + count - 1);
      }
    }
  }

  clear() {
    Object.assign(this, { index: -1, anchor: -1, pressed: null, isMarking: false, isPinned: false });
    this.draw();
  }

  // Where a bucket is, in percent of the width.
  x(index) {
    return this.count > 1 ? (100 * index) / (this.count - 1) : 50;
  }

  at({ clientX, target }) {
    const mark = target.closest?.("[data-mark]");
    if (mark && !this.pressed) return Number(mark.dataset.mark);
    const { left, width } = this.data.getBoundingClientRect();
    const index = Math.round(((clientX - left) / width) * (this.count - 1));
    return clamp(index, 0, this.rows.length - 1);
  }

  show(index, anchor = index) {
    if (index === this.index && anchor === this.anchor) return;
    Object.assign(this, { index, anchor });
    this.draw();
  }

  ends() {
    return [Math.min(this.index, this.anchor), Math.max(this.index, this.anchor)];
  }

  // The first and the last day of a row; one that does not say is of the day after the row before.
  daysOf(index) {
    let said = index;
    while (!this.rows[said].dataset.days) said -= 1;
    const days = this.rows[said].dataset.days.split(" ");
    if (said === index) return days;
    const day = Date.parse(days.at(-1)) + (index - said) * DAY_MILLISECONDS;
    return [new Date(day).toISOString().slice(0, 10)];
  }

  // When a minute or an hour begins, by the site's clock; one that does not say is one after the row before.
  instantOf(index) {
    let said = this.firsts[index];
    while (!this.rows[said].dataset.at) said = this.firsts[said - 1];
    const { at } = this.rows[said].dataset;
    const passed = (index - said) * Number(this.figure.dataset.minutes) * MINUTE_MILLISECONDS;
    const shown = new Date(Date.parse(`${at.slice(0, 16)}Z`) + passed);
    return shown.toISOString().slice(0, 16) + at.slice(16);
  }

  // The marked days, null where they are all that is shown.
  days() {
    if (!this.zoom || !this.rows[this.index]) return null;
    const [first, last] = this.ends().map((index) => this.daysOf(index));
    const days = [first[0], last.at(-1)];
    const { first: start, last: end } = this.figure.dataset;
    return days[0] === start && days[1] === end ? null : days;
  }

  // A zoom never shows less than before: not months where there were weeks, nor days where hours.
  interval([first, last]) {
    const { interval, mostDays } = this.figure.dataset;
    const count = (Date.parse(last) - Date.parse(first)) / DAY_MILLISECONDS + 1;
    if (count === 1) return "";
    if (count > Number(mostDays)) return interval === "month" ? "" : interval;
    return interval === "hour" ? interval : "";
  }

  open() {
    const days = this.days();
    if (!days) return false;
    this.zoom.click();
    return true;
  }

  rememberBack() {
    const back = { choice: periodOf(location.search), words: this.shown.textContent };
    waysBack.set(daysOf(periodOf(this.zoom.search)), back);
  }

  // Who has zoomed in gets the way back; the server knows only what lies around.
  offerBack() {
    const back = waysBack.get(daysOf(periodOf(location.search)));
    if (!this.wider || !back) return;
    this.wider.textContent = this.wider.dataset.back.replace("{}", back.words);
    this.wider.dataset.choice = back.choice;
    this.wider.search = queryWith(back.choice);
  }

  // Drawing

  draw() {
    const row = this.rows[this.index];
    this.readout.hidden = !row;
    this.cursor.classList.toggle("is-active", Boolean(row));
    for (const point of this.points) this.drawPoint(point);
    this.drawSelection();
    if (!row) return;
    const x = `${this.x(this.index)}%`;
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    this.fill();
    this.place();
  }

  drawPoint(point) {
    const name = point.dataset.seriesPoint;
    this.heights[name] ??= heights(this.figure, name, this.count);
    const y = this.heights[name].get(this.index);
    point.classList.toggle("is-active", y !== undefined);
    if (y === undefined) return;
    point.setAttribute("cx", `${this.x(this.index)}%`);
    point.setAttribute("cy", y);
  }

  drawSelection() {
    const isShown = this.isMarking || this.index !== this.anchor;
    this.selection.classList.toggle("is-active", isShown);
    if (!isShown) return;
    const half = this.count > 1 ? 50 / (this.count - 1) : 50;
    const [first, last] = this.ends().map((index) => this.x(index));
    const [left, right] = [Math.max(0, first - half), Math.min(100, last + half)];
    this.selection.setAttribute("x", `${left}%`);
    this.selection.setAttribute("width", `${right - left}%`);
  }

  text(index, name) {
    const cell = this.rows[index].cells[this.columns.indexOf(name)];
    return cell ? cell.textContent : "";
  }

  // Of several buckets the ends are named; what they add up to is on the page of their days.
  words(name) {
    const [first, last] = this.ends();
    if (first === last) return this.text(first, name);
    return name === "label" ? `${this.text(first, name)} – ${this.text(last, name)}` : "";
  }

  fill() {
    for (const part of this.readout.querySelectorAll("[data-part]")) {
      if (part.dataset.part === "notes") part.replaceChildren(...this.notes());
      else if (part.dataset.part === "local") this.fillLocal(part);
      else part.textContent = this.words(part.dataset.part);
      if (part.dataset.part.endsWith("label")) part.parentElement.hidden = !part.textContent;
    }
    const days = this.days();
    if (this.zoom) this.fillZoom(days);
    if (this.note) this.fillNote();
    this.actions.hidden = !(days || this.note) || !(this.isPinned || this.isMarking);
  }

  // For who lives elsewhere (js/local_time.js).
  fillLocal(time) {
    const [first, last] = this.ends();
    const instants = [this.firsts[first], this.lasts[last]].map((index) => this.instantOf(index));
    const words = instants.map((instant) => {
      time.dateTime = instant;
      time.dispatchEvent(new CustomEvent("local-time", { bubbles: true }));
      return time.textContent;
    });
    time.textContent = [...new Set(words)].filter(Boolean).join(" – ");
    time.parentElement.hidden = !time.textContent;
  }

  notes() {
    const [first, last] = this.ends();
    const column = this.columns.indexOf("notes");
    if (column < 0) return [];
    const rows = [...this.rows].slice(first, last + 1);
    return rows.flatMap((row) => [...row.cells[column].children]).map((note) =>
      Object.assign(document.createElement("li"), { textContent: note.textContent }),
    );
  }

  fillZoom(days) {
    this.zoom.hidden = !days;
    if (!days) return;
    const [from, to] = days;
    const chosen = new URLSearchParams({ period: "custom", from, to, interval: this.interval(days) });
    this.zoom.search = queryWith(chosen);
    this.zoom.dataset.choice = chosen;
    const { one, many } = this.zoom.dataset;
    this.zoom.textContent = this.index === this.anchor ? one : many;
  }

  fillNote() {
    const [day] = this.daysOf(this.index);
    const report = location.search.slice(1);
    this.note.search = new URLSearchParams({ day, ...(report && { report }) });
  }

  // Beside the cursor, and never beyond the edges.
  place() {
    const { clientWidth: width } = this.data;
    const x = (this.x(this.index) / 100) * width;
    const { offsetWidth } = this.readout;
    const isLeft = x + GAP_PIXELS + offsetWidth > width;
    const left = isLeft ? x - GAP_PIXELS - offsetWidth : x + GAP_PIXELS;
    this.readout.style.left = `${clamp(left, -this.data.offsetLeft, width)}px`;
  }

  say() {
    const parts = ["label", "value", "before-label", "before", "change"].map((name) => this.words(name));
    const notes = this.notes().map((note) => note.textContent);
    this.said.textContent = [...parts, ...notes].filter(Boolean).join(", ");
  }

  // Pointers

  onMove(event) {
    if (this.pressed) this.mark(event);
    else if (!this.isPinned && event.pointerType === "mouse") this.show(this.at(event));
  }

  mark(event) {
    const isFar = Math.abs(event.clientX - this.pressed.x) > DRAG_PIXELS;
    this.isMarking ||= Boolean(this.zoom) && isFar;
    const index = this.at(event);
    this.show(index, this.isMarking ? this.pressed.index : index);
    this.drawSelection();
  }

  onDown(event) {
    this.isTapping = false;
    if (event.button !== 0 || this.readout.contains(event.target)) return;
    const index = this.at(event);
    this.pressed = { x: event.clientX, index, wasPinned: this.isPinned && index === this.index };
    this.isPinned = false;
    this.frame.setPointerCapture(event.pointerId);
    this.show(index);
    this.fill();
  }

  // A mouse opens what it has marked; a finger, which slips, is asked.
  onUp({ pointerType }) {
    if (!this.pressed) return;
    const { wasPinned } = this.pressed;
    const hasMarked = this.isMarking;
    Object.assign(this, { pressed: null, isMarking: false, isTapping: pointerType !== "mouse" });
    if (hasMarked && pointerType === "mouse" && this.open()) return;
    if (wasPinned && !hasMarked) this.clear();
    else this.pin();
  }

  // What a tap shows appears below the finger, before the tap becomes a click: it is not meant.
  onClick(event) {
    if (this.isTapping && event.detail) {
      event.preventDefault();
      event.stopPropagation();
    }
    this.isTapping = false;
  }

  pin() {
    this.isPinned = true;
    this.fill();
    this.place();
  }

  // Keys

  onKey(event) {
    if (event.key === "Escape") this.clear();
    else if (event.target !== this.frame) return;
    else if (event.key === "Enter" && this.open()) isZoomingByKey = true;
    else if (event.key in KEYS && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.step(KEYS[event.key], event.shiftKey);
    }
  }

  step(step, isMarking) {
    const last = this.rows.length - 1;
    const ends = step < 0 ? this.firsts : this.lasts;
    const start = ends[this.index] ?? (step < 0 ? last + 1 : -1);
    const index = clamp(start + step, 0, last);
    this.isPinned = true;
    this.show(index, isMarking && this.zoom && this.anchor >= 0 ? this.anchor : index);
    this.say();
  }
}

function wire(figure) {
  if (!figure.querySelector("tbody")) return;
  const series = new Series(figure);
  const { frame } = series;
  frame.addEventListener("pointermove", (event) => series.onMove(event));
  frame.addEventListener("pointerdown", (event) => series.onDown(event));
  frame.addEventListener("pointerup", (event) => series.onUp(event));
  frame.addEventListener("pointercancel", () => series.clear());
  frame.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse" && !series.pressed && !series.isPinned) series.clear();
  });
  frame.addEventListener("click", (event) => series.onClick(event), { capture: true });
  series.zoom?.addEventListener("click", () => series.rememberBack());
  series.offerBack();
  frame.addEventListener("keydown", (event) => series.onKey(event));
  frame.addEventListener("focusout", ({ relatedTarget }) => {
    if (!frame.contains(relatedTarget)) series.clear();
  });
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", frame.dataset.label);
  // The read-out has what their hints would show.
  for (const mark of figure.querySelectorAll("[data-mark]")) {
    if (series.rows[mark.dataset.mark]) mark.querySelector("title").remove();
  }
  figure.dataset.wired = "true";
}

function wireAll() {
  for (const figure of document.querySelectorAll("[data-series]:not([data-wired])")) wire(figure);
}

wireAll();
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  wireAll();
  if (!isZoomingByKey || detail.target.id !== "content") return;
  isZoomingByKey = false;
  document.querySelector("[data-series-frame]")?.focus({ preventScroll: true });
});
