"""Answers questions about the order of hits with the Django ORM: one statement, rows read as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import chain, pairwise
from operator import add, or_

from django.db.models import Case, IntegerField, Value, When

from visits.reports.scan import Fact, Having, HitLike, Key, Only, Ranges, Sums
from visits.reports.scan_orm import hits_of_visits, is_like
from visits.reports.sequence import NOTHING, Neighbours, SequenceScan, Steps

IN_TIME = ("visit_id", "at", "pk")
BACK_IN_TIME = ("-visit_id", "-at", "-pk")
ROWS_AT_ONCE = 10_000
# Visit and what is asked of the hit, one visit's hits after another's.
Row = tuple[int, int]


def count_orm(scan: SequenceScan, days: Ranges) -> dict[Key, Sums]:
    """Return the counts over these ranges of days."""
    if isinstance(scan, Steps):
        return {(): _count_steps(_steps_met(scan, days), len(scan.likes))}
    counts = _count_neighbours(_views(scan, days), scan.pages)
    return {(page,): (views,) for page, views in counts.items()}


def _steps_met(steps: Steps, days: Ranges) -> Iterator[Row]:
    """Yield the hits that meet any step: bit 0 says that it is the first, bit 1 the second, and so on."""
    conditions = [is_like(like, steps.visits) for like in steps.likes]
    bits = (
        Case(When(condition, then=Value(1 << place)), default=0, output_field=IntegerField())
        for place, condition in enumerate(conditions)
    )
    hits = (
        hits_of_visits(steps.visits, days)
        .filter(reduce(or_, conditions))
        .annotate(met=reduce(add, bits))
    )
    yield from hits.order_by(*IN_TIME).values_list("visit_id", "met").iterator(ROWS_AT_ONCE)


def _count_steps(rows: Iterable[Row], count: int) -> Sums:
    """Let each visit take the earliest hit that meets its next step.

    That is exact: whichever hits a visit could take instead are no earlier, so that behind them are none
    for the next step which are not behind the earliest.
    """
    reached = [0] * count
    current, step = None, 0
    for visit, met in rows:
        if visit != current:
            current, step = visit, 0
        if step < count and met >> step & 1:
            reached[step] += 1
            step += 1
    return tuple(reached)


def _views(neighbours: Neighbours, days: Ranges) -> Iterator[Row]:
    """Yield the views, with their pages, of the visits that viewed one of the pages."""
    viewed = Having((HitLike(Fact.PAGEVIEW, (Only("page", neighbours.pages),)),))
    visits = replace(neighbours.visits, having=(*neighbours.visits.having, viewed))
    views = hits_of_visits(visits, days).filter(is_like(HitLike(Fact.PAGEVIEW), visits))
    order = IN_TIME if neighbours.is_next else BACK_IN_TIME
    yield from views.order_by(*order).values_list("visit_id", "page_id").iterator(ROWS_AT_ONCE)


def _count_neighbours(rows: Iterable[Row], pages: frozenset[int]) -> Counter[int]:
    """Count what follows the pages. Who asks for what is before them has turned the order around."""
    counts: Counter[int] = Counter()
    end: tuple[None, int] = None, NOTHING
    for (visit, page), (other, neighbour) in pairwise(chain(rows, [end])):
        if page in pages:
            counts[neighbour if visit == other else NOTHING] += 1
    return counts
