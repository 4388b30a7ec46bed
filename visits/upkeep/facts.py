"""Removing facts in small steps: a day of a site at a time, what refers to other rows first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from visits.models import Hit, HitProperty, HitRevenue, OpenVisit, Visit
from visits.upkeep import steps
from visits.upkeep.steps import Counts


@dataclass(frozen=True, slots=True)
class FactsOfDay:
    """The visits of a site's day with all that belongs to them; `last_visit`: only those up to this id."""

    site_id: int
    day: dt.date
    last_visit: int | None = None

    def visits(self) -> QuerySet[Visit]:
        visits = Visit.objects.filter(site=self.site_id, day=self.day)
        return visits if self.last_visit is None else visits.filter(pk__lte=self.last_visit)

    def hits(self) -> QuerySet[Hit]:
        hits = Hit.objects.filter(site=self.site_id, day=self.day)
        return hits if self.last_visit is None else hits.filter(visit__lte=self.last_visit)

    def remove_step(self) -> Counts:
        """Remove STEP_ROWS rows at most in one transaction; return how many by table, none at the end.

        Visits go last: a day that has some left is found again, whatever ended the work.
        """
        with transaction.atomic():
            hits = list(self.hits().values_list("pk", flat=True)[: steps.STEP_ROWS])
            for details in (HitProperty, HitRevenue):
                if hits and (removed := _remove(details, hit__in=hits)):
                    return removed
            return _remove(Hit, pk__in=hits) if hits else self._remove_visits()

    def _remove_visits(self) -> Counts:
        visits = list(self.visits().values_list("pk", flat=True)[: steps.STEP_ROWS // 2])
        return _remove(OpenVisit, pk__in=visits) + _remove(Visit, pk__in=visits)

    def all_steps(self) -> Iterator[Counts]:
        """Remove everything; yield what each transaction removed."""
        while removed := self.remove_step():
            yield removed


def days_with_facts(
    site_id: int,
    *,
    before: dt.date | None = None,
    last_visit: int | None = None,
    newest_first: bool = False,
) -> Iterator[dt.date]:
    """Yield the days of a site that have visits, looking for the next one only when it is asked for.

    Each is one look into the index, so a year of days costs next to nothing.
    """
    visits = Visit.objects.filter(site=site_id).order_by("-day" if newest_first else "day")
    if before is not None:
        visits = visits.filter(day__lt=before)
    if last_visit is not None:
        visits = visits.filter(pk__lte=last_visit)
    beyond = "day__lt" if newest_first else "day__gt"
    day = visits.values_list("day", flat=True).first()
    while day is not None:
        yield day
        day = visits.filter(**{beyond: day}).values_list("day", flat=True).first()


def _remove(model: type[models.Model], **condition: Any) -> Counts:
    rows = model._default_manager.filter(**condition)
    count, _ = model._default_manager.filter(pk__in=rows.values("pk")[: steps.STEP_ROWS]).delete()
    return Counter({str(model._meta.verbose_name_plural): count} if count else {})
