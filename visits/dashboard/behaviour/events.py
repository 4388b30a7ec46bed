"""The events of a site: how often, by whom, and what they earned."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from visits.dashboard.behaviour.body import TableBody, details_link, nothing_found
from visits.dashboard.behaviour.number_table import number_table
from visits.dashboard.choice import Choice
from visits.dashboard.panels.panel import Emptiness
from visits.reports.breakdown import breakdown
from visits.reports.query import ReportQuery

EVENT_METRICS = ("events", "visitors", "revenue")
ROWS_AT_MOST = 12


def events_body(
    query: ReportQuery, choice: Choice, panel_id: str, is_own: bool
) -> TableBody | Emptiness:
    """Return the most frequent events; two scans."""
    report = breakdown(query.at(query.period), "event", EVENT_METRICS, limit=ROWS_AT_MOST)
    if not report.rows:
        return no_events(query.site.pk, choice, is_own)
    table = number_table(report, choice, _("Event"))
    return TableBody(panel_id, table, details_link(choice, "event"))


def no_events(site_id: int, choice: Choice, is_own: bool) -> Emptiness:
    """Return what would fill the list."""
    title = _("No events in this period")
    if choice.all_filters or not is_own:
        return nothing_found(choice, title)
    return Emptiness(
        title,
        _("A click, a sign-up, a download: name it in the markup and it is counted."),
        f"{reverse('site_install', args=[site_id])}#events",
        _("Show how"),
    )
