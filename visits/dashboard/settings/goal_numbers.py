"""How often the goals of a site were met lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.urls import reverse

from sites.models import Site
from visits.dashboard.settings.goal_words import GoalWords, words_of_goal
from visits.models import Goal, Operator
from visits.reports.filter_text import FIELD
from visits.reports.filters import GOAL, Filter
from visits.reports.goals import sums_of_goals
from visits.reports.metrics import METRICS, Revenue, Sum, number
from visits.reports.period import Period, PeriodName
from visits.reports.query import ReportQuery
from visits.reports.visible import visible
from visits.templatetags.stats import metric_exact

# What is counted of a goal, in the order in which it is shown everywhere.
SUMS = ("visitors", "all_visitors", "conversions", "revenue")


@dataclass(frozen=True, slots=True)
class GoalNumbers:
    """The visitors who met a goal, as a share of all, too, the hits that met it, and what these earned.

    All are None where they are not known, the share without visitors, too; `revenue` is empty where nothing
    was earned.
    """

    visitors: int | None = None
    rate: float | None = None
    conversions: int | None = None
    revenue: str = ""


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with its numbers. `report_url` is the report of those who met it."""

    name: str
    url: str
    report_url: str
    words: GoalWords
    numbers: GoalNumbers


def last_28_days(site: Site, now: dt.datetime) -> ReportQuery:
    return ReportQuery((site,), Period.named(PeriodName.LAST_28_DAYS, now, site.zone))


def counted_rows(query: ReportQuery, goals: Sequence[Goal]) -> list[GoalRow]:
    """Return a row for each goal, in their order; a few statements for all of them.

    Raises LostDays when the numbers cannot be read.
    """
    sums = sums_of_goals(query, goals, SUMS).rows
    return [_row(goal, _numbers(sums[((goal.name,),)])) for goal in goals]


def uncounted_rows(goals: Sequence[Goal]) -> list[GoalRow]:
    return [_row(goal, GoalNumbers()) for goal in goals]


def numbers_of(query: ReportQuery, goal: Goal) -> GoalNumbers:
    """Return the numbers of a goal, which need not be stored. Raises LostDays."""
    [sums] = sums_of_goals(query, [goal], SUMS).rows.values()
    return _numbers(sums)


def _numbers(sums: Sequence[Sum]) -> GoalNumbers:
    visitors, everybody, conversions, revenue = cast(tuple[int, int, int, Revenue], sums)
    return GoalNumbers(
        visitors=visitors,
        rate=visitors / everybody if everybody else None,
        conversions=conversions,
        revenue=metric_exact(revenue, METRICS["revenue"]) if number(revenue) else "",
    )


def _row(goal: Goal, numbers: GoalNumbers) -> GoalRow:
    return GoalRow(
        name=visible(goal.name),
        url=reverse("site_goal", args=[goal.site_id, goal.pk]),
        report_url=_report_url(goal),
        words=words_of_goal(goal),
        numbers=numbers,
    )


def _report_url(goal: Goal) -> str:
    only = Filter(GOAL, Operator.IS, (goal.name,))
    chosen = urlencode({"period": PeriodName.LAST_28_DAYS.value, FIELD: only.text})
    return f"{reverse('site_report', args=[goal.site_id])}?{chosen}"
