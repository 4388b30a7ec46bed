"""Removing what a site has collected: all of it when it is deleted, what there was when it was reset.

Both are said in one short transaction, from which on nobody counts it any more; the rows go in small
steps afterwards. Whatever ends the work, the next round goes on with it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

import structlog
from django.db import models, transaction
from django.db.models import Q, QuerySet

from sites.models import Site
from visits.archive.store import StoreError, archive_store
from visits.models import (
    Archive,
    BotCount,
    DimensionQuota,
    Hit,
    HitProperty,
    HitRevenue,
    LogImport,
    MessageId,
    QuarantinedVisit,
    Refusal,
    RefusalSample,
    SiteDay,
    Visit,
)
from visits.models.collecting import wait_for_batches
from visits.upkeep import steps
from visits.upkeep.facts import FactsOfDay, days_with_facts
from visits.upkeep.failures import Failures
from visits.upkeep.quarantine import forget_steps
from visits.upkeep.steps import Counts, steps_to_delete, take_steps

log = structlog.get_logger(__name__)

ONE_DAY = dt.timedelta(days=1)
# In one round: other upkeep wants its turn.
ROUND_SECONDS = 300
FACTS: tuple[type[models.Model], ...] = (Visit, Hit, HitProperty, HitRevenue)


def finish_removals(now: dt.datetime) -> int:
    """Remove what deleted and reset sites have left; return how many rows."""
    failures, total = Failures(), 0
    for site in sites_to_remove():
        with failures.noted("site_data_not_removed", site=site.pk):
            total += finish_removal(site, ROUND_SECONDS).total()
    return total


def sites_to_remove() -> list[Site]:
    """Return the sites that are deleted, or were reset, and have something left."""
    waiting = Q(deleted_at__isnull=False) | Q(is_being_reset=True)
    return list(Site.with_deleted.filter(waiting).order_by("pk"))


def finish_removal(site: Site, seconds: float | None = None) -> Counts:
    """Remove what a deleted or reset site has left, for so long at most; return how many by table."""
    work = _reset_steps(site) if site.deleted_at is None else _deletion_steps(site)
    counts = take_steps(work, seconds)
    if counts:
        log.info("site_data_removed", site=site.pk, counts=dict(counts))
    return counts


# After a reset


def begin_reset(site: Site, now: dt.datetime) -> None:
    """Give up all that a site has collected so far; its settings, goals and exclusions stay.

    In one transaction, between two batches of the site:

    1. visits up to the newest do not belong to it any more, so no hit to come continues one
    2. days and archive go: up to yesterday nothing is known, and facts are not asked
    3. the counts of the hour and the day that go on begin anew

    The rows are left to `finish_removal`.
    """
    with transaction.atomic():
        # First: an import that is storing lines holds its row, and then waits as a batch does.
        LogImport.objects.filter(site=site).delete()
        wait_for_batches(site.pk)
        newest = [
            rows.order_by("-pk").values_list("pk", flat=True).first()
            for rows in (Visit.objects.all(), QuarantinedVisit.objects.all())
        ]
        Site.objects.filter(pk=site.pk).update(
            reset_at=now, last_reset_visit=max(pk or 0 for pk in newest), is_being_reset=True
        )
        files = _remove_catalogue(site)
        SiteDay.objects.filter(site=site).delete()
        _note_empty_day(site, site.day_of(now) - ONE_DAY)
        for rows, column, begins in _counts(site, now):
            rows.filter(**{f"{column}__gte": begins}).delete()
    delete_files(files)
    site.refresh_from_db(fields=["reset_at", "last_reset_visit", "is_being_reset"])
    log.info("site_reset", site=site.pk)


def _note_empty_day(site: Site, day: dt.date) -> None:
    """Note a day as closed: it and those before it are known, and to be empty."""
    SiteDay.objects.create(
        site=site, day=day, changes=0, closed_changes=0, archived_changes=0, is_pruned=True
    )


def _counts(site: Site, now: dt.datetime) -> Iterator[tuple[QuerySet[Any], str, Any]]:
    """Yield what is counted by the hour and by the day, with the column and its value that goes on."""
    hour, today = now.replace(minute=0, second=0, microsecond=0), site.day_of(now)
    yield Refusal.objects.filter(site=site), "hour_at", hour
    yield BotCount.objects.filter(site=site), "day", today
    yield DimensionQuota.objects.filter(site=site), "day", today


def _reset_steps(site: Site) -> Generator[Counts, None, None]:
    """Remove what a site had when it was reset, the newest days first: reports show today's."""
    reset_at, last_visit = site.reset_at, site.last_reset_visit
    if reset_at is None:
        return
    for day in days_with_facts(site.pk, last_visit=last_visit, newest_first=True):
        yield from FactsOfDay(site.pk, day, last_visit).all_steps()
    yield from forget_steps(QuarantinedVisit.objects.filter(site=site, pk__lte=last_visit))
    for rows, column, begins in _counts(site, reset_at):
        yield from steps_to_delete(rows.filter(**{f"{column}__lt": begins}))
    for model in (MessageId, RefusalSample):
        yield from steps_to_delete(model._default_manager.filter(site=site, at__lt=reset_at))
    yield from _dimension_steps(site)
    _end_reset(site)


def _dimension_steps(site: Site) -> Iterator[Counts]:
    """Remove the pages and the like that no fact refers to, each step between two batches.

    A writer that knew their ids has forgotten them with the reset.
    """
    for model, references in _dimensions_of_sites().items():
        unused = model._default_manager.filter(site=site)
        for fact, column in references:
            facts = fact._default_manager.filter(site=site, **{f"{column}__isnull": False})
            unused = unused.exclude(pk__in=facts.values(column))
        while count := _remove_between_batches(site, unused):
            yield Counter({str(model._meta.verbose_name_plural): count})


def _dimensions_of_sites() -> dict[type[models.Model], list[tuple[type[models.Model], str]]]:
    """Return the dimensions whose rows belong to a site, and where facts refer to them."""
    found: dict[type[models.Model], list[tuple[type[models.Model], str]]] = {}
    for fact in FACTS:
        for field in fact._meta.concrete_fields:
            to: Any = field.related_model
            if (
                to is not None
                and to not in FACTS
                and any(part.name == "site" for part in to._meta.fields)
            ):
                found.setdefault(to, []).append((fact, field.name))
    return found


def _remove_between_batches(site: Site, rows: QuerySet[Any]) -> int:
    with transaction.atomic():
        wait_for_batches(site.pk)
        step = list(rows.values_list("pk", flat=True)[: steps.STEP_ROWS])
        count, _ = rows.model._default_manager.filter(pk__in=step).delete()
    return count


def _end_reset(site: Site) -> None:
    with transaction.atomic():
        wait_for_batches(site.pk)
        if Visit.objects.filter(site=site, pk__lte=site.last_reset_visit).exists():
            return  # somebody else is removing them
        # What came since for the day before the reset counts. Days that retention emptied have visits.
        SiteDay.objects.filter(site=site, is_pruned=True, visits=0).update(is_pruned=False)
        Site.objects.filter(pk=site.pk, reset_at=site.reset_at).update(is_being_reset=False)


# After a deletion


def _deletion_steps(site: Site) -> Generator[Counts, None, None]:
    """Remove all that belongs to a site, then the site."""
    with transaction.atomic():
        files = _remove_catalogue(site)
    delete_files(files)
    for day in days_with_facts(site.pk):
        yield from FactsOfDay(site.pk, day).all_steps()
    yield from forget_steps(QuarantinedVisit.objects.filter(site=site))
    for rows in _rows_of(site):
        yield from steps_to_delete(rows)
    delete_files(_files_left(site))
    with transaction.atomic():
        wait_for_batches(site.pk)
        is_empty = not any(rows.exists() for rows in _rows_of(site))
        if is_empty:
            Site.with_deleted.filter(pk=site.pk).delete()
    if is_empty:
        yield Counter({str(Site._meta.verbose_name_plural): 1})


def _rows_of(site: Site) -> Iterator[QuerySet[Any]]:
    """Yield the rows of a site in every table that may have millions of them.

    Few rows are behind tables that others refer to, such as goals and funnels: they go with the site.
    """
    for relation in Site._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) is models.CASCADE:
            related: Any = relation
            model = related.related_model
            if not _has_referrers(model):
                yield model._base_manager.filter(**{related.field.name: site.pk})


def _has_referrers(model: type[models.Model]) -> bool:
    """Tell whether rows elsewhere depend on rows of a table; facts refer to theirs without a check."""
    relations = model._meta.get_fields(include_hidden=True)
    return any(
        getattr(relation, "on_delete", models.DO_NOTHING) is not models.DO_NOTHING
        for relation in relations
    )


# Files


def _remove_catalogue(site: Site) -> list[str]:
    """Remove the rows that name a site's files, and return the names."""
    archives = Archive.objects.filter(site=site)
    names = file_names(archives)
    archives.delete()
    return names


def file_names(archives: Iterable[Archive]) -> list[str]:
    return [name for archive in archives for name in (archive.visits_file, archive.hits_file)]


def _files_left(site: Site) -> list[str]:
    """Return the names of files that were written for a site and that no row names."""
    try:
        return [
            file.name for file in archive_store().files() if file.name.startswith(f"{site.pk}/")
        ]
    except StoreError:
        return []


def delete_files(names: Sequence[str]) -> None:
    """Delete files that no row names any more. When their place is away, they are swept later."""
    if not names:
        return
    try:
        archive_store().delete(names)
    except StoreError as error:
        log.warning("archive_files_not_deleted", error=str(error))
