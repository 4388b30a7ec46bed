// Hides the fields of the form of a report that mean nothing by what is chosen in others. What is wrong stays in sight.
"use strict";

const CHOSEN_BY = {
  sites: (value) => value("reach") === "sites",
  owners: (value) => value("reach") === "owners",
  tags: (value) => value("reach") === "tags",
  property_key: (value) => [value("dimension"), value("second_dimension")].includes("property"),
  first_day: (value) => value("period") === "custom",
  last_day: (value) => value("period") === "custom",
  matches_weekdays: (value) => value("comparison") !== "",
};

class ReportFields {
  constructor(form) {
    this.form = form;
    form.addEventListener("change", () => this.follow());
    this.follow();
  }

  follow() {
    const value = (name) => this.form.elements[name]?.value;
    for (const [name, applies] of Object.entries(CHOSEN_BY)) {
      const row = this.form.querySelector(`.form-row.field-${name}`);
      if (row) row.hidden = !applies(value) && !row.querySelector(".errorlist");
    }
    for (const filter of this.form.querySelectorAll(".report-filter")) {
      const [dimension, key] = filter.children;
      key.hidden = dimension.value !== "property" && !key.value;
    }
  }
}

// The fields in which sites and people are searched for measure themselves as the page loads: in sight.
const reportForm = document.querySelector("#report_form");
if (reportForm?.elements.reach) window.addEventListener("load", () => new ReportFields(reportForm));
