"""Taking whole visits out of the facts, for good or into quarantine, so that nothing else is wrong.

What is left adds up as if these visits had never come: of each visitor concerned, another visit and
other views become the first ones.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from visits.models import Hit, HitProperty, HitRevenue, OpenVisit, Visit
from visits.upkeep import steps
from visits.upkeep.changing import FactsGone, begin_change, in_parts, mend_visitors
from visits.upkeep.steps import Counts

# Which visits of a day are to go.
Choose = Callable[[dt.date], QuerySet[Visit]]


@dataclass(frozen=True, slots=True)
class Facts:
    """Visits with all that belongs to them."""

    visits: Sequence[Visit]
    hits: Sequence[Hit]
    properties: Sequence[HitProperty]
    revenues: Sequence[HitRevenue]

    def counts(self) -> Counts:
        return Counter({"visits": len(self.visits), "hits": len(self.hits)})


Keep = Callable[[dt.date, Facts], None]


def purge_steps(site_id: int, choose: Choose, days: Iterable[dt.date]) -> Iterator[Counts]:
    """Remove visits for good; yield what each transaction removed. Safe to repeat, and to kill."""
    return cut_steps(site_id, choose, days, _forget)


def cut_steps(
    site_id: int, choose: Choose, days: Iterable[dt.date], keep: Keep
) -> Iterator[Counts]:
    """Take visits out of the facts of some days; yield what each transaction took.

    `keep` is given the facts before they go, in the same transaction. A day whose facts go anyway is
    left alone.
    """
    for day in days:
        for ids in _portions(choose(day)):
            try:
                yield _cut(site_id, day, ids, keep)
            except FactsGone:
                break


def read_facts(site_id: int, day: dt.date, ids: Sequence[int], after_visit: int) -> Facts:
    """Return visits of a day with what belongs to them, those up to an id left out."""
    visits = Visit.objects.filter(site=site_id, day=day, pk__in=ids, pk__gt=after_visit)
    found = list(visits.order_by("pk"))
    hits = Hit.objects.filter(site=site_id, day=day, visit__in=[visit.pk for visit in found])
    hits_found = list(hits.order_by("pk"))
    hit_ids = [hit.pk for hit in hits_found]
    return Facts(found, hits_found, _details(HitProperty, hit_ids), _details(HitRevenue, hit_ids))


def _cut(site_id: int, day: dt.date, ids: Sequence[int], keep: Keep) -> Counts:
    with transaction.atomic():
        after_visit = begin_change(site_id, day)
        facts = read_facts(site_id, day, ids, after_visit)
        keep(day, facts)
        for rows in (facts.properties, facts.revenues, facts.hits, facts.visits):
            _delete(rows)
        mend_visitors(site_id, day, {visit.visitor for visit in facts.visits})
    return facts.counts()


def _portions(visits: QuerySet[Visit]) -> Iterator[list[int]]:
    """Yield the ids of visits, as many at a time as have hits for one step; a long visit is one."""
    portion: list[int] = []
    room = 0
    found = visits.order_by("pk").values_list("pk", "pageviews", "events")
    for visit_id, pageviews, events in list(found):
        rows = 1 + pageviews + events
        if portion and rows > room:
            yield portion
            portion = []
        if not portion:
            room = steps.STEP_ROWS
        portion.append(visit_id)
        room -= rows
    if portion:
        yield portion


def _forget(day: dt.date, facts: Facts) -> None:
    """Let nobody come back to these visits."""
    for some in in_parts([visit.pk for visit in facts.visits]):
        OpenVisit.objects.filter(pk__in=some).delete()


def _details(model: type[Any], hit_ids: Sequence[int]) -> list[Any]:
    rows = [row for some in in_parts(hit_ids) for row in model.objects.filter(hit__in=some)]
    return sorted(rows, key=lambda row: row.pk)


def _delete(rows: Sequence[models.Model]) -> None:
    """Delete rows that nothing refers to but those that go with them."""
    for some in in_parts(rows):
        model = type(some[0])
        model._default_manager.filter(pk__in=[row.pk for row in some]).delete()
