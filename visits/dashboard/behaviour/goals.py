"""The goals of a site: who met them, how often, and what that earned."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from visits.dashboard.behaviour.body import TableBody, details_link
from visits.dashboard.behaviour.number_table import number_table
from visits.dashboard.choice import Choice
from visits.dashboard.panels.panel import Emptiness
from visits.models.goal import GOALS_AT_MOST
from visits.reports.breakdown import breakdown
from visits.reports.query import ReportQuery

GOAL_METRICS = ("visitors", "conversion_rate", "conversions", "revenue")


def goals_body(
    query: ReportQuery, choice: Choice, panel_id: str, is_own: bool
) -> TableBody | Emptiness:
    """Return the goals, first the one that most visitors met; a few scans for all of them."""
    report = breakdown(query.at(query.period), "goal", GOAL_METRICS, limit=GOALS_AT_MOST)
    if not report.rows:
        return _no_goals(query.site.pk, is_own)
    table = number_table(report, choice, _("Goal"))
    return TableBody(panel_id, table, details_link(choice, "goal"))


def _no_goals(site_id: int, is_own: bool) -> Emptiness:
    if not is_own:
        return Emptiness(_("No goals"), _("Nobody has set a goal for this site."))
    return Emptiness(
        _("No goals yet"),
        _("A goal is a page, an event, or a depth of scrolling. It counts all of the history."),
        reverse("site_goals", args=[site_id]),
        _("Add a goal"),
    )
