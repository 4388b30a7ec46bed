"""Totals: one number for each metric over the whole period."""

from __future__ import annotations

from collections.abc import Iterable

from visits.reports.metrics import METRICS, Metric, Value, columns_of, get_metrics
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row
from visits.reports.scan import Fact, Scan
from visits.reports.scan_orm import scan_facts


def totals(query: ReportQuery, metrics: Iterable[str] = tuple(METRICS)) -> Report:
    """Return one row: the period, and what it was in the comparison. One statement for each of them.

    Raises InvalidQuery for an unknown metric.
    """
    known = get_metrics(metrics)
    row = Row(
        key=(),
        label=query.period.label,
        values=_values(query, query.period, known),
        previous=_values(query, query.comparison, known) if query.comparison else None,
    )
    return Report(query, known, (row,), total_rows=1)


def _values(query: ReportQuery, period: Period, metrics: tuple[Metric, ...]) -> tuple[Value, ...]:
    columns = columns_of(metrics)
    scan = Scan(Fact.VISIT, (query.site.pk,), period.start, period.end, group_by=(), sums=columns)
    sums = dict(zip(columns, scan_facts(scan)[()], strict=True))
    return tuple(metric.value(sums) for metric in metrics)
