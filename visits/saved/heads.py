"""What columns and orders are called, where people read them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from visits.reports import labels
from visits.reports.breakdown import BY_NAME
from visits.reports.dimensions import SITE, Dimension
from visits.reports.metrics import Metric
from visits.reports.results import Report as Result
from visits.saved.rows import BY_CHANGE, BY_DIFFERENCE


def before_words(metric: Metric) -> str:
    return _("%(metric)s before") % {"metric": metric.label}


def change_words(metric: Metric) -> str:
    return _("Change of %(metric)s") % {"metric": metric.label}


def heads_of(result: Result, names: tuple[str, ...]) -> dict[str, str]:
    """Return words for the names that columns have in files; revenue has a column for each currency."""
    words = dict(_words(result))
    return {name: words.get(name) or _of_currency(words, name) for name in names}


def order_words(result: Result, sort: str) -> str:
    """Return by what the rows of a report are sorted: “Visitors, largest first”; "" for totals."""
    if not result.dimensions:
        return ""
    first, metric = result.dimensions[0], result.metrics[0]
    sort = sort or (BY_NAME if first.is_of_time else f"-{metric.name}")
    name, is_descending = sort.removeprefix("-"), sort.startswith("-")
    if name == BY_NAME:
        words = _("%(column)s, last to first") if is_descending else _("%(column)s, first to last")
        return words % {"column": first.label}
    words = _("%(column)s, largest first") if is_descending else _("%(column)s, smallest first")
    changes = {BY_CHANGE: change_words(metric), BY_DIFFERENCE: _("Difference")}
    labels_of = {each.name: str(each.label) for each in result.metrics} | changes
    return words % {"column": labels_of.get(name, name)}


def _words(result: Result) -> Iterator[tuple[str, str]]:
    yield from (("from", _("From")), ("to", _("To")))
    for dimension in result.dimensions:
        yield from _dimension_words(dimension)
    for metric in result.metrics:
        yield metric.name, str(metric.label)
        yield f"previous_{metric.name}", before_words(metric)
        yield f"change_{metric.name}", change_words(metric)


def _dimension_words(dimension: Dimension) -> Iterator[tuple[str, str]]:
    """Yield the words of a value, and of what filters call it where that is a column of its own."""
    label = str(dimension.label)
    yield f"{dimension.name}_label", label
    if dimension is SITE:
        yield dimension.name, _("Domain")
    elif dimension.words is labels.text_label:
        yield dimension.name, label
    else:
        yield dimension.name, _("%(dimension)s (code)") % {"dimension": label}


def _of_currency(words: dict[str, str], name: str) -> str:
    base, _separator, currency = name.rpartition("_")
    return f"{words[base]} ({currency})" if base in words else name
