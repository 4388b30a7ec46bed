"""The goals of a site: who met them, how often, and what that earned."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from visits.dashboard.behaviour.body import TableBody, details_link
from visits.dashboard.behaviour.number_table import number_table
from visits.dashboard.choice import Choice
from visits.dashboard.panels.panel import Emptiness
from visits.models.goal import GOALS_AT_MOST
from visits.reports.breakdown import breakdown
from visits.reports.metrics import number
from visits.reports.query import ReportQuery
from visits.reports.totals import totals

GOAL_METRICS = ("visitors", "conversion_rate", "conversions")


def goals_body(
    query: ReportQuery, choice: Choice, panel_id: str, is_own: bool
) -> TableBody | Emptiness:
    """Return the goals, first the one that most visitors met; a few scans for all of them."""
    metrics = (*GOAL_METRICS, "revenue") if _has_revenue(query) else GOAL_METRICS
    report = breakdown(query.at(query.period), "goal", metrics, limit=GOALS_AT_MOST)
    if not report.rows:
        return _no_goals(query.site.pk, is_own)
    heads = {"visitors": _("Unique conversions"), "conversions": _("Total")}
    table = number_table(report, choice, _("Goal"), heads)
    return TableBody(panel_id, table, details_link(choice, "goal"))


def _has_revenue(query: ReportQuery) -> bool:
    """Tell whether anything was earned: a site that sells nothing has no column for it."""
    everything = replace(query.at(query.period), filters=())
    [revenue] = totals(everything, ("revenue",)).column("revenue")
    return number(revenue) != 0


def _no_goals(site_id: int, is_own: bool) -> Emptiness:
    if not is_own:
        return Emptiness(_("No goals"), _("Nobody has set a goal for this site."))
    return Emptiness(
        _("No goals yet"),
        _("A goal is a page, an event, or a depth of scrolling. It counts all of the history."),
        reverse("site_goals", args=[site_id]),
        _("Add a goal"),
    )
