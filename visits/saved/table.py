"""From rows of values to a table that people read."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from visits.reports.dimensions import SITE
from visits.reports.metrics import Metric, Unit, Value, number
from visits.reports.results import Cell, Row
from visits.reports.results import Report as Result
from visits.reports.visible import visible
from visits.saved.answer import AnswerRow, AnswerTable, Column, Role, Shown
from visits.saved.heads import before_words, change_words
from visits.saved.question import Question
from visits.saved.rows import difference, is_by_difference
from visits.templatetags.stats import change, metric_exact, metric_value, tone

MINUS = "\N{MINUS SIGN}"


def table_of(question: Question, result: Result) -> AnswerTable:
    """Return the table of a report, with a link for each row that can be looked into."""
    shows_difference = is_by_difference(question)
    sites = {site.key: site for site in question.query.sites}
    place = _place_of_key(result)

    def answer_row(row: Row) -> AnswerRow:
        key = row.key[place] if place is not None else ""
        link = question.looking.link(result.dimensions, row.texts, key)
        shown = tuple(_shown(result, row, shows_difference=shows_difference))
        return AnswerRow(visible(row.label), shown, columns, link, sites.get(key))

    columns = tuple(_columns(result, shows_difference=shows_difference))
    rows = tuple(map(answer_row, result.rows))
    return AnswerTable(columns, rows, result.total_rows, result)


def _place_of_key(result: Result) -> int | None:
    """Return where rows have the key of their site, None when they are not split by sites."""
    place = 0
    for dimension in result.dimensions:
        if dimension is SITE:
            return place + len(SITE.fields) - 1
        place += max(1, len(dimension.fields))
    return None


# What was before is shown of the first metric alone: with that of all, a table is twice as wide, and files
# have it.


def _columns(result: Result, *, shows_difference: bool) -> Iterator[Column]:
    names = result.dimensions or ()
    for dimension in names:
        yield Column(dimension.name, str(dimension.label), Role.NAME)
    if not names:
        yield Column("period", _("Period"), Role.NAME)
    for metric in result.metrics:
        yield Column(metric.name, str(metric.label), Role.VALUE)
        if result.query.comparison is not None:
            if metric is result.metrics[0]:
                yield Column(f"previous_{metric.name}", before_words(metric), Role.PREVIOUS)
            yield Column(f"change_{metric.name}", change_words(metric), Role.CHANGE)
        if shows_difference and metric is result.metrics[0]:
            yield Column("difference", _("Difference"), Role.DIFFERENCE)


def _shown(result: Result, row: Row, *, shows_difference: bool) -> Iterator[Shown]:
    yield from (Shown(visible(label)) for label in row.labels or (row.label,))
    for cell in result.cells(row):
        yield _value(cell.value, cell.metric)
        is_first = cell.metric is result.metrics[0]
        if result.query.comparison is not None:
            if is_first:
                yield _value(cell.previous, cell.metric)
            yield _change(cell)
        if shows_difference and is_first:
            yield _difference(row, cell.metric)


def _value(value: Value, metric: Metric) -> Shown:
    """Return counts and amounts in full: numbers of a column are compared with each other."""
    exact = metric_exact(value, metric)
    is_in_full = metric.unit in (Unit.COUNT, Unit.MONEY)
    return Shown(exact if is_in_full else metric_value(value, metric), exact)


def _change(cell: Cell) -> Shown:
    if cell.change_rate is not None:
        before = _("before: %(value)s") % {"value": _value(cell.previous, cell.metric).text}
        return Shown(change(cell.change_rate), before, tone(cell.change_rate, cell.metric))
    is_new = number(cell.value) and not number(cell.previous)
    return Shown(_("new") if is_new and cell.previous is not None else "–")


def _difference(row: Row, metric: Metric) -> Shown:
    """Return by how much a number is more or less, with its sign."""
    size = difference(row)
    if size is None or metric.unit is Unit.MONEY:
        return Shown("–")
    sign = "+" if size > 0 else MINUS if size < 0 else ""
    written = abs(size) if metric.unit is not Unit.COUNT else round(abs(size))
    return Shown(f"{sign}{_value(written, metric).text}")
