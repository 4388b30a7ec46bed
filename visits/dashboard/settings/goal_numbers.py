"""How often the goals of a site were met lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.urls import reverse

from sites.models import Site
from visits.dashboard.label import visible
from visits.dashboard.settings.goal_words import GoalWords, words_of_goal
from visits.models import Goal, Operator
from visits.reports.filter_text import FIELD
from visits.reports.filters import GOAL, Filter
from visits.reports.goals import sums_of_goals
from visits.reports.period import Period, PeriodName
from visits.reports.query import ReportQuery


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with the hits that met it, and with the visitors who did as a share of all.

    Both are None where they are not known; the share is None without visitors, too. `report_url` is the
    report of those who met it.
    """

    name: str
    url: str
    report_url: str
    words: GoalWords
    conversions: int | None
    rate: float | None


def last_28_days(site: Site, now: dt.datetime) -> ReportQuery:
    return ReportQuery((site,), Period.named(PeriodName.LAST_28_DAYS, now, site.zone))


def counted_rows(query: ReportQuery, goals: Sequence[Goal]) -> list[GoalRow]:
    """Return a row for each goal, in their order; three statements for all of them.

    Raises LostDays when the numbers cannot be read.
    """
    names = ("conversions", "visitors", "all_visitors")
    sums = sums_of_goals(query, goals, names).rows
    rows = []
    for goal in goals:
        conversions, visitors, everybody = cast(tuple[int, int, int], sums[((goal.name,),)])
        rows.append(_row(goal, conversions, visitors / everybody if everybody else None))
    return rows


def uncounted_rows(goals: Sequence[Goal]) -> list[GoalRow]:
    return [_row(goal, None, None) for goal in goals]


def _row(goal: Goal, conversions: int | None, rate: float | None) -> GoalRow:
    return GoalRow(
        name=visible(goal.name),
        url=reverse("site_goal", args=[goal.site_id, goal.pk]),
        report_url=_report_url(goal),
        words=words_of_goal(goal),
        conversions=conversions,
        rate=rate,
    )


def _report_url(goal: Goal) -> str:
    only = Filter(GOAL, Operator.IS, (goal.name,))
    chosen = urlencode({"period": PeriodName.LAST_28_DAYS.value, FIELD: only.text})
    return f"{reverse('site_report', args=[goal.site_id])}?{chosen}"
