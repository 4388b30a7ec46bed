"""From ids to names: the sums of a dimension's values, exact although several ids may share a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from visits.reports.dimensions import Counting, Dimension
from visits.reports.query import ReportQuery
from visits.reports.scan import Only, Scan, Sums, fold
from visits.reports.scan_orm import scan_facts

Names = tuple[str, ...]

# In one statement; SQLite takes 32,766 values at most.
MAX_IDS = 5_000
TRUE = frozenset({1})


def sums_by_name(
    query: ReportQuery, dimension: Dimension, columns: tuple[str, ...]
) -> dict[Names, Sums]:
    """Return the sums for each value of the dimension that occurs in the period, in no order.

    Ids are scanned where their sums may be added up; that needs neither text nor a join.
    """
    if "visitors" in columns and dimension.counting is Counting.DISTINCT:
        return _scan_names(query, dimension, columns)
    by_id = _scan_ids(query, dimension, columns)
    names = find_names(dimension, list(by_id))
    by_name = cast(dict[Names, Sums], fold((names[row_id], sums) for row_id, sums in by_id.items()))
    if "visitors" in columns and dimension.counting is Counting.FIRST_VIEWS:
        _recount_shared(query, dimension, columns, names, by_name)
    return by_name


def find_names(dimension: Dimension, ids: Sequence[int]) -> dict[int, Names]:
    """Return the dimension's texts of each id; one statement for every 5,000."""
    names: dict[int, Names] = {}
    rows = dimension.model._default_manager.values_list("pk", *dimension.fields)
    for start in range(0, len(ids), MAX_IDS):
        found = rows.filter(pk__in=ids[start : start + MAX_IDS])
        names |= {row[0]: row[1:] for row in found}
    return names


def _recount_shared(
    query: ReportQuery,
    dimension: Dimension,
    columns: tuple[str, ...],
    names: Mapping[int, Names],
    by_name: dict[Names, Sums],
) -> None:
    """Replace the visitors of names with several ids: whoever viewed both pages is one visitor.

    Each visitor of a page has one first view of it, so these rows are enough.
    """
    uses = Counter(names.values())
    shared = frozenset(row_id for row_id, name in names.items() if uses[name] > 1)
    if not shared:
        return
    only = [Only("is_first_view", TRUE)]
    if len(shared) <= MAX_IDS:
        only.append(Only(dimension.column, shared))
    counts = _scan_names(query, dimension, ("visitors",), tuple(only))
    position = columns.index("visitors")
    for name in {names[row_id] for row_id in shared}:
        sums = list(by_name[name])
        (sums[position],) = counts[name]
        by_name[name] = tuple(sums)


def _scan_ids(
    query: ReportQuery, dimension: Dimension, columns: tuple[str, ...]
) -> dict[int, Sums]:
    rows = scan_facts(_scan(query, dimension, (dimension.column,), columns))
    return {cast(int, row_id): sums for (row_id,), sums in rows.items()}


def _scan_names(
    query: ReportQuery,
    dimension: Dimension,
    columns: tuple[str, ...],
    only: tuple[Only, ...] = (),
) -> dict[Names, Sums]:
    """Let the database join the names and count who is who."""
    group_by = tuple(f"{dimension.column}__{field}" for field in dimension.fields)
    distinct = tuple("distinct_visitors" if name == "visitors" else name for name in columns)
    rows = scan_facts(_scan(query, dimension, group_by, distinct, only))
    return cast(dict[Names, Sums], rows)


def _scan(
    query: ReportQuery,
    dimension: Dimension,
    group_by: tuple[str, ...],
    sums: tuple[str, ...],
    only: tuple[Only, ...] = (),
) -> Scan:
    period = query.period
    return Scan(dimension.fact, (query.site.pk,), period.start, period.end, group_by, sums, only)
