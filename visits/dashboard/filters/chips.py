"""Filters as a person sees them: chips to take away, and rows to filter by."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from visits.dashboard.choice import FILTER_PARAMETERS, Choice
from visits.dashboard.link import ChoiceLink
from visits.models import Operator
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import FILTERS_AT_MOST, Filter, segment_filters
from visits.reports.visible import visible


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter, or a segment with the words of all its filters as `title`; `removal` leads to the rest.

    `edits` is what the editor of filters needs to know of a filter, `unfolding` shows the filters of a
    segment one by one: each chip has one of them.
    """

    words: str
    title: str
    removal: ChoiceLink
    edits: str = ""
    unfolding: ChoiceLink | None = None


def chips(choice: Choice) -> list[Chip]:
    """Return a chip for each segment and each filter, in the order of the address."""
    return [
        *(
            Chip(
                words=_("Segment %(name)s") % {"name": visible(segment.name)},
                title=visible(", ".join(each.words for each in segment_filters(segment))),
                removal=choice.without_segment(segment).link("", *FILTER_PARAMETERS),
                unfolding=choice.unfolded(segment).link("", *FILTER_PARAMETERS),
            )
            for segment in choice.segments
        ),
        *(
            Chip(
                words=visible(condition.words),
                title=visible(condition.words),
                removal=choice.without_filter(condition).link("", *FILTER_PARAMETERS),
                edits=urlencode({"edits": condition.text}),
            )
            for condition in choice.filters
        ),
    ]


def clearing(choice: Choice) -> ChoiceLink | None:
    """Return the link without any filter, None where there are none or one to take away."""
    is_many = len(choice.filters) + len(choice.segments) > 1
    return choice.without_filters().link(_("Clear all"), *FILTER_PARAMETERS) if is_many else None


def row_filter(choice: Choice, dimension: str, text: str, label: str) -> ChoiceLink | None:
    """Return the link that filters by a value, or no longer does; None where that is not possible.

    A value of an earlier version may be longer than filters are, and there may be enough of them.
    """
    try:
        condition = Filter(dimension, Operator.IS, (text,))
    except InvalidQuery:
        return None
    if condition in choice.filters:
        other = choice.without_filter(condition)
        words = _("Do not filter by %(value)s") % {"value": label}
        return other.link(words, *FILTER_PARAMETERS, is_chosen=True)
    if len(choice.all_filters) >= FILTERS_AT_MOST:
        return None
    words = _("Filter by %(value)s") % {"value": label}
    return choice.with_filter(condition).link(words, *FILTER_PARAMETERS)
