"""Retention: visits and hits of a site go after so many days, its archive after so many more."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from sites.models import Site
from visits.archive.catalogue import note_damage
from visits.archive.layout import ARCHIVE_LAYOUT
from visits.archive.store import StoreError, archive_store, is_archive_on
from visits.models import Archive, QuarantinedVisit, SiteDay
from visits.models.siteday import SiteDayQuerySet
from visits.upkeep.archive import is_intact
from visits.upkeep.facts import FactsOfDay, days_with_facts
from visits.upkeep.failures import Failures
from visits.upkeep.quarantine import forget_steps
from visits.upkeep.removal import ROUND_SECONDS, delete_files, file_names
from visits.upkeep.steps import Counts, steps_to_delete, take_steps

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """From which day on a site keeps its facts, and from which month on its archive; None: all."""

    facts_from: dt.date | None
    archive_from: dt.date | None

    @classmethod
    def of(cls, site: Site, now: dt.datetime) -> Limits:
        """Return what a site keeps: today and so many days before, the archive by whole months."""
        archive_from = _first_day(site, site.keeps_archive_days, now)
        return cls(
            facts_from=_first_day(site, site.keeps_facts_days, now),
            archive_from=archive_from and archive_from.replace(day=1),
        )


@dataclass(slots=True)
class Pruned:
    """What was removed of a site, by table; of how many days; and how many days have to wait."""

    counts: Counts = field(default_factory=Counter)
    days: int = 0
    # Until they are closed and archived: elsewhere their numbers would be lost.
    waiting_days: int = 0


def enforce_retention(now: dt.datetime) -> int:
    """Remove what sites do not keep any longer; return how many rows and months."""
    failures, total = Failures(), 0
    for site in sites_with_retention():
        with failures.noted("site_not_pruned", site=site.pk):
            pruned = prune(site, now, ROUND_SECONDS)
            total += pruned.counts.total()
            if pruned.waiting_days:
                log.warning("retention_waits", site=site.pk, days=pruned.waiting_days)
    return total


def sites_with_retention() -> list[Site]:
    """Return the sites that do not keep everything for ever."""
    limited = Q(keeps_facts_days__isnull=False) | Q(keeps_archive_days__isnull=False)
    return list(Site.objects.filter(limited).order_by("pk"))


def prune(site: Site, now: dt.datetime, seconds: float | None = None) -> Pruned:
    """Remove what a site does not keep any longer, for so long at most; return what that was.

    1. the facts of days that are too old, each day once its numbers are safe; those in quarantine, too
    2. the months of the archive, with the sums of their days

    Safe to repeat, and to kill: a day that was begun is finished by the next call.
    """
    pruning = Pruning(site, now)
    pruning.result.counts = take_steps(pruning.steps(), seconds)
    if pruning.result.counts:
        log.info("site_pruned", site=site.pk, counts=dict(pruning.result.counts))
    return pruning.result


def plan(site: Site, now: dt.datetime) -> Pruned:
    """Return what `prune` would remove now; nothing is written."""
    return Pruning(site, now).plan()


class Pruning:
    """One removal of what a site does not keep."""

    def __init__(self, site: Site, now: dt.datetime) -> None:
        self.site = site
        self.limits = Limits.of(site, now)
        self.result = Pruned()
        # The files that were read, by name.
        self._is_whole: dict[str, bool] = {}

    def steps(self) -> Generator[Counts, None, None]:
        """Remove everything; yield what each transaction removed."""
        for day in self._old_days():
            yield from self._day_steps(day)
        if self.limits.facts_from is not None:
            yield from forget_steps(self._old_quarantined(self.limits.facts_from))
        if self.limits.archive_from is not None:
            yield from self._archive_steps(self.limits.archive_from)

    def plan(self) -> Pruned:
        for day in self._old_days():
            self._verify_month(day)
            if not self._may_go(day, SiteDay.objects.of_days(self.site.pk, [day]).first()):
                self.result.waiting_days += 1
                continue
            facts = FactsOfDay(self.site.pk, day)
            self.result.days += 1
            self.result.counts.update(visits=facts.visits().count(), hits=facts.hits().count())
        if self.limits.facts_from is not None:
            self.result.counts[str(QuarantinedVisit._meta.verbose_name_plural)] = (
                self._old_quarantined(self.limits.facts_from).count()
            )
        if self.limits.archive_from is not None:
            days, months = self._old_catalogue(self.limits.archive_from)
            self.result.counts.update(
                {_name(SiteDay): days.count(), _name(Archive): months.count()}
            )
        self.result.counts = +self.result.counts
        return self.result

    def _old_days(self) -> Iterator[dt.date]:
        facts_from = self.limits.facts_from
        return iter(()) if facts_from is None else days_with_facts(self.site.pk, before=facts_from)

    def _day_steps(self, day: dt.date) -> Iterator[Counts]:
        facts = FactsOfDay(self.site.pk, day)
        if (damaged := self._verify_month(day)) is not None:
            note_damage(damaged)
        with transaction.atomic():
            # Who stores a hit of the day has to change this row first.
            rows = SiteDay.objects.select_for_update().of_days(self.site.pk, [day])
            if not self._may_go(day, row := rows.first()):
                self.result.waiting_days += 1
                return
            if row is not None:
                # With the first step: from here on no report asks the facts.
                SiteDay.objects.filter(pk=row.pk).update(is_pruned=True)
            removed = facts.remove_step()
        self.result.days += 1
        yield removed
        yield from facts.all_steps()

    def _may_go(self, day: dt.date, row: SiteDay | None) -> bool:
        """Tell whether the facts of a day may go: its numbers are elsewhere, or go as well."""
        if self.limits.archive_from is not None and day < self.limits.archive_from:
            return True
        if row is None:
            return False
        if row.is_pruned:
            return True
        if not row.is_closed:
            return False
        return not is_archive_on() or (row.is_archived and self._is_month_whole(day))

    def _verify_month(self, day: dt.date) -> Archive | None:
        """Read the files that hold a day, which become the only ones; outside of any transaction.

        Return the month when its files are not what was written.
        """
        archive = Archive.objects.filter(site=self.site, month=day.replace(day=1)).first()
        if (
            not is_archive_on()
            or archive is None
            or archive.layout != ARCHIVE_LAYOUT
            or archive.visits_file in self._is_whole
        ):
            return None
        is_whole = _are_files_whole(archive)
        self._is_whole[archive.visits_file] = is_whole is True
        return archive if is_whole is False else None

    def _is_month_whole(self, day: dt.date) -> bool:
        months = Archive.objects.filter(site=self.site, month=day.replace(day=1))
        file = months.values_list("visits_file", flat=True).first()
        return file is not None and self._is_whole.get(file, False)

    def _old_quarantined(self, facts_from: dt.date) -> QuerySet[QuarantinedVisit]:
        return QuarantinedVisit.objects.filter(site=self.site, day__lt=facts_from)

    def _archive_steps(self, archive_from: dt.date) -> Iterator[Counts]:
        """Remove days and months; without its row a day has no numbers, whatever the files hold."""
        days, months = self._old_catalogue(archive_from)
        yield from steps_to_delete(days)
        for archive in months:
            Archive.objects.filter(pk=archive.pk).delete()
            delete_files(file_names([archive]))
            yield Counter({_name(Archive): 1})

    def _old_catalogue(self, archive_from: dt.date) -> tuple[SiteDayQuerySet, QuerySet[Archive]]:
        return (
            SiteDay.objects.filter(site=self.site, day__lt=archive_from),
            Archive.objects.filter(site=self.site, month__lt=archive_from),
        )


def first_kept_day(site: Site, now: dt.datetime) -> dt.date | None:
    """Return the first day whose facts a site keeps, None when it keeps all."""
    return Limits.of(site, now).facts_from


def pruned_days(site: Site) -> frozenset[dt.date]:
    """Return the days whose facts were removed; their numbers do not change any more."""
    days = SiteDay.objects.filter(site=site, is_pruned=True)
    return frozenset(days.values_list("day", flat=True))


def _first_day(site: Site, days: int | None, now: dt.datetime) -> dt.date | None:
    return None if days is None else site.day_of(now) - dt.timedelta(days=days)


def _are_files_whole(archive: Archive) -> bool | None:
    """Tell whether the files of a month are what was written, None when they cannot be read now."""
    try:
        return is_intact(archive_store(), archive)
    except StoreError as error:
        log.warning("archive_not_read", site=archive.site_id, error=str(error))
        return None


def _name(model: type[SiteDay] | type[Archive]) -> str:
    return str(model._meta.verbose_name_plural)
