"""Puts the questions of plain loops to visits.reports: the one place of these tests that knows its doors.

`ask` returns the answer in the shape of `naive.answer`, with those metrics that the reports have. What
they do not offer (yet) raises NotOffered.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from sites.models import Site
from visits.reports.breakdown import MAX_ROWS, breakdown
from visits.reports.dimensions import DIMENSIONS, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.metrics import METRICS, Metric
from visits.reports.period import Interval, Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals
from visits.tests.reports.cases import NOW
from visits.tests.reports.naive import (
    Asked,
    Breakdown,
    Cross,
    Flow,
    Funnel,
    GoalBreakdown,
    Goals,
    PlainFilter,
    PlainVisit,
    Question,
    Series,
    Totals,
    answer,
)
from visits.tests.reports.naive.dimensions import monday

Answer = dict[Any, Any]
# What a plain loop does not count over any visits: it needs a goal, or a clock.
UNCOUNTED = {"current_visitors", "conversions", "conversion_rate"}
# Of a page, or of a row.
OF_ROWS = {"entries", "exits", "exit_rate", "page_bounce_rate", "percentage"}


class NotOffered(Exception):
    """The reports cannot be asked that; the message says what they lack."""


def check(
    questions: Iterable[Question], sites: Sequence[Site], visits: Sequence[PlainVisit]
) -> None:
    """Fail unless the reports agree with plain loops to the digit. Skip when they offer no answer."""
    missing, answered = [], 0
    for question in questions:
        try:
            found = ask(question, sites)
        except NotOffered as error:
            missing.append(str(error))
            continue
        answered += 1
        expected = answer(question, visits)
        assert agreed(found, expected) == expected, question
    if missing and not answered:
        pytest.skip(f"Not offered: {', '.join(sorted(set(missing)))}")


def agreed(found: Any, expected: Any) -> Any:
    """Return what was found, with what only the plain loops know taken from them.

    So a difference is shown as one.
    """
    if not isinstance(found, Mapping) or not isinstance(expected, Mapping):
        return found
    if not _is_row(expected):
        return {key: agreed(value, expected.get(key, {})) for key, value in found.items()}
    return {**expected, **found}


def _is_row(answer: Mapping[Any, Any]) -> bool:
    return "visitors" in answer


def ask(question: Question, sites: Sequence[Site]) -> Any:
    """Return the reports' answer. Raises NotOffered."""
    query = report_query(question.asked, sites)
    match question:
        case Totals():
            (row,) = totals(query, _metrics_of_totals()).rows
            return _values(row, [METRICS[name] for name in _metrics_of_totals()])
        case Series():
            return _ask_series(query, question.interval)
        case Breakdown():
            return _ask_breakdown(query, question.dimension)
        case Cross():
            raise NotOffered("two dimensions")
        case Goals() | GoalBreakdown():
            raise NotOffered("goals")
        case Funnel():
            raise NotOffered("funnels")
        case Flow():
            raise NotOffered("flow")


def report_query(asked: Asked, sites: Sequence[Site]) -> ReportQuery:
    """Return the question as the reports take it. Raises NotOffered."""
    fields = {field.name for field in dataclasses.fields(ReportQuery)}
    known: dict[str, Any] = {"period": _period(asked)}
    if "sites" in fields:
        known["sites"] = tuple(sites)
    elif len(sites) == 1:
        known["site"] = sites[0]
    else:
        raise NotOffered("many sites")
    if asked.filters:
        if "filters" not in fields:
            raise NotOffered("filters")
        known["filters"] = tuple(_filter(known_filter) for known_filter in asked.filters)
    return ReportQuery(**known)


def _period(asked: Asked) -> Period:
    if asked.since is not None:
        raise NotOffered("periods of instants")
    return Period.custom(asked.start, asked.end)


def _filter(known: PlainFilter) -> Any:
    raise NotOffered("filters")


def _metrics_of_totals() -> tuple[str, ...]:
    return tuple(name for name in METRICS if name not in UNCOUNTED | OF_ROWS)


def _ask_series(query: ReportQuery, interval: str) -> Answer:
    """Return the buckets in which something is; there must be no other difference to nothing."""
    names = _metrics_of_totals()
    if interval not in set(Interval):
        raise NotOffered(f"series by the {interval}")
    options: dict[str, Any] = {}
    if "interval" in inspect.signature(timeseries).parameters:
        options["interval"] = Interval(interval)
    elif query.period.interval != interval:
        raise NotOffered(f"series by the {interval} of these days")
    report = timeseries(query, names, now=NOW, **options)
    rows = {_bucket_key(row, interval): _values(row, report.metrics) for row in report.rows}
    assert len(rows) == len(report.rows)
    return {key: row for key, row in rows.items() if any(row.values())}


def _bucket_key(row: Row, interval: str) -> dt.date | int:
    """Return the date of a bucket, or its second: the period may cut the first of weeks and months."""
    assert row.bucket is not None
    if interval in ("minute", "hour"):
        return int(row.bucket.start.timestamp())
    day = row.bucket.start.date()
    return {"day": day, "week": monday(day), "month": day.replace(day=1)}[interval]


def _ask_breakdown(query: ReportQuery, name: str) -> Answer:
    try:
        dimension = get_dimension(name)
    except InvalidQuery as error:
        raise NotOffered(f"dimension {name}") from error
    names = [metric for metric in dimension.metrics if metric not in UNCOUNTED]
    report = breakdown(query, name, names, limit=MAX_ROWS)
    assert report.total_rows == len(report.rows)
    return _rows(report)


def _rows(report: Report) -> Answer:
    rows = {row.key: _values(row, report.metrics) for row in report.rows}
    assert len(rows) == len(report.rows)
    return rows


def _values(row: Row, metrics: Sequence[Metric]) -> Answer:
    values = zip([metric.name for metric in metrics], row.values, strict=True)
    return {name: _plain(value) for name, value in values}


def _plain(value: Any) -> Any:
    """Return amounts by currency as a plain loop has them."""
    return dict(value.amounts) if hasattr(value, "amounts") else value


def offered_dimensions() -> list[str]:
    """Return the names of all dimensions that can be asked without a goal or a key."""
    return [name for name in DIMENSIONS if name != "goal"]
