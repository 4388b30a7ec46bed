"""Changing facts while hits go on arriving: what has to happen in the transaction that does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sites.models import Site
from visits.models import Hit, QuarantinedVisit, SiteDay, Visit
from visits.models.collecting import forget_open_visits, wait_for_batches
from visits.upkeep.closing import mark_changed

# A database takes only so many values in one statement.
IDS_AT_MOST = 5_000

Item = TypeVar("Item")


class FactsGone(Exception):
    """The site is deleted, or retention has taken the facts of the day; what is left goes as well."""


def begin_change(site_id: int, day: dt.date) -> int:
    """Stand between two batches of a site, with the right to change facts of a day until the commit.

    1. batches of the site wait, and a writer forgets which visits it knows
    2. what was made of the day's facts holds no longer

    Return up to which id visits are void after a reset. Raises FactsGone.
    """
    wait_for_batches(site_id)
    forget_open_visits()
    reset_visit = Site.objects.filter(pk=site_id).values_list("last_reset_visit", flat=True).first()
    if reset_visit is None:
        raise FactsGone
    # Locked: retention says so in this row before it removes anything. What such a day was closed with is
    # all that is left of it, and holds for ever.
    row = SiteDay.objects.select_for_update().of_days(site_id, [day]).first()
    if row is not None and row.is_pruned:
        raise FactsGone
    mark_changed(site_id, [day])
    return reset_visit


def mend_visitors(site_id: int, day: dt.date, visitors: Collection[int]) -> None:
    """Say anew which visit and which views are the first ones of visitors of a day.

    As the collector says it: the one that was stored first. A visitor whose first visit has changed is
    known by another id from here on, also in quarantine.
    """
    visits = [
        visit
        for some in in_parts(sorted(visitors))
        for visit in Visit.objects.filter(site=site_id, day=day, visitor__in=some).order_by("pk")
    ]
    firsts: dict[int, int] = {}
    for visit in visits:
        firsts.setdefault(visit.visitor, visit.pk)
    _rename_in_quarantine(site_id, day, firsts)
    changed = [visit for visit in visits if _is_renamed(visit, firsts[visit.visitor])]
    Visit.objects.bulk_update(changed, ["visitor", "is_first"], batch_size=200)
    mend_views(site_id, day, {visit.pk: visit.visitor for visit in visits})


def mend_views(site_id: int, day: dt.date, visitors: dict[int, int]) -> None:
    """Say anew which views are the first of their page; `visitors` has the one of each visit, all of his."""
    hits = Hit.objects.filter(site=site_id, day=day, is_first_view__isnull=False)
    views = [
        view
        for some in in_parts(sorted(visitors))
        for view in hits.filter(visit__in=some).values_list(
            "pk", "visit_id", "page_id", "is_first_view"
        )
    ]
    seen: set[tuple[int, int]] = set()
    wrong: dict[bool, list[int]] = {True: [], False: []}
    for hit_id, visit_id, page_id, is_first_view in sorted(views):
        key = (visitors[visit_id], page_id)
        is_first = key not in seen
        seen.add(key)
        if is_first is not bool(is_first_view):
            wrong[is_first].append(hit_id)
    for is_first, ids in wrong.items():
        for some in in_parts(ids):
            Hit.objects.filter(pk__in=some).update(is_first_view=is_first)


def in_parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield items, as many at a time as a statement takes."""
    for start in range(0, len(items), IDS_AT_MOST):
        yield items[start : start + IDS_AT_MOST]


def _is_renamed(visit: Visit, first: int) -> bool:
    """Write into a visit what it is now, and tell whether it was something else."""
    before = (visit.visitor, visit.is_first)
    visit.visitor, visit.is_first = first, visit.pk == first
    return before != (visit.visitor, visit.is_first)


def _rename_in_quarantine(site_id: int, day: dt.date, firsts: dict[int, int]) -> None:
    """Let visits in quarantine know their visitor by the id that the other visits have now."""
    kept = QuarantinedVisit.objects.filter(site=site_id, day=day)
    renamed = {before: first for before, first in firsts.items() if before != first}
    if not renamed:
        return
    there = {
        visitor
        for some in in_parts(sorted(renamed))
        for visitor in kept.filter(visitor__in=some).values_list("visitor", flat=True)
    }
    for before in there:
        kept.filter(visitor=before).update(visitor=renamed[before])
