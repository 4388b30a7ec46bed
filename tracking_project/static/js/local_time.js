// Times are those of the site. Who lives elsewhere sees the own time of one, <time datetime="...+01:00">, by
// pointing at it; who asks a time by the event "local-time" gets it as its text.

const MINUTE_MS = 60_000;

function offsetMinutes(text) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  return sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : 0;
}

function localTime(instant) {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: instant % MINUTE_MS ? "2-digit" : undefined,
    timeZoneName: "short",
  }).format(instant);
}

// Nothing where both clocks show the same.
function elsewhere(time) {
  const instant = new Date(time.dateTime);
  return offsetMinutes(time.dateTime) === -instant.getTimezoneOffset() ? "" : localTime(instant);
}

document.addEventListener("pointerover", ({ target }) => {
  const time = target.closest?.("time[datetime]:not([title])");
  const words = time && elsewhere(time);
  if (words) time.title = words;
});
document.addEventListener("local-time", ({ target }) => {
  target.textContent = elsewhere(target);
});
