// Shows below the form of a report what it would say: when the button is pressed, and a moment after each change.
"use strict";

const PAUSE_MS = 700;

class ReportPreview {
  constructor(section) {
    this.url = section.dataset.reportPreview;
    this.form = section.closest("form");
    this.answer = section.querySelector("[data-report-preview-answer]");
    this.status = section.querySelector("[data-report-preview-status]");
    section.querySelector("[data-report-preview-button]").addEventListener("click", (event) => {
      event.preventDefault();
      this.show();
    });
    for (const type of ["change", "input"]) this.form.addEventListener(type, () => this.wait());
    // The fields for sites and owners tell of their changes in jQuery's way alone.
    window.django?.jQuery(this.form).on("change", () => this.wait());
    this.show();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), PAUSE_MS);
  }

  async show() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.asked = new AbortController();
    this.status.textContent = "Asking …";
    try {
      const response = await fetch(this.url, {
        method: "POST",
        body: new FormData(this.form),
        headers: { "X-Preview": "1" },
        signal: this.asked.signal,
      });
      this.place(response.ok ? await response.text() : "", response.status);
    } catch (error) {
      if (error.name !== "AbortError") this.place("", 0);
    }
  }

  place(html, status) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const answer = page.getElementById("report-answer");
    this.answer.replaceChildren(...(answer ? [document.adoptNode(answer)] : []));
    this.status.textContent = answer ? "" : `The preview did not come (${status}). Press the button to try again.`;
  }
}

// The fields in which sites and people are searched for have no name of their own.
function nameSearches() {
  for (const search of document.querySelectorAll(".select2-search__field")) {
    const label = search.closest(".form-row")?.querySelector("label");
    if (label) search.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  }
}

window.addEventListener("load", nameSearches);
const section = document.querySelector("[data-report-preview]");
if (section) new ReportPreview(section);
