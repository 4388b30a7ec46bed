// What only the module has: options as an object, and functions that may be called before them.

// Where there is no window, on a server, nothing is counted.
const early = [];
let counter = typeof window === "undefined" ? () => {} : (...call) => early.push(call);

// As in a dataset: nothing for what is off, and text for what is there.
const datasetOf = (options) => {
  const dataset = {};
  Object.entries(options).forEach(([name, value]) => {
    if (value) {
      dataset[name] = String(value);
    }
  });
  return dataset;
};

/** Counts this page from now on; where a tracker does that already, joins it. */
export const init = safely(({ host, props, ...options }) => {
  const pageProps = safely(() => (typeof props === "function" ? props() : props));
  counter = start(datasetOf(options), host, pageProps, early);
  // Those that wait for the first view come back here.
  early.splice(0).forEach((call) => counter(...call));
});

/** Counts an event. */
export const track = (name, details) => {
  counter(name, details);
};

/** Counts a view: of this address, or of `details.url`. */
export const view = (details) => {
  counter("pageview", details);
};
