"""Whether a report can be answered at all, said before it is stored."""

from __future__ import annotations

import datetime as dt
from copy import copy

from django.utils.translation import gettext as _

from sites.models import Site
from visits.models import Operator, Report
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import GOAL, Filter
from visits.reports.metrics import OF_TOTALS
from visits.saved.question import Question, question_of
from visits.saved.rows import metrics_of, order_of

OF_GOALS = frozenset(("conversions", "conversion_rate"))


def check_report(report: Report, now: dt.datetime) -> None:
    """Raise InvalidQuery for a report that no sites could answer. Asks the database nothing."""
    draft = copy(report)
    draft.pk = None
    question = question_of(draft, now, Site.objects.none())
    metrics = metrics_of(question)
    order_of(question, metrics)
    _check_goals(question)
    if report.chart == Report.Chart.SERIES and not question.is_of_refusals:
        _check_series(metrics[0].name)


def _check_goals(question: Question) -> None:
    is_by_goal = any(dimension.name == GOAL for dimension in question.dimensions)
    is_of_goals = not OF_GOALS.isdisjoint(question.metrics)
    if is_of_goals and not is_by_goal and not any(map(_names_goal, question.query.filters)):
        raise InvalidQuery("metrics", _("Conversions are those of a goal: filter by one."))


def _names_goal(condition: Filter) -> bool:
    return condition.name == GOAL and not Operator(condition.operator).is_negative


def _check_series(metric: str) -> None:
    if metric not in OF_TOTALS:
        raise InvalidQuery("chart", "The main metric has no line by time: choose bars.")
