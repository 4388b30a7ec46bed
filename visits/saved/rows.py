"""The rows of a report: asked of visits.reports, then put in the order that the report has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from visits.reports.breakdown import BY_NAME, breakdown, split_metrics, whole_breakdown
from visits.reports.dimensions import SITE
from visits.reports.exceptions import InvalidQuery
from visits.reports.metrics import Metric, metrics_of_totals, number
from visits.reports.query import ReportQuery
from visits.reports.results import Report as Result
from visits.reports.results import Row
from visits.reports.totals import totals
from visits.saved.question import Question
from visits.saved.refused import REFUSED, check_refusals, refusals, site_names
from visits.templatetags.stats import exact

# Beside a metric and the name: how much of it came or went, as a share of what was before and as it is.
BY_CHANGE = "change"
BY_DIFFERENCE = "difference"
# Such an order is that of all rows, which are held in memory for it.
ROWS_PUT_IN_ORDER = 100_000


def rows_of(question: Question) -> Result:
    """Return the report's rows, as many as it shows; `total_rows` counts all. Raises InvalidQuery.

    By site alone, all sites have a row, also those of which nothing was counted. In the order of change,
    what occurred in the comparison alone has one, too.
    """
    if not question.query.sites:
        return _nothing(question)
    if not question.dimensions and not question.is_of_refusals:
        return totals(question.query, question.metrics)
    if _needs_all(question):
        return _first_of_all(question)
    first, *others = question.dimensions
    return breakdown(
        question.query,
        first,
        question.metrics,
        second=others[0] if others else None,
        limit=question.report.limit,
        sort=question.report.sort or None,
    )


def _nothing(question: Question) -> Result:
    return Result(question.query, metrics_of(question), (), 0, question.dimensions)


def metrics_of(question: Question) -> tuple[Metric, ...]:
    """Return the metrics as the dimensions mean them. Raises InvalidQuery."""
    if question.is_of_refusals:
        check_refusals(question.query, question.metrics)
        return (REFUSED,)
    if not question.dimensions:
        return metrics_of_totals(question.metrics)
    return split_metrics(question.dimensions, question.metrics)


def _needs_all(question: Question) -> bool:
    """Tell whether the order is not one that a breakdown has, or rows are needed that it has not."""
    return (
        question.is_of_refusals
        or question.by_site_alone
        or question.dimensions[0].is_of_time
        or _sort_name(question.report.sort) in (BY_CHANGE, BY_DIFFERENCE)
    )


def _first_of_all(question: Question) -> Result:
    query = question.query
    found = _all(question, query.at(query.period))
    _check_number(found.total_rows)
    before = _all(question, query.at(query.comparison)) if query.comparison else None
    _check_number(found.total_rows + (before.total_rows if before else 0))
    rows = _merged(found, before, _sites(question))
    place = order_of(question, found.metrics)
    first = sorted(rows, key=place)[: question.report.limit]
    return Result(query, found.metrics, first, len(rows), question.dimensions)


def _check_number(rows: int) -> None:
    if rows > ROWS_PUT_IN_ORDER:
        raise InvalidQuery(
            "sort",
            _(
                "There are more than %(rows)s rows to put in this order. Choose another order, or fewer "
                "days, sites or values."
            )
            % {"rows": exact(ROWS_PUT_IN_ORDER)},
        )


def _all(question: Question, query: ReportQuery) -> Result:
    if question.is_of_refusals:
        reasons = question.looking.narrowing.reasons
        return refusals(query, question.dimensions, question.metrics, reasons)
    first, *others = question.dimensions
    second = others[0] if others else None
    return whole_breakdown(query, first, question.metrics, second=second)


def _sites(question: Question) -> Iterable[Row]:
    """Return a row without values for each site, where rows are sites."""
    if not question.by_site_alone:
        return
    for site in question.query.sites:
        names = site_names(site)
        label = SITE.words(*names)
        yield Row(names, label, (), labels=(label,), texts=(SITE.text(*names),))


def _merged(found: Result, before: Result | None, others: Iterable[Row]) -> list[Row]:
    """Return a row for each value that occurs now, in the comparison, or among the others."""
    nothing = tuple(metric.nothing for metric in found.metrics)
    now = {row.key: row for row in found.rows}
    then = {row.key: row for row in before.rows} if before else {}
    known = {row.key: row for row in others} | then | now
    return [
        replace(
            row,
            values=now[key].values if key in now else nothing,
            previous=(then[key].values if key in then else nothing) if before else None,
        )
        for key, row in known.items()
    ]


# Orders


def order_of(
    question: Question, metrics: tuple[Metric, ...]
) -> Callable[[Row], tuple[object, ...]]:
    """Return by what rows are sorted: undefined values last, equal ones by their texts.

    Raises InvalidQuery for a column that the report does not have.
    """
    dimensions, text = question.dimensions, question.report.sort
    is_of_time = bool(dimensions) and dimensions[0].is_of_time
    text = text or (BY_NAME if is_of_time else f"-{metrics[0].name}")
    name, is_descending = _sort_name(text), text.startswith("-")
    if name == BY_NAME:
        return _order_by_name(is_of_time=is_of_time, is_descending=is_descending)
    value_of = _value(name, metrics, has_comparison=question.query.comparison is not None)
    sign = -1 if is_descending else 1

    def place(row: Row) -> tuple[object, ...]:
        value = value_of(row)
        return value is None, sign * (value or 0), _texts(row), row.key

    return place


def is_by_difference(question: Question) -> bool:
    return bool(question.dimensions) and _sort_name(question.report.sort) == BY_DIFFERENCE


def _sort_name(text: str) -> str:
    return text.removeprefix("-")


def _order_by_name(*, is_of_time: bool, is_descending: bool) -> Callable[[Row], tuple[object, ...]]:
    """Return the order of the texts, of times from the earliest on."""

    def place(row: Row) -> tuple[object, ...]:
        texts = row.key if is_of_time else _texts(row)
        return (tuple(map(_reversed, texts)) if is_descending else texts), row.key

    return place


def _reversed(text: str) -> tuple[int, ...]:
    """Return what is the smaller, the later a text comes; the end of a text comes after all letters."""
    return (*(-ord(letter) for letter in text), 1)


def _texts(row: Row) -> tuple[str, ...]:
    return tuple(label.casefold() for label in row.labels)


def _value(
    name: str, metrics: tuple[Metric, ...], *, has_comparison: bool
) -> Callable[[Row], float | None]:
    if name in (BY_CHANGE, BY_DIFFERENCE):
        if not has_comparison:
            raise InvalidQuery("sort", _("Without a comparison there are no changes to sort by."))
        return _change if name == BY_CHANGE else difference
    places = {metric.name: place for place, metric in enumerate(metrics)}
    if name not in places:
        raise InvalidQuery("sort", _("Sort by a column of the report."))
    place = places[name]
    return lambda row: None if row.values[place] is None else number(row.values[place])


def _change(row: Row) -> float | None:
    """Return the change of the first metric; from nothing it is beyond all others."""
    value, before = row.values[0], row.previous[0] if row.previous else None
    if number(value) and not number(before):
        return math.inf
    return row.changes[0]


def difference(row: Row) -> float | None:
    """Return by how much the first metric is more than before."""
    if row.previous is None or row.values[0] is None or row.previous[0] is None:
        return None
    return number(row.values[0]) - number(row.previous[0])
