"""Values for a filter that is being written: those of the site in the period that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import quote

from visits.dashboard.report import SiteReport
from visits.models import Goal, Operator
from visits.reports.breakdown import MAX_SEARCH_LENGTH, breakdown
from visits.reports.filter_text import join_dimension
from visits.reports.filters import GOAL, PROPERTY, Filter
from visits.reports.visible import visible
from visits.templatetags.stats import compact

OFFERED = 20


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value that occurs: its text in filters, its words, and how many visitors had it (None: not asked)."""

    text: str
    label: str
    visitors: int | None = None


@dataclass(frozen=True, slots=True)
class OfferedValue:
    """A value as templates/visits/_filter_values.html shows it; `inner_query` leads to a key's values."""

    text: str
    label: str
    count: str
    is_chosen: bool
    inner_query: str = ""


def find_values(
    report: SiteReport, dimension: str, typed: str, edited: Filter | None = None
) -> list[FoundValue]:
    """Return the values that occur and contain a text, most visitors first; of goals, those of the site.

    The other filters hold, not the one that is edited: it would leave nothing else to choose. Raises
    InvalidQuery.
    """
    typed = typed[:MAX_SEARCH_LENGTH]
    if dimension == GOAL:
        names = Goal.objects.filter(site=report.site).values_list("name", flat=True)
        found = [name for name in names if typed.casefold() in name.casefold()]
        return [FoundValue(name, name) for name in found[:OFFERED]]
    others = (each for each in report.choice.all_filters if each != edited)
    query = replace(report.query, comparison=None, filters=(*report.scope.limit, *others))
    rows = breakdown(query, dimension, ("visitors",), limit=OFFERED, search=typed).rows
    return [FoundValue(row.texts[0], row.label, cast(int, row.values[0])) for row in rows]


def text_of(found: Sequence[FoundValue], typed: str) -> str:
    """Return the text of the value that is called what was typed: DE of Germany; else what was typed."""
    called = typed.casefold()
    return next((value.text for value in found if value.label.casefold() == called), typed)


def offered_values(
    dimension: str, operator: Operator, chosen: Sequence[str], found: Sequence[FoundValue]
) -> list[OfferedValue]:
    """Return what can be ticked: what is chosen already, and what was found; parts of a text are typed."""
    by_text = {value.text: value for value in found}
    kept = [
        by_text.get(text, FoundValue(text, _words(dimension, operator, text))) for text in chosen
    ]
    others = [] if operator.is_partial else [value for value in found if value.text not in chosen]
    return [_offered(dimension, value, value.text in chosen) for value in (*kept, *others)]


def _offered(dimension: str, value: FoundValue, is_chosen: bool) -> OfferedValue:
    is_key = dimension == PROPERTY
    return OfferedValue(
        text=value.text,
        label=visible(value.label),
        count="" if value.visitors is None else compact(value.visitors),
        is_chosen=is_chosen,
        inner_query=quote(join_dimension(PROPERTY, value.text)) if is_key else "",
    )


def _words(dimension: str, operator: Operator, text: str) -> str:
    """Return what a value is called that was not found; a part of one is what was typed."""
    return text if operator.is_partial else Filter(dimension, operator, (text,)).value_words(text)
