"""Closes the days that are over: adds them up, and copies them into the archive.

Nothing here takes a lock while it reads. A day's facts and its number of changes are read in one
snapshot; what was made of them is stored with that number. Who changed a fact meanwhile has raised the
number, so the day counts as changed and is closed again. Two processes may close the same month: the
files of the one that comes second are thrown away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import structlog
from django.db import connection, transaction
from django.db.models import F, Max, QuerySet

from sites.models import Site
from visits.archive.layout import ARCHIVE_LAYOUT
from visits.archive.store import is_archive_on
from visits.models import Archive, SiteDay, Visit
from visits.upkeep.day_facts import DayGone
from visits.upkeep.failures import Failures
from visits.upkeep.month import ClosedMeanwhile, MonthClosing
from visits.upkeep.statements import note_days

log = structlog.get_logger(__name__)

ONE_DAY = dt.timedelta(days=1)
# Batches that were being written at the day's end are stored by then.
SETTLING_TIME = dt.timedelta(minutes=5)
# Of the time zones' offsets to UTC, rounded up: some day is over in all of them.
LARGEST_OFFSET = dt.timedelta(hours=15)
# Who closes days in the background holds this lock of PostgreSQL; the first number is our own.
TURN = (7_411, 1)

Progress = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Span:
    """The days that somebody wants to have closed anew, whether they changed or not."""

    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class Closed:
    """How many days were closed, and how many errors, which the log has, kept others from it."""

    days: int = 0
    failures: int = 0


def close_days(now: dt.datetime) -> int:
    """Close what is to be closed of all sites and return how many days; none while another process does."""
    with _turn() as is_ours:
        return close_sites(Site.objects.order_by("pk"), now).days if is_ours else 0


def close_sites(
    sites: Iterable[Site],
    now: dt.datetime,
    span: Span | None = None,
    show_progress: Progress = lambda: None,
) -> Closed:
    """Close the days of sites that are over; with a span, all of it anew.

    1. days that were closed and go on after all, because the site has another time zone: opened
    2. days that are over get a row, all of them before one of them is closed: up to the last day that was
       ever closed, a day without a row has no facts
    3. month by month, the days that have changed are added up and archived

    `show_progress` is called after each day. Safe to run at any time, to repeat, and to kill. A month or a
    site that fails is logged, and the others are closed.
    """
    reopen_days(now)
    frontiers, changed = _frontiers(), _changed_sites()
    failures, days = Failures(), 0
    for site in sites:
        with failures.noted("site_not_closed", site=site.pk):
            last_day, frontier = last_day_over(site, now), frontiers.get(site.pk)
            has_new_days = frontier is None or frontier < last_day
            if has_new_days or span is not None or site.pk in changed:
                _note_days(site, _first_unknown(frontier, span), last_day)
                for month, due in groupby(_days_due(site, last_day, span), key=_month_of):
                    closing = MonthClosing(site, month, last_day, now, show_progress)
                    days += _close_month(closing, set(due), failures)
    return Closed(days, failures.count)


def last_day_over(site: Site, now: dt.datetime) -> dt.date:
    """Return the last day that has ended in the site's time zone, some minutes ago at least."""
    return site.day_of(now - SETTLING_TIME) - ONE_DAY


def has_unwritten_archive(sites: Iterable[Site]) -> bool:
    """Tell whether a day of the sites is added up and, for want of a place, not in the archive."""
    closed = SiteDay.objects.filter(site__in=list(sites)).closed()
    return is_archive_on() and closed.due(with_archive=True).exists()


def mark_changed(site_id: int, days: Collection[dt.date]) -> None:
    """Note that facts of days of a site change: call it in the transaction that changes them."""
    note_days(site_id, days)
    SiteDay.objects.of_days(site_id, days).mark_changed()


def reopen_days(now: dt.datetime) -> int:
    """Take back that days are closed which are not over any more; return how many."""
    suspects = SiteDay.objects.filter(
        closed_changes__isnull=False, day__gte=(now - LARGEST_OFFSET).date() - ONE_DAY
    ).select_related("site")
    too_early = [row.pk for row in suspects if row.day > last_day_over(row.site, now)]
    if not too_early:
        return 0
    return SiteDay.objects.filter(pk__in=too_early).update(
        closed_changes=None, archived_changes=None, changes=F("changes") + 1
    )


def days_with_visits(site: Site, first_day: dt.date | None, last_day: dt.date) -> list[dt.date]:
    """Return the days that have facts, in their order; the first day is the very first when None."""
    visits = Visit.objects.filter(site=site, day__lte=last_day)
    if first_day is not None:
        visits = visits.filter(day__gte=first_day)
    return list(visits.order_by("day").values_list("day", flat=True).distinct())


@contextmanager
def _turn() -> Iterator[bool]:
    """Tell whether nobody else closes days in the background; only PostgreSQL has several processes."""
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", TURN)
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", TURN)


def _frontiers() -> dict[int, dt.date]:
    """Return the last day that was ever closed of each site that has one."""
    closed = SiteDay.objects.filter(closed_changes__isnull=False)
    return dict(closed.values_list("site").annotate(Max("day")).order_by("site"))


def _changed_sites() -> set[int]:
    """Return the sites of which a day, or the file of a month, is not as it should be."""
    rows = SiteDay.objects.due(with_archive=is_archive_on())
    sites = set(rows.order_by().values_list("site", flat=True).distinct())
    if is_archive_on():
        sites.update(_unreadable_archives().values_list("site", flat=True))
    return sites


def _unreadable_archives() -> QuerySet[Archive]:
    """Return the months whose files have to be written anew; few, if any."""
    return Archive.objects.exclude(layout=ARCHIVE_LAYOUT)


def _first_unknown(frontier: dt.date | None, span: Span | None) -> dt.date | None:
    """Return from which day on rows may be lacking, None for the very first."""
    if frontier is None:
        return None
    unknown = frontier + ONE_DAY
    return unknown if span is None else min(unknown, span.first_day)


def _note_days(site: Site, first_day: dt.date | None, last_day: dt.date) -> None:
    """Give the days that have facts a row, and the last one that is over in any case.

    The latter moves the frontier: it says of the days before that they are known.
    """
    if first_day is not None and first_day > last_day:
        return
    days = set(days_with_visits(site, first_day, last_day))
    if (
        days
        or Visit.objects.filter(site=site).exists()
        or SiteDay.objects.filter(site=site).exists()
    ):
        days.add(last_day)
    with transaction.atomic():
        note_days(site.pk, days)


def _close_month(closing: MonthClosing, days: set[dt.date], failures: Failures) -> int:
    where = {"site": closing.site.pk, "month": str(closing.month)}
    with failures.noted("month_not_closed", **where):
        try:
            return closing.close(days)
        except (ClosedMeanwhile, DayGone):
            # What is left is done at the next round.
            log.info("month_closed_meanwhile", **where)
    return 0


def _days_due(site: Site, last_day: dt.date, span: Span | None) -> list[dt.date]:
    """Return the days that are to be closed, in their order."""
    rows = SiteDay.objects.filter(site=site, day__lte=last_day, is_pruned=False)
    if span is not None:
        within = rows.filter(day__range=(span.first_day, span.last_day))
        return sorted(within.values_list("day", flat=True))
    days = set(rows.due(with_archive=is_archive_on()).values_list("day", flat=True))
    if is_archive_on():
        lost = set(_unreadable_archives().filter(site=site).values_list("month", flat=True))
        if lost:
            all_days = rows.values_list("day", flat=True)
            days.update(day for day in all_days if _month_of(day) in lost)
    return sorted(days)


def _month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)
