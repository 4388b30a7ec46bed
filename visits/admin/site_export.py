"""All hits of a site as a file, for staff: what `exporthits` writes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone

from sites.admin_actions import ActsOnSites
from sites.models import Site
from visits.admin.days_form import DaysForm
from visits.files.download import Download, filename_of
from visits.files.tables import hits_table
from visits.files.writing import csv_lines, pieces
from visits.reports.exceptions import InvalidQuery
from visits.reports.first_day import first_day
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import all_hits

EXPLANATION = (
    "Every hit of these days, a line each, in the file that “manage.py exporthits” writes. It is sent piece "
    "by piece: a million hits take some minutes."
)


class ExportsHits(ActsOnSites):
    actions: tuple[str, ...] = (*ActsOnSites.actions, "export_hits")

    @admin.action(permissions=["export"], description="Export hits of the selected site")
    def export_hits(
        self, request: HttpRequest, queryset: QuerySet[Site]
    ) -> HttpResponseBase | None:
        sites = list(queryset[:2])
        if len(sites) != 1:
            self.message_user(request, "Choose one site.", messages.WARNING)
            return None
        form = DaysForm(request.POST if "apply" in request.POST else None)
        if form.is_valid():
            try:
                return self._file(request, _query(sites[0], form))
            except InvalidQuery as error:
                form.add_error("last_day", error.sentence)
        return TemplateResponse(
            request, "admin/action_form.html", self._context(request, form, sites[0])
        )

    def has_export_permission(self, request: HttpRequest) -> bool:
        staff: Any = request.user
        return bool(staff.has_perm("visits.view_hit"))

    def _file(self, request: HttpRequest, query: ReportQuery) -> Download:
        staff: Any = request.user
        sentence = f"Exported hits, {query.period.start} to {query.period.end}."
        LogEntry.objects.log_actions(staff.pk, [query.site], CHANGE, sentence)
        lines = csv_lines(hits_table(all_hits(query)))
        return Download(pieces(lines), filename_of(query, "hits", "csv"))

    def _context(self, request: HttpRequest, form: DaysForm, site: Site) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": "Export hits",
            "opts": self.opts,
            "form": form,
            "subjects": [f"{site.name} ({site.domain})"],
            "hidden": [("action", "export_hits"), (ACTION_CHECKBOX_NAME, site.pk)],
            "explanation": EXPLANATION,
            "verb": "Export",
        }


def _query(site: Site, form: DaysForm) -> ReportQuery:
    """Return the question for all hits of the days, or of all there are. Raises InvalidQuery."""
    first = form.cleaned_data["first_day"] or first_day(site)
    last = form.cleaned_data["last_day"] or site.day_of(timezone.now())
    return ReportQuery((site,), Period.custom(first, last))
