"""Totals: one number for each metric over the whole period."""

from __future__ import annotations

from collections.abc import Iterable

from visits.reports.measure import Split, measure
from visits.reports.metrics import Metric, Value, columns_of, metrics_of_totals
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row

# What can be said of a period without naming a goal or a page.
TOTALS = (
    "visitors",
    "visits",
    "pageviews",
    "events",
    "views_per_visit",
    "bounce_rate",
    "visit_duration",
)


def totals(query: ReportQuery, metrics: Iterable[str] = TOTALS) -> Report:
    """Return one row: the period, and what it was in the comparison. A scan for each kind of facts.

    Raises InvalidQuery for an unknown metric, and for conversions without a filter by goal.
    """
    known = metrics_of_totals(metrics, "current_visitors")
    row = Row(
        key=(),
        label=query.period.label,
        values=_values(query.at(query.period), known),
        previous=_values(query.at(query.comparison), known) if query.comparison else None,
    )
    return Report(query, known, (row,), total_rows=1)


def _values(query: ReportQuery, metrics: tuple[Metric, ...]) -> tuple[Value, ...]:
    sums = measure(query, Split(), columns_of(metrics)).only_row
    return tuple(metric.value(sums) for metric in metrics)
