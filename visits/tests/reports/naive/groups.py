"""What is counted of visits by the values of dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from visits.tests.reports.naive.dimensions import (
    OF_VISITS,
    Names,
    hit_texts,
    is_of_events,
    is_of_views,
    is_of_visits,
)
from visits.tests.reports.naive.filters import Counted
from visits.tests.reports.naive.visits import KeptHit, PlainVisit

# A key has the value of each dimension.
Key = tuple[Names, ...]
Groups = dict[Key, list[Counted]]


def groups_by(counted: Sequence[Counted], dimensions: Sequence[str]) -> Groups:
    """Return what is counted of each visit by the values of its dimensions.

    With a dimension of events they are the events that have the values; else with one of views the views.
    """
    groups: Groups = {}
    for one in counted:
        parts: dict[Key, Counted] = {}
        for key, views, events in _pieces(one, dimensions):
            part = parts.setdefault(key, Counted(one.visit))
            part.views += views
            part.events += events
        for key, part in parts.items():
            groups.setdefault(key, []).append(part)
    return groups


def is_first_of(visit: PlainVisit, dimensions: Sequence[str], key: Key) -> bool:
    """Tell whether the visit, by the page of its first hit, has these values."""
    return key in _keys(visit, visit.entry, dimensions)


def is_last_of(visit: PlainVisit, dimensions: Sequence[str], key: Key) -> bool:
    return key in _keys(visit, visit.exit, dimensions)


def _pieces(
    one: Counted, dimensions: Sequence[str]
) -> Iterator[tuple[Key, list[KeptHit], list[KeptHit]]]:
    """Yield keys of a visit with the views and the events that have them."""
    if any(is_of_events(dimension) for dimension in dimensions):
        for event in one.events:
            for key in _keys(one.visit, event, dimensions):
                yield key, [], [event]
    elif any(is_of_views(dimension) for dimension in dimensions):
        for view in one.views:
            for key in _keys(one.visit, view, dimensions):
                yield key, [view], []
    else:
        yield (
            tuple(OF_VISITS[dimension](one.visit) for dimension in dimensions),
            one.views,
            one.events,
        )


def _keys(visit: PlainVisit, hit: KeptHit, dimensions: Sequence[str]) -> Iterable[Key]:
    values = [
        [OF_VISITS[dimension](visit)]
        if is_of_visits(dimension)
        else [(text,) for text in hit_texts(dimension, hit)]
        for dimension in dimensions
    ]
    return product(*values)
