/*
 * Django-Tracking, the tracker. MIT licence.
 *
 * To you, whose browser runs this: the owner of this site counts visits with it. For each page that
 * you see, and for each click or moment that the owner gave a name to, it sends one message:
 *
 *   site         the key of this site
 *   name         the name of the event; absent when you saw a page
 *   url          the address of this page, without the part behind #
 *   referrer     the address of the page you came from, as your browser gives it
 *   screen       the size of your screen, for example 1280x720
 *   props        what the owner adds to an event, for example which plan a button is for
 *   interactive  false for an event that says nothing about you being there
 *
 * It sets no cookie, writes nothing into your browser and knows no number that stands for you. As for
 * any request, your browser adds your network address, its own name, its languages, and cookies if
 * it holds any for the receiving server, which reads none of them.
 *
 * Not counted: give the key "tracking_ignore" the value "true" in the local storage of this site.
 * The switches of three other trackers work as well. They are read here, and never written.
 *
 * To the owner: <script defer src="https://HOST/t.js" data-site="KEY"></script>
 *
 *   data-host         where messages go when it is not the origin of this script
 *   data-respect-dnt  counts nobody who asks for it by Do Not Track or Global Privacy Control
 *   data-iframe       counts also where the page is shown inside another page
 */
(function () {
  "use strict";

  // A page is worth more than its numbers: whatever fails in here stays in here, in silence.
  function safely(work) {
    return function (first, second) {
      try {
        work(first, second);
      } catch (error) {}
    };
  }

  safely(function () {
    // By way of window, since a page may well have a "let history" of its own.
    var history = window.history;
    var navigator = window.navigator;
    // A module has no current script.
    var script = document.currentScript || document.querySelector("script[data-site]");
    var options = script.dataset;
    var origin = script.src.split("/", 3).join("/");
    var endpoint = (options.host || origin).replace(/\/+$/, "") + "/t";
    var referrer = document.referrer;
    // The address of the last view that was counted; empty until there is one.
    var viewed = "";
    // A page may have something of its own by the name of "track": only the stub gives way to ours.
    var stub = window.track;
    var isStub = /track\.q\b/.test(stub);
    var waiting = (isStub && stub.q) || [];

    function address() {
      return location.href.split("#")[0];
    }

    function isOptedOut() {
      if (window.trackingDisabled === true) {
        return true;
      }
      if (
        "respectDnt" in options &&
        (navigator.doNotTrack === "1" || navigator.globalPrivacyControl)
      ) {
        return true;
      }
      try {
        // Ours, then those of Plausible, Umami and GoatCounter: who opted out once stays out.
        return ["tracking_ignore", "plausible_ignore", "umami.disabled", "skipgc"].some(
          function (key) {
            return /^(1|t|true)$/.test(window.localStorage.getItem(key));
          }
        );
      } catch (error) {
        // Storage is closed to this page, so nobody can have opted out in it.
        return false;
      }
    }

    function deliver(body) {
      try {
        if (navigator.sendBeacon(endpoint, body)) {
          return;
        }
      } catch (error) {
        // Absent, or replaced by the page or an extension.
      }
      window
        .fetch(endpoint, {
          method: "POST",
          body: body,
          mode: "no-cors",
          credentials: "omit",
          keepalive: true
        })
        .catch(function () {});
    }

    // What is undefined in here is left out by JSON.
    var send = safely(function (name, details) {
      if (!isOptedOut()) {
        deliver(
          JSON.stringify({
            site: options.site,
            name: name,
            url: address(),
            referrer: referrer,
            screen: window.screen.width + "x" + window.screen.height,
            props: details.props,
            interactive: details.interactive
          })
        );
      }
    });

    // An event waits for the first view, so that no visit begins on a page nobody has seen.
    function track(name, details) {
      if (!viewed) {
        waiting.push([name, details]);
      } else if (name && typeof name === "string") {
        send(name, details || {});
      }
    }

    // The snippet's stub, where a page kept hold of it, pushes its calls here once this has loaded.
    track.q = {
      push: function (call) {
        track(call[0], call[1]);
      }
    };

    // Counts the page at the current address, unless that is done or the page is not in sight yet.
    var look = safely(function (event) {
      // Back from the back-forward cache: nothing is loaded, and still a page is seen.
      if (event && event.persisted) {
        referrer = viewed || referrer;
        viewed = "";
      }
      if (document.prerendering || document.hidden || viewed === address()) {
        return;
      }
      referrer = viewed || referrer;
      viewed = address();
      send(undefined, {});
      waiting.splice(0).forEach(safely(track.q.push));
    });

    function follow(method, then) {
      var original = history[method];
      history[method] = function () {
        var result = original.apply(this, arguments);
        then();
        return result;
      };
    }

    var onClick = safely(function (event) {
      var element = event.target.closest("[data-track-event]");
      // The middle button opens a link in a new tab, and does nothing on anything else.
      if (!element || (event.button && (event.button > 1 || !event.target.closest("a")))) {
        return;
      }
      var props;
      [].forEach.call(element.attributes, function (attribute) {
        var key = attribute.name.split("data-track-prop-")[1];
        if (key) {
          props = props || {};
          props[key] = attribute.value;
        }
      });
      track(element.dataset.trackEvent, { props: props });
    });

    // Listens on the way down, so that a page that stops an event does not hide it.
    function listen(then) {
      return function (type) {
        window.addEventListener(type, then, true);
      };
    }

    if (
      window.trackingLoaded ||
      // A page saved to disk would tell where on the disk.
      location.protocol.indexOf("http") ||
      (top !== window && !("iframe" in options))
    ) {
      return;
    }
    window.trackingLoaded = true;
    if (!stub || isStub) {
      window.track = track;
    }
    follow("pushState", look);
    // Pages replace their own query (filters, consent marks) without showing another page.
    follow(
      "replaceState",
      safely(function () {
        if (viewed.split("?")[0] === address().split("?")[0]) {
          viewed = address();
        }
        look();
      })
    );
    ["popstate", "pageshow", "prerenderingchange", "visibilitychange"].forEach(listen(look));
    ["click", "auxclick"].forEach(listen(onClick));
    look();
  })();
})();
