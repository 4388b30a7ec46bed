"""Puts the questions of plain loops to visits.reports: the one place of these tests that knows its doors.

`ask` returns the answer in the shape of `naive.answer`, with those metrics that the reports have. What
they do not offer (yet) raises NotOffered.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import pytest

from sites.models import Site
from visits.models import Page
from visits.reports.breakdown import MAX_ROWS, breakdown
from visits.reports.dimensions import DIMENSIONS, Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.metrics import METRICS, Metric
from visits.reports.period import Interval, Period
from visits.reports.query import ReportQuery
from visits.reports.results import Row
from visits.reports.scan import Scan
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals
from visits.tests.reports.engines import NOW
from visits.tests.reports.naive import (
    Asked,
    Breakdown,
    Cross,
    Flow,
    Funnel,
    Goals,
    PlainFilter,
    PlainGoal,
    PlainVisit,
    Question,
    Series,
    Totals,
    answer,
)
from visits.tests.reports.naive.dimensions import Names, monday
from visits.tests.reports.naive.filters import goals_of

Answer = dict[Any, Any]
# Of goals and of the clock; `conversions` can be asked where a filter names a goal.
OF_GOALS = {"conversions", "conversion_rate"}
UNCOUNTED = OF_GOALS | {"current_visitors"}
# Of a page, or of a row.
OF_ROWS = {"entries", "exits", "exit_rate", "percentage"}


class NotOffered(Exception):
    """The reports cannot be asked that; the message says what they lack."""


def check(
    questions: Iterable[Question], sites: Sequence[Site], visits: Sequence[PlainVisit]
) -> None:
    """Fail unless the reports agree with plain loops to the digit. Skip when they offer no answer."""
    missing, answered = set(), 0
    for question in questions:
        try:
            found = ask(question, sites)
        except NotOffered as error:
            missing.add(str(error))
            continue
        answered += 1
        wrong = differences(found, answer(question, visits))
        assert not wrong, f"{question}: found, expected: {wrong}"
    if missing and not answered:
        pytest.skip(f"Not offered: {', '.join(sorted(missing))}")


def differences(found: Any, expected: Any) -> Any:
    """Return where two answers differ, as pairs of what was found and what was expected.

    Of a row only those metrics are compared that the reports have.
    """
    if not isinstance(found, Mapping) or not isinstance(expected, Mapping):
        return {} if found == expected else (found, expected)
    keys = found.keys() if _is_row(expected) else {**expected, **found}.keys()
    compared = {key: differences(found.get(key), expected.get(key)) for key in keys}
    return {key: pair for key, pair in compared.items() if pair != {}}


def _is_row(answer: Mapping[Any, Any]) -> bool:
    return "visitors" in answer


def ask(question: Question, sites: Sequence[Site]) -> Any:
    """Return the reports' answer. Raises NotOffered."""
    goals = [goal for known in question.asked.filters for goal in known.goals]
    match question:
        case Goals():
            goals += question.goals
        case Funnel():
            goals += question.steps
    query = report_query(question.asked, sites)
    store_goals(sites, goals)
    match question:
        case Totals():
            return _ask_totals(query, question.asked)
        case Series():
            return _ask_series(query, question.interval)
        case Breakdown():
            rows = _ask_breakdown(query, question.asked, (question.dimension,))
            return {key: row for (key,), row in rows.items()}
        case Cross():
            return _ask_breakdown(query, question.asked, (question.first, question.second))
        case Goals():
            return _ask_goals(query)
        case Funnel():
            return _ask_funnel(query, question.steps, sites)
        case Flow():
            return _ask_flow(query, question.path)


def check_comparison(
    question: Totals | Breakdown, before: Asked, sites: Sequence[Site], visits: Sequence[PlainVisit]
) -> None:
    """Fail unless what is set beside the answer is the answer to the same question about other days."""
    query = dataclasses.replace(
        report_query(question.asked, sites), comparison=_period(before, sites[0])
    )
    known: Any = answer(dataclasses.replace(question, asked=before), visits)
    rows: dict[Any, Any]
    if isinstance(question, Totals):
        report = totals(query, ("visitors", "visits", "bounce_rate"))
        rows, expected = {(): report.rows[0].previous}, {(): known}
    else:
        report = breakdown(query, question.dimension, limit=MAX_ROWS)
        rows, expected = {row.key: row.previous for row in report.rows}, known
    names = [metric.name for metric in report.metrics]
    for key, values in rows.items():
        row = expected.get(key, {})
        assert [value or 0 for value in values or ()] == [row.get(name) or 0 for name in names]


# Questions


def report_query(asked: Asked, sites: Sequence[Site]) -> ReportQuery:
    """Return the question as the reports take it. Raises NotOffered."""
    fields = {field.name for field in dataclasses.fields(ReportQuery)}
    known: dict[str, Any] = {"period": _period(asked, sites[0])}
    if "sites" in fields:
        known["sites"] = tuple(sites)
    elif len(sites) == 1:
        known["site"] = sites[0]
    else:
        raise NotOffered("many sites")
    if asked.filters:
        if "filters" not in fields:
            raise NotOffered("filters")
        known["filters"] = tuple(_filter(condition) for condition in asked.filters)
    return ReportQuery(**known)


def _period(asked: Asked, site: Site) -> Period:
    period = Period.custom(asked.start, asked.end)
    if asked.since is None or asked.until is None:
        return period
    if "began_from" not in {field.name for field in dataclasses.fields(Scan)}:
        raise NotOffered("periods of instants")
    since, until = (dt.datetime.fromtimestamp(at, site.zone) for at in (asked.since, asked.until))
    return dataclasses.replace(period, since=since, until=until)


def _filter(known: PlainFilter) -> Any:
    filters = _module("filters")
    values = tuple(goal.name for goal in known.goals) or known.values
    return filters.Filter(known.dimension, known.operator, values)


def store_goals(sites: Sequence[Site], goals: Iterable[PlainGoal]) -> None:
    """Let each of the sites have these goals and no others. Raises NotOffered."""
    known = list({goal.name: goal for goal in goals}.values())
    if not known:
        return
    models = _models()
    # A goal stays as long as a funnel needs it.
    models.Funnel.objects.filter(site__in=sites).delete()
    models.Goal.objects.filter(site__in=sites).delete()
    models.Goal.objects.bulk_create(
        _goal(models.Goal, site, goal) for site in sites for goal in known
    )


def _models() -> Any:
    """Return the models of visits with goals and funnels among them. Raises NotOffered."""
    models = importlib.import_module("visits.models")
    if not hasattr(models, "Goal"):
        raise NotOffered("goals")
    return models


def _goal(model: Any, site: Site, goal: PlainGoal) -> Any:
    fields = {"site": site, "name": goal.name}
    if goal.event:
        conditions = [
            {"key": key, "operator": "is", "value": value} for key, value in goal.properties
        ]
        return model(kind="event", event_name=goal.event, conditions=conditions, **fields)
    kind = "page" if goal.scroll_percent is None else "scroll"
    return model(kind=kind, page_pattern=goal.path, scroll_percent=goal.scroll_percent, **fields)


def _module(name: str) -> Any:
    """Return a module of the reports. Raises NotOffered when there is none."""
    try:
        return importlib.import_module(f"visits.reports.{name}")
    except ModuleNotFoundError as error:
        raise NotOffered(name) from error


# Answers


def _metrics_of(asked: Asked, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the metrics that a plain loop counts; conversions where goals are named."""
    has_goals = bool(goals_of(asked.filters))
    left_out = UNCOUNTED - OF_GOALS if has_goals else UNCOUNTED
    return tuple(name for name in names if name in METRICS and name not in left_out)


def _ask_totals(query: ReportQuery, asked: Asked) -> Answer:
    names = [name for name in _metrics_of(asked, METRICS) if name not in OF_ROWS]
    report = totals(query, names)
    (row,) = report.rows
    return _values(row, report.metrics)


def _ask_series(query: ReportQuery, interval: str) -> Answer:
    """Return the buckets in which something is; the others must be there, and empty."""
    if interval not in set(Interval):
        raise NotOffered(f"series by the {interval}")
    options: dict[str, Any] = {}
    if "interval" in inspect.signature(timeseries).parameters:
        if interval not in query.period.allowed_intervals:
            raise NotOffered(f"series by the {interval} of these days")
        options["interval"] = Interval(interval)
    elif query.period.interval != interval:
        raise NotOffered(f"series by the {interval} of these days")
    names = [name for name in METRICS if name not in UNCOUNTED | OF_ROWS]
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


def _ask_breakdown(query: ReportQuery, asked: Asked, names: Sequence[str]) -> Answer:
    known = [_dimension(name) for name in names]
    common = [
        name
        for name in _metrics_of(asked, known[0].metrics)
        if all(name in dimension.metrics for dimension in known)
    ]
    options: dict[str, Any] = {"limit": MAX_ROWS}
    if len(known) > 1:
        if "second" not in inspect.signature(breakdown).parameters:
            raise NotOffered("two dimensions")
        options["second"] = names[1]
    report = breakdown(query, names[0], common, **options)
    assert report.total_rows == len(report.rows)
    rows = {_split_key(row.key, known): _values(row, report.metrics) for row in report.rows}
    assert len(rows) == len(report.rows)
    return rows


def _dimension(name: str) -> Dimension:
    try:
        dimension = get_dimension(name)
    except InvalidQuery as error:
        raise NotOffered(f"dimension {name}") from error
    if name == "title" and not hasattr(Page, "title"):
        raise NotOffered("titles")
    return dimension


def _split_key(key: tuple[str, ...], dimensions: Sequence[Dimension]) -> tuple[Names, ...]:
    """Return the texts of each dimension by themselves; times have no fields, and one text."""
    texts = iter(key)
    split = tuple(tuple(islice(texts, max(1, len(each.fields)))) for each in dimensions)
    assert not list(texts)
    return split


def _ask_goals(query: ReportQuery) -> Answer:
    _module("goals")
    names = [name for name in _dimension("goal").metrics if name in METRICS]
    report = breakdown(query, "goal", names, limit=MAX_ROWS)
    return {row.key[0]: _values(row, report.metrics) for row in report.rows}


def _ask_funnel(query: ReportQuery, steps: Sequence[PlainGoal], sites: Sequence[Site]) -> list[int]:
    """Return the visits of each step. A funnel belongs to a site, so there is one of them."""
    funnels, models = _module("funnels"), _models()
    [site] = sites
    goals = {goal.name: goal for goal in models.Goal.objects.filter(site=site)}
    funnel = models.Funnel.objects.create(site=site, name="In order")
    funnel.replace_steps([goals[step.name] for step in steps])
    return [step.visits for step in funnels.funnel(query, funnel).steps]


def _ask_flow(query: ReportQuery, path: str) -> dict[str, dict[str | None, int]]:
    flow = _module("flow")
    reports = {way: flow.flow(query, path, way, limit=MAX_ROWS) for way in ("previous", "next")}
    return {
        way: {row.path or None: row.views for row in report.rows} for way, report in reports.items()
    }


def _values(row: Row, metrics: Sequence[Metric]) -> Answer:
    values = zip([metric.name for metric in metrics], row.values, strict=True)
    return {name: _plain(value) for name, value in values}


def _plain(value: Any) -> Any:
    """Return amounts by currency as a plain loop has them."""
    return dict(value.amounts) if hasattr(value, "amounts") else value


def offered_dimensions() -> list[str]:
    """Return the names of all dimensions but goals, with the keys of properties that streams have."""
    names = [name for name in DIMENSIONS if name != "goal"]
    return [*names, "property[plan]", "property[seats]"] if "property" in names else names
