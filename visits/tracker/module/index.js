/*
 * Django-Tracking, the tracker. MIT licence.
 *
 * To you, whose browser runs this: the owner of this site counts visits with it. It sends one message
 * for each page that you see, one for each thing done with a page that counts here (a link to another
 * site, a download, a form that was sent, what the owner gave a name to), and one about how a page was
 * read when you leave it:
 *
 *   site         the key of this site
 *   name         the name of the event; absent when you saw a page
 *   url          the address of this page, without the part behind # unless that is the page's name
 *   referrer     the address of the page you came from, as your browser gives it
 *   title        the title of this page
 *   screen       the size of your screen, for example 1280x720
 *   props        what the owner adds, for example which plan a button is for; for a link its address,
 *                without what stands behind the question mark
 *   interactive  false for an event that says nothing about you being there
 *   revenue      the amount and currency of what you bought, where the owner counts that
 *   engaged      milliseconds in which this page was in front of you since the last such message
 *   scroll       how far down you have come, in percent of the page
 *   id           random text that names a message which has to be sent again, and nothing else
 *
 * Never sent: what you type into a form, what you select, where your pointer is.
 *
 * It sets no cookie, writes nothing into your browser and knows no number that stands for you. As for
 * any request, your browser adds your network address, its own name, its languages, and cookies if
 * it holds any for the receiving server, which reads none of them.
 *
 * Not counted: give the key "tracking_ignore" the value "true" in the local storage of this site.
 * The switches of three other trackers work as well. They are read here, and never written.
 */
// Made of tracker.js and exports.js: change those.

// A page is worth more than its numbers: whatever fails in here stays in here, in silence.
const safely = (work) => (first, second) => {
  try {
    return work(first, second);
  } catch {}
};

// Counts this page from now on and returns the function that counts events. `options` are named as
// in a dataset, `pageProps` returns the properties of everything on this page, and `waiting` holds
// calls that came too early.
const start = (options, host, pageProps, waiting) => {
  // By way of window, since a page may well have a "let history" of its own.
  const { history, navigator, performance, screen } = window;
  const endpoint = host.replace(/\/*$/, "/t");
  let referrer = document.referrer;
  // The address of the last view as it was sent; empty until there is one.
  let viewed = "";
  // Where the browser was then, by its own account.
  let place = "";
  // The title that the view was given by hand.
  let title;
  let viewedAt;
  let isCounted;
  // How the view was read: milliseconds not told yet, and the lowest pixel that was in sight.
  let unread = 0;
  let tickedAt = 0;
  let isRead;
  let depth;
  let toldDepth;
  // Messages on their second way: the browser did not take them as beacons.
  let queue = [];
  let isSending;
  let timer;
  let pauseMs = 5000;
  // Counts the link that was clicked last, if it was followed.
  let settle = () => {};

  const isOn = (feature) => !(options.off + "").includes(feature);
  const now = () => performance.now();
  const absolute = (url) => new window.URL(url, document.baseURI);
  const address = () => location.href.replace("hash" in options ? /#(?![/!]).*/ : /#.*/, "");
  const withoutQuery = (url) => url.replace(/\?[^#]*/, "");

  const alternatives = (list) => list.replace(/[\s,]+/g, "|");
  // In a pattern, * stands for anything within one part of the path and ** for anything.
  const fits = (patterns) =>
    new RegExp(
      "^\\w+:..[^/]+(" +
        alternatives(patterns).replace(/\*+|[^\w|]/g, (part) =>
          part === "*" ? "[^/]*" : part[1] ? ".*" : "\\" + part
        ) +
        ")$"
    ).test(withoutQuery(viewed));

  const beacon = safely((body) => navigator.sendBeacon(endpoint, body));

  // Sends the oldest message of the queue, and the next one when that has arrived.
  const pump = async () => {
    const body = queue[0];
    if (!body || isSending) {
      return;
    }
    let status = 503;
    isSending = true;
    clearTimeout(timer);
    try {
      status = (await window.fetch(endpoint, { method: "POST", body: body, keepalive: true }))
        .status;
    } catch {}
    isSending = false;
    if (/429|503/.test(status)) {
      timer = setTimeout(pump, pauseMs);
      pauseMs *= 2;
    } else {
      queue = queue.filter((other) => other !== body);
      pauseMs = 5000;
      pump();
    }
  };

  // Returns true when the message was let out. What is undefined in it is left out by JSON.
  const send = safely((message) => {
    message.site = options.site;
    message.url = viewed;
    const body = JSON.stringify(message);
    if (
      window.trackingDisabled === true ||
      ("respectDnt" in options &&
        (navigator.doNotTrack === "1" || navigator.globalPrivacyControl)) ||
      // Where storage is closed to this page, nobody can have opted out in it.
      safely(() =>
        // Ours, then those of Plausible, Umami and GoatCounter: who opted out once stays out.
        ["tracking_ignore", "plausible_ignore", "umami.disabled", "skipgc"].some((key) =>
          /^(1|t|true)$/.test(window.localStorage.getItem(key))
        )
      )() ||
      (options.exclude && fits(options.exclude)) ||
      (options.include && !fits(options.include)) ||
      // The collector would refuse it each time, and the queue would stand still.
      body[20000]
    ) {
      return;
    }
    // Messages stay in order: behind one that waits, the others wait too.
    if (!navigator.onLine || queue[0] || !beacon(body)) {
      message.id = Math.random() + "";
      queue.push(JSON.stringify(message));
      queue = queue.slice(-20);
      pump();
    }
    return true;
  });

  const count = (name, details) => {
    const props = { ...pageProps(), ...details.props };
    return send({
      ...details,
      name: name,
      referrer: referrer,
      screen: screen.width + "x" + screen.height,
      props: Object.keys(props)[0] && props
    });
  };

  // Adds the time since the last call, if the page was being read then.
  const tick = () => {
    unread += isRead ? now() - tickedAt : 0;
    tickedAt = now();
    isRead = !document.hidden && document.hasFocus();
  };

  // Tells how the view was read since it was told last, if that is worth a message.
  const report = () => {
    tick();
    if (isCounted && isOn("engagement") && (unread >= 1000 || depth > toldDepth)) {
      send({
        name: "engagement",
        title: title || document.title + "",
        engaged: unread | 0,
        // Where a page can be pulled beyond its end this is more than 100; the collector cuts it.
        scroll: ((100 * depth) / document.documentElement.scrollHeight + 0.5) | 0
      });
      unread = 0;
      toldDepth = depth;
    }
  };

  const view = (details) => {
    const url = absolute(details.url || address()).href;
    report();
    referrer = viewed || referrer;
    viewed = url;
    // Without loading, the page is still where the view before left it, and will be scrolled.
    depth = toldDepth = window.innerHeight + (place ? 0 : window.scrollY);
    viewedAt = tickedAt;
    unread = 0;
    title = details.title;
    // A page that shows another view without loading changes its title after this, and tells it
    // together with how the view was read.
    isCounted = count(undefined, { title: place ? undefined : document.title + "", ...details });
    place = address();
    catchUp();
  };

  // An event waits for the first view, so that no visit begins on a page nobody has seen.
  const track = safely((name, details) => {
    const isView = name === "pageview";
    if (isView ? document.hidden : !viewed) {
      waiting.push([name, details]);
    } else if (isView) {
      view(details || {});
    } else if (name && name.trim) {
      count(name, details || {});
    }
  });

  const replay = (call) => track(...call);
  const catchUp = () => waiting.splice(0).forEach(replay);

  // Counts the page at the current address, unless that is done or the page is not in sight yet.
  // A page that is being prerendered is hidden, too.
  const look = safely(() => {
    if (!document.hidden) {
      // First, since the page may have asked for this view itself.
      catchUp();
      if (!("manual" in options) && place !== address()) {
        view({});
      }
    }
  });

  // Also out of the trees of web components, which hide their elements from closest().
  const nearest = (event, selector) =>
    event.composedPath().find((node) => node.matches && node.matches(selector));

  // Listens on the way down, so that a page that stops an event does not hide it.
  const listen = (types, work) =>
    types.split(" ").forEach((type) => window.addEventListener(type, safely(work), true));

  if (
    window.trackingLoaded ||
    // A page saved to disk would tell where on the disk.
    location.protocol[0] !== "h" ||
    (top !== window && !("iframe" in options))
  ) {
    return window.trackingLoaded || (() => {});
  }
  window.trackingLoaded = track;
  // The snippet's stub, where a page kept hold of it, pushes its calls here once this has loaded.
  track.q = { push: replay };
  ["pushState", "replaceState"].forEach(
    safely((method) => {
      const original = history[method];
      history[method] = function () {
        try {
          return original.apply(this, arguments);
        } finally {
          // Pages replace their own query (filters, consent marks) without showing another page, and
          // redirect by replacing the whole address right after they have shown it.
          if (
            method[0] === "r" &&
            (withoutQuery(place) === withoutQuery(address()) || now() - viewedAt < 1000)
          ) {
            place = address();
          }
          look();
        }
      };
    })
  );
  // Safari leaves a page without hiding it. Elsewhere it is hidden next, with nothing new to tell.
  listen("pagehide", () => {
    settle();
    report();
    isRead = false;
  });
  listen("popstate pageshow visibilitychange focus blur", (event) => {
    tick();
    if (document.hidden) {
      settle();
      report();
      // Some may arrive twice, and are known by their id.
      queue.forEach(beacon);
    } else {
      // Back from the back-forward cache: nothing is loaded, and still a page is seen.
      if (event.persisted) {
        place = "";
      }
      look();
    }
  });
  listen("click auxclick", (event) => {
    const link = nearest(event, "a,area");
    const named = nearest(event, "[data-track-event]:not(form)");
    // The middle button opens a link in a new tab, and does nothing on anything else.
    if (event.button > !!link) {
      return;
    }
    if (named) {
      return track(named.dataset.trackEvent, { props: propsOf(named) });
    }
    // In a drawing, the address of a link is an object.
    const url = absolute(link.href.baseVal || link.href);
    const extensions =
      options.downloads ||
      "7z,apk,csv,dmg,docx?,epub,exe,gz,iso,mp[34],msi,pdf,pptx?,rar,txt,xlsx?,zip";
    const name =
      isOn("downloads") &&
      (link.hasAttribute("download") ||
        new RegExp("\\.(" + alternatives(extensions) + ")$", "i").test(url.pathname))
        ? "File Download"
        : isOn("outbound") &&
          !("." + url.host).endsWith("." + location.host.replace("www.", "")) &&
          "Outbound Link: Click";
    // Whether the page lets the browser follow it is known when all its listeners are through, and
    // on a quick way out only when the page is hidden.
    settle = () => {
      settle = () => {};
      if (url.host && !event.defaultPrevented) {
        track(name, { props: { url: url.origin + url.pathname } });
      }
    };
    setTimeout(() => settle());
  });
  listen("submit", (event) => {
    const form = event.target;
    track(form.dataset.trackEvent || (isOn("forms") && "Form: Submission"), {
      props: propsOf(form)
    });
  });
  listen("online", pump);
  listen("scroll", () => {
    depth = Math.max(depth, window.innerHeight + window.scrollY);
  });
  safely(() => {
    const status = options.status || performance.getEntriesByType("navigation")[0].responseStatus;
    if (isOn("404") && status == 404) {
      track("404", { interactive: false });
    }
  })();
  look();
  return track;
};

// The properties in an element's attributes.
const propsOf = (element) => {
  const props = {};
  [...element.attributes].forEach((attribute) => {
    const key = attribute.name.split(/^data-(track-)?prop-/)[2];
    if (key) {
      props[key] = attribute.value;
    }
  });
  return props;
};

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
