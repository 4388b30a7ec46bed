"""Sums by the values of dimensions, exact although several ids may share a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from visits.models import Property
from visits.reports.dimension_names import find_names
from visits.reports.dimensions import SITE, Counting, Dimension
from visits.reports.measure import Measured, Rows, Split, is_constant, measure
from visits.reports.metrics import Sum, add_sums
from visits.reports.query import ReportQuery
from visits.reports.scan import Fact, Group, Key, Names, Only

# Where nearly every id has a name of its own.
MOSTLY_UNIQUE = frozenset(
    ("page", "entry_page", "exit_page", "event_name", "screen", "language", "site")
)
# What cannot be added up over the ids of one name.
COMPARED = frozenset(("visitors", "all_visitors"))


def sums_by_names(
    query: ReportQuery, dimensions: tuple[Dimension, ...], names: tuple[str, ...]
) -> Measured:
    """Return the sums for each combination of the dimensions' values; a key has a tuple for each.

    Ids are scanned where their sums may be added up; otherwise the facts are asked by name.
    """
    split = _split(query, dimensions)
    if _is_by_id(query, split.fact, dimensions, names):
        return _by_id(query, dimensions, split, names)
    groups = tuple(_group(dimension, is_named=True) for dimension in dimensions)
    measured = measure(query, replace(split, groups=groups), names)
    keys = {key: _key(dimensions, key) for key in measured.rows}
    return _folded(measured, keys)


def _split(query: ReportQuery, dimensions: tuple[Dimension, ...]) -> Split:
    """Return the split by ids. An event has a page, so of both the events are what occurs."""
    facts = {dimension.fact for dimension in dimensions}
    fact = next((fact for fact in (Fact.EVENT, Fact.PAGEVIEW) if fact in facts), Fact.VISIT)
    keys = [dimension.property_key for dimension in dimensions if dimension.property_key]
    only = tuple(Only("property", _properties(query, key)) for key in keys)
    groups = tuple(_group(dimension, is_named=False) for dimension in dimensions)
    return Split(groups, fact, only)


def _group(dimension: Dimension, *, is_named: bool) -> Group:
    return Group(dimension.column, dimension.fields if is_named else ())


def _properties(query: ReportQuery, key: str) -> frozenset[int]:
    rows = Property.objects.filter(site__in=query.site_ids, key=key)
    return frozenset(rows.values_list("pk", flat=True))


def _is_by_id(
    query: ReportQuery, fact: Fact, dimensions: tuple[Dimension, ...], names: tuple[str, ...]
) -> bool:
    """Tell whether ids may be scanned: nothing is compared, a flag is enough, or names are seldom shared."""
    if (
        len(dimensions) == 1
        and dimensions[0].column in MOSTLY_UNIQUE
        and _is_natural(dimensions[0])
    ):
        return True
    if any(dimension.is_of_time and dimension.column != "day" for dimension in dimensions):
        return len(dimensions) == 1
    if fact is not Fact.VISIT and "visits" in names:
        return False
    if COMPARED.isdisjoint(names):
        return True
    if not is_constant(query):
        return all(dimension.column == "day" for dimension in dimensions)
    flags = {dimension.counting for dimension in dimensions}
    if fact is Fact.VISIT:
        return flags == {Counting.FIRST_VISITS}
    return fact is Fact.PAGEVIEW and flags == {Counting.FIRST_VIEWS} and len(dimensions) == 1


def _is_natural(dimension: Dimension) -> bool:
    """Tell whether the dimension's fields are what its rows are known by, nearly always alone."""
    return dimension.fields in (("path",), ("name",), ("size",), ("code",), SITE.fields)


def _by_id(
    query: ReportQuery, dimensions: tuple[Dimension, ...], split: Split, names: tuple[str, ...]
) -> Measured:
    by_id = measure(query, split, names)
    labels = [
        _names(dimension, {key[place] for key in by_id.rows})
        for place, dimension in enumerate(dimensions)
    ]
    if len(labels) > 1:
        return _folded(by_id, {key: _labelled(key, labels) for key in by_id.rows})
    [own] = labels
    keys: dict[Key, Key] = {key: (own[key[0]],) for key in by_id.rows}
    if len(set(own.values())) == len(own) and not by_id.others:
        return Measured(names, {keys[key]: sums for key, sums in by_id.rows.items()})
    by_name = _folded(by_id, keys)
    compared = _compared(split, names)
    if compared and dimensions[0].counting is not Counting.FIRST_VISITS:
        _recount_shared(query, dimensions[0], split, own, by_name, compared)
    return by_name


def _names(dimension: Dimension, ids: set[object]) -> Mapping[object, Names]:
    if dimension.part:
        return {value: (dimension.part(value),) for value in ids}
    found = find_names(dimension.column, dimension.fields, cast(set[int], ids))
    return cast(Mapping[object, Names], found)


def _labelled(key: Key, labels: Sequence[Mapping[object, Names]]) -> Key:
    return tuple(names[value] for names, value in zip(labels, key, strict=True))


def _folded(measured: Measured, keys: Mapping[Key, Key]) -> Measured:
    """Add up the rows of each name, and leave out the names of which nothing occurs."""
    folded: Rows = {}
    for key, sums in measured.rows.items():
        known = folded.setdefault(keys[key], sums)
        if known is not sums:
            folded[keys[key]] = _added(measured.names, known, sums)
    if measured.others:
        occurring = {keys[key] for key in measured.rows.keys() - measured.others}
        folded = {key: sums for key, sums in folded.items() if key in occurring}
    return Measured(measured.names, folded)


def _added(
    names: tuple[str, ...], known: tuple[Sum, ...], sums: tuple[Sum, ...]
) -> tuple[Sum, ...]:
    """Add up two rows; the number of all visitors is the same in each of them."""
    return tuple(
        one if name == "total_visitors" else add_sums(one, other)
        for name, one, other in zip(names, known, sums, strict=True)
    )


def _recount_shared(
    query: ReportQuery,
    dimension: Dimension,
    split: Split,
    names: Mapping[object, Names],
    by_name: Measured,
    compared: tuple[str, ...],
) -> None:
    """Replace what was compared by id where a name has several: who viewed both pages is one visitor."""
    uses = Counter(names.values())
    shared = frozenset(cast(int, row_id) for row_id, name in names.items() if uses[name] > 1)
    if not shared:
        return
    named = replace(
        split,
        groups=(_group(dimension, is_named=True),),
        only=(*split.only, Only(dimension.column, shared)),
        compares=True,
    )
    places = [by_name.names.index(name) for name in compared]
    for key, counts in measure(query, named, compared).rows.items():
        if key in by_name.rows:
            sums = list(by_name.rows[key])
            for place, count in zip(places, counts, strict=True):
                sums[place] = count
            by_name.rows[key] = tuple(sums)


def _compared(split: Split, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the sums cannot be added up over the ids of one name."""
    of_hits = {"visits"} if split.fact is not Fact.VISIT else set()
    return tuple(name for name in names if name in COMPARED or name in of_hits)


def _key(dimensions: tuple[Dimension, ...], key: Key) -> Key:
    """Return a key whose times are texts too."""
    return tuple(
        (dimension.part(value),) if dimension.part else value
        for dimension, value in zip(dimensions, key, strict=True)
    )
