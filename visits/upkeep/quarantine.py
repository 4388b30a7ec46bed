"""Taking visits out of all reports, and putting them back exactly as they were.

See docs/decisions/0016-quarantined-visits-leave-the-facts.md.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F, QuerySet

from sites.models import Site
from visits.models import (
    Hit,
    HitProperty,
    HitRevenue,
    OpenVisit,
    Quarantine,
    QuarantinedVisit,
    Visit,
)
from visits.upkeep import steps
from visits.upkeep.changing import FactsGone, begin_change, in_parts, mend_visitors
from visits.upkeep.cutting import Choose, Facts, cut_steps
from visits.upkeep.steps import Counts

# What belongs to a visit, under the names that it is kept by.
TABLES: dict[str, type[models.Model]] = {
    "visits": Visit,
    "hits": Hit,
    "properties": HitProperty,
    "revenues": HitRevenue,
}


class QuarantineEnded(Exception):
    """It is being undone, so nothing is added to it; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be put aside: filters as addresses write them and in words, and the days."""

    filters: tuple[str, ...]
    words: str
    first_day: dt.date
    last_day: dt.date


def open_quarantine(
    site: Site, question: Question, now: dt.datetime, user_id: int | None = None, reason: str = ""
) -> Quarantine:
    """Return the quarantine for a question: the one that is there, as after a kill, or a new one."""
    columns = {name: _column_names(model) for name, model in TABLES.items()}
    known = Quarantine.objects.filter(
        site=site,
        first_day=question.first_day,
        last_day=question.last_day,
        undone_at=None,
    )
    for quarantine in known.order_by("pk"):
        if quarantine.filters == list(question.filters) and quarantine.columns == columns:
            return quarantine
    return Quarantine.objects.create(
        site=site,
        filters=list(question.filters),
        words=question.words,
        first_day=question.first_day,
        last_day=question.last_day,
        reason=reason,
        created_at=now,
        created_by_id=user_id,
        columns=columns,
    )


def quarantine_steps(
    quarantine: Quarantine, choose: Choose, days: Iterable[dt.date]
) -> Iterator[Counts]:
    """Put visits aside; yield what each transaction took. Safe to repeat, and to kill."""

    def keep(day: dt.date, facts: Facts) -> None:
        open_ones = Quarantine.objects.filter(pk=quarantine.pk, undone_at=None)
        if not open_ones.update(
            visits=F("visits") + len(facts.visits), hits=F("hits") + len(facts.hits)
        ):
            raise QuarantineEnded("This quarantine was undone meanwhile.")
        QuarantinedVisit.objects.bulk_create(_kept(quarantine, facts))

    yield from cut_steps(quarantine.site_id, choose, days, keep)


def undo_steps(quarantine: Quarantine, now: dt.datetime) -> Iterator[Counts]:
    """Put the visits of a quarantine back; yield what each transaction did. Safe to repeat, and to kill.

    What belongs to days whose facts are gone meanwhile, by retention or a reset, is removed, as “lost”.
    """
    Quarantine.objects.filter(pk=quarantine.pk, undone_at=None).update(undone_at=now)
    kept = QuarantinedVisit.objects.filter(quarantine=quarantine)
    while (day := kept.order_by("day").values_list("day", flat=True).first()) is not None:
        portion = list(kept.filter(day=day).order_by("pk")[: steps.STEP_ROWS // 4])
        yield _put_back(quarantine, day, _of_one_step(portion))


def forget_steps(rows: QuerySet[QuarantinedVisit]) -> Iterator[Counts]:
    """Remove visits from quarantine for good; yield what each transaction removed."""
    while portion := list(rows.order_by("day", "pk")[: steps.STEP_ROWS]):
        with transaction.atomic():
            locked = rows.select_for_update().filter(pk__in=[row.pk for row in portion])
            found = list(locked.order_by("pk"))
            _take_out(found)
            OpenVisit.objects.filter(pk__in=[row.pk for row in found]).delete()
        yield Counter({str(QuarantinedVisit._meta.verbose_name_plural): len(found)})


def _take_out(kept: Sequence[QuarantinedVisit]) -> None:
    """Delete visits of quarantines, which hold so much less."""
    numbers: dict[int, Counts] = {}
    for row in kept:
        counts = numbers.setdefault(row.quarantine_id, Counter())
        counts.update(visits=1, hits=len(row.facts["hits"]))
    for quarantine_id, counts in numbers.items():
        Quarantine.objects.filter(pk=quarantine_id).update(
            **{name: F(name) - count for name, count in counts.items()}
        )
    QuarantinedVisit.objects.filter(pk__in=[row.pk for row in kept]).delete()


def _of_one_step(kept: Sequence[QuarantinedVisit]) -> list[QuarantinedVisit]:
    """Return as many of these as have hits for one step, one at least."""
    portion: list[QuarantinedVisit] = []
    rows = 0
    for row in kept:
        rows += 1 + len(row.facts["hits"])
        if portion and rows > steps.STEP_ROWS:
            break
        portion.append(row)
    return portion


def _put_back(quarantine: Quarantine, day: dt.date, kept: Sequence[QuarantinedVisit]) -> Counts:
    ids = [row.pk for row in kept]
    with transaction.atomic():
        after_visit = _begin(quarantine.site_id, day)
        # Locked: of two that undo it, one finds less.
        rows = QuarantinedVisit.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        found = list(rows)
        back = [row for row in found if after_visit is not None and row.pk > after_visit]
        hits = _restore(quarantine, back)
        _take_out(found)
        if back:
            _know_again(quarantine.site_id, day, [row.pk for row in back])
    lost = len(found) - len(back)
    return +Counter({"visits": len(back), "hits": hits, "lost visits": lost})


def _begin(site_id: int, day: dt.date) -> int | None:
    """Return up to which id visits are void, None when the day has no facts any more."""
    try:
        return begin_change(site_id, day)
    except FactsGone:
        return None


def _restore(quarantine: Quarantine, kept: Sequence[QuarantinedVisit]) -> int:
    """Write the facts back and return how many hits that are."""
    for name, model in TABLES.items():
        names = quarantine.columns[name]
        rows = [_object(model, names, values) for row in kept for values in row.facts[name]]
        if model is Visit:
            for visit, row in zip(rows, kept, strict=True):
                visit.visitor = row.visitor
        model._default_manager.bulk_create(rows)
    return sum(len(row.facts["hits"]) for row in kept)


def _know_again(site_id: int, day: dt.date, ids: Sequence[int]) -> None:
    """Let visits that are back belong to their visitors.

    1. each has the id by which its visitor is known now, which may have changed while it was away
    2. who came again meanwhile is known by the hash of the day, as long as that exists
    3. first visits and first views are said anew
    """
    visits = Visit.objects.filter(site=site_id, day=day)
    hashes = {
        visitor
        for some in in_parts(ids)
        for visitor in OpenVisit.objects.filter(pk__in=some).values_list("visitor", flat=True)
    }
    labels = {
        visitor
        for some in in_parts(ids)
        for visitor in visits.filter(pk__in=some).values_list("visitor", flat=True)
    }
    mend_visitors(site_id, day, labels | _join(site_id, day, hashes))


def _join(site_id: int, day: dt.date, hashes: set[int]) -> set[int]:
    """Let the visits of each hash have one visitor; return the visitors that stay."""
    opened: dict[int, int] = {}
    for some in in_parts(sorted(hashes)):
        rows = OpenVisit.objects.filter(day=day, visitor__in=some)
        opened.update(rows.values_list("pk", "visitor"))
    visitors: dict[int, set[int]] = {}
    visits = Visit.objects.filter(site=site_id, day=day)
    for some in in_parts(sorted(opened)):
        for visit_id, visitor in visits.filter(pk__in=some).values_list("pk", "visitor"):
            visitors.setdefault(opened[visit_id], set()).add(visitor)
    for several in visitors.values():
        if len(several) > 1:
            visits.filter(visitor__in=several).update(visitor=min(several))
            kept = QuarantinedVisit.objects.filter(site=site_id, day=day, visitor__in=several)
            kept.update(visitor=min(several))
    return {min(several) for several in visitors.values()}


# How facts are kept


def _kept(quarantine: Quarantine, facts: Facts) -> Iterator[QuarantinedVisit]:
    hits: dict[int, list[Any]] = {visit.pk: [] for visit in facts.visits}
    visit_of = {hit.pk: hit.visit_id for hit in facts.hits}
    details: dict[str, dict[int, list[Any]]] = {
        "hits": hits,
        "properties": {visit.pk: [] for visit in facts.visits},
        "revenues": {visit.pk: [] for visit in facts.visits},
    }
    for hit in facts.hits:
        hits[hit.visit_id].append(_row(hit))
    for name, rows in (("properties", facts.properties), ("revenues", facts.revenues)):
        for row in rows:
            details[name][visit_of[row.hit_id]].append(_row(row))
    for visit in facts.visits:
        yield QuarantinedVisit(
            pk=visit.pk,
            site_id=visit.site_id,
            quarantine=quarantine,
            day=visit.day,
            visitor=visit.visitor,
            facts={
                "visits": [_row(visit)],
                **{name: rows[visit.pk] for name, rows in details.items()},
            },
        )


def _column_names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _row(fact: models.Model) -> list[Any]:
    """Return a fact as its columns have it."""
    return [
        field.get_prep_value(getattr(fact, field.attname)) for field in fact._meta.concrete_fields
    ]


def _object(model: type[models.Model], names: Sequence[str], values: Sequence[Any]) -> Any:
    """Return a fact that was kept; what this version has no column for is left out."""
    known = set(_column_names(model))
    return model(
        **{name: value for name, value in zip(names, values, strict=True) if name in known}
    )
