// A new site starts in the time zone of the person who adds it, if the list has it. data-guess-zone is
// around a form that nobody has filled in yet.

for (const form of document.querySelectorAll("[data-guess-zone]")) {
  const field = form.querySelector("select[name=time_zone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isKnown = [...field.options].some((option) => option.value === zone);
  if (isKnown) field.value = zone;
}
