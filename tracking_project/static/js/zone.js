// A new site starts in the time zone of the person who adds it, if the list has it. data-guess-zone is
// around a form that nobody has filled in yet.

const resolved = (timeZone) => new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;

// Browsers call some zones by an old name (Asia/Calcutta), which the list does not have: theirs for the
// names of the list tells which one is meant.
function isSameZone(name, zone) {
  try {
    return resolved(name) === zone;
  } catch {
    return false;
  }
}

for (const form of document.querySelectorAll("[data-guess-zone]")) {
  const field = form.querySelector("select[name=time_zone]");
  const zone = resolved();
  const names = [...field.options].map((option) => option.value);
  const known = names.includes(zone) ? zone : names.find((name) => isSameZone(name, zone));
  if (known) field.value = known;
}
