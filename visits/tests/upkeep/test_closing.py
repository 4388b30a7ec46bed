"""Closing days: what is stored of a day that is over, and how long it holds."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from sites.models import Site
from visits.archive.catalogue import DaySums, days_of
from visits.collect.batch import write_batch
from visits.collect.outcome import Engagement
from visits.models import Archive, Hit, HitRevenue, SiteDay, Visit
from visits.models.time import to_day
from visits.tests.collect.outcomes import make_new_hit
from visits.tests.factory import make_hit, make_visit
from visits.upkeep import closing, failures, month
from visits.upkeep.closing import (
    Closed,
    Span,
    close_days,
    close_sites,
    last_day_over,
    mark_changed,
)
from visits.upkeep.day_facts import frames_of
from visits.upkeep.month import MonthClosing
from visits.upkeep.verification import verify_days

MAY_4 = dt.date(2026, 5, 4)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
NEXT_MORNING = dt.datetime(2026, 5, 5, 3, 0, tzinfo=dt.UTC)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def sums(site: Site, day: dt.date) -> DaySums:
    row = SiteDay.objects.get(site=site, day=day)
    return DaySums(*(getattr(row, name) for name in DaySums._fields))


def rows() -> dict[dt.date, tuple[int, int | None, int | None]]:
    columns = ("day", "changes", "closed_changes", "archived_changes")
    return {day: tuple(numbers) for day, *numbers in SiteDay.objects.values_list(*columns)}


@pytest.fixture(params=["archive on", "archive off"])
def either_way(request: pytest.FixtureRequest, settings: Any) -> None:
    if request.param == "archive off":
        settings.ARCHIVE_URL = ""


# What a day adds up to


def test_sums_are_those_of_the_days_visits(site: Site, either_way: None) -> None:
    first = make_visit(site, pageviews=["/a", "/b"], visitor=1)
    make_visit(site, pageviews=["/a"], visitor=1, started_at=noon(MAY_4) + 60 * MINUTE)
    make_visit(site, pageviews=["/c"], visitor=2)
    make_hit(first, "/b", event="Sign up", at=first.started_at + 5 * MINUTE)
    make_visit(site, started_at=noon(MAY_4 + DAY))

    closed = close_days(NEXT_MORNING)

    assert closed == 1
    assert sums(site, MAY_4) == DaySums(
        visitors=2, visits=3, pageviews=4, events=1, bounces=2, duration_seconds=300
    )


def test_last_day_that_is_over_is_closed_without_visits(site: Site, either_way: None) -> None:
    make_visit(site, started_at=noon(MAY_4))

    close_days(NEXT_MORNING + 5 * DAY)

    assert set(rows()) == {MAY_4, MAY_4 + 5 * DAY}
    assert sums(site, MAY_4 + 5 * DAY) == DaySums(0, 0, 0, 0, 0, 0)


def test_site_that_never_had_visits_has_no_days(site: Site, either_way: None) -> None:
    assert close_days(NEXT_MORNING) == 0
    assert rows() == {}


def test_every_day_of_a_site_that_was_never_closed_is_closed(site: Site, either_way: None) -> None:
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 1, 31), MAY_4]
    for day in days:
        make_visit(site, started_at=noon(day))

    closed = close_days(NEXT_MORNING)

    assert closed == 4
    assert sorted(rows()) == days
    assert list(verify_days(site)) == []


def test_visits_before_a_reset_do_not_count(site: Site, either_way: None) -> None:
    void = make_visit(site)
    make_visit(site, pageviews=["/a", "/b"])
    Site.objects.filter(pk=site.pk).update(last_reset_visit=void.pk)

    close_days(NEXT_MORNING)

    assert sums(site, MAY_4).pageviews == 2
    assert list(verify_days(site)) == []


# When a day is over


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", dt.datetime(2026, 5, 5, 0, 4, 59), dt.date(2026, 5, 3)),
        ("UTC", dt.datetime(2026, 5, 5, 0, 5), MAY_4),
        ("Europe/Berlin", dt.datetime(2026, 5, 4, 22, 5), MAY_4),
        ("Pacific/Kiritimati", dt.datetime(2026, 5, 4, 10, 5), MAY_4),
        ("Pacific/Pago_Pago", dt.datetime(2026, 5, 5, 11, 4), dt.date(2026, 5, 3)),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", dt.datetime(2011, 12, 30, 10, 5), dt.date(2011, 12, 30)),
    ],
)
def test_day_is_over_five_minutes_after_the_sites_midnight(
    zone: str, now: dt.datetime, expected: dt.date
) -> None:
    site = Site(time_zone=zone)

    assert last_day_over(site, now.replace(tzinfo=dt.UTC)) == expected


def test_day_is_opened_again_when_the_site_moves_to_where_it_goes_on(
    site: Site, either_way: None
) -> None:
    Site.objects.filter(pk=site.pk).update(time_zone="Pacific/Auckland")
    now = dt.datetime(2026, 5, 4, 13, 0, tzinfo=dt.UTC)
    make_visit(site, started_at=noon(MAY_4), day=MAY_4)
    close_days(now)
    assert rows()[MAY_4][1] == 0

    Site.objects.filter(pk=site.pk).update(time_zone="UTC")
    close_days(now)
    assert rows()[MAY_4] == (1, None, None)

    make_visit(site, started_at=noon(MAY_4) + 180 * MINUTE)
    close_days(NEXT_MORNING)
    assert sums(site, MAY_4).visits == 2
    site.refresh_from_db()
    assert list(verify_days(site)) == []


def test_day_is_archived_by_the_time_zone_of_the_moment(site: Site) -> None:
    """A round takes minutes; its sites were read when it began."""
    make_visit(site, day=MAY_4)
    moved = Site.objects.get(pk=site.pk)
    moved.time_zone = "Asia/Tokyo"
    moved.save()

    close_sites([site], NEXT_MORNING)

    assert list(verify_days(moved)) == []
    [known] = days_of([site.pk], MAY_4, MAY_4).values()
    # Noon in UTC.
    assert pl.read_parquet(known.months[0].visits_address)["minute"].to_list() == [21 * 60]


# What changes afterwards


def test_changed_day_is_closed_anew(site: Site, either_way: None) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    make_visit(site, pageviews=["/late", "/later"])
    mark_changed(site.pk, [MAY_4])
    assert not SiteDay.objects.get().is_closed

    closed = close_days(NEXT_MORNING)

    assert closed == 1
    assert SiteDay.objects.get().is_closed
    assert sums(site, MAY_4).pageviews == 3
    assert list(verify_days(site)) == []


def test_second_round_has_nothing_to_do(site: Site, either_way: None) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)

    with CaptureQueriesContext(connection) as queries:
        assert close_days(NEXT_MORNING + 10 * MINUTE) == 0

    written = ("INSERT", "UPDATE", "DELETE")
    assert not [query for query in queries if query["sql"].startswith(written)]


def test_idle_round_does_not_ask_each_site(owner: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        site = Site.objects.create(owner=owner, name=str(number), domain=f"{number}.example")
        make_visit(site)
    close_days(NEXT_MORNING)

    with django_assert_max_num_queries(8):
        close_days(NEXT_MORNING + 10 * MINUTE)


def test_day_that_changes_while_it_is_read_stays_changed(
    site: Site, either_way: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(site)
    store = MonthClosing._store

    def change_first(self: Any, *args: Any, **options: Any) -> None:
        mark_changed(site.pk, [MAY_4])
        store(self, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(MonthClosing, "_store", change_first)
        close_days(NEXT_MORNING)

    row = SiteDay.objects.get()
    assert (row.changes, row.closed_changes, row.is_closed) == (1, 0, False)
    assert close_days(NEXT_MORNING) == 1
    assert SiteDay.objects.get().is_closed


def test_day_without_facts_keeps_its_sums(site: Site, either_way: None) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    SiteDay.objects.update(is_pruned=True)
    Hit.objects.all().delete()
    Visit.objects.all().delete()
    mark_changed(site.pk, [MAY_4])

    close_days(NEXT_MORNING)
    close_sites([site], NEXT_MORNING, Span(MAY_4, MAY_4))

    assert sums(site, MAY_4).visits == 1
    assert list(verify_days(site)) == []


def test_span_is_closed_anew_although_nothing_changed(site: Site, either_way: None) -> None:
    for day in (MAY_4 - DAY, MAY_4):
        make_visit(site, started_at=noon(day))
    close_days(NEXT_MORNING)
    SiteDay.objects.update(visits=99)

    closed = close_sites([site], NEXT_MORNING, Span(MAY_4 - DAY, MAY_4 - DAY))

    assert closed == Closed(days=1, failures=0)
    assert sums(site, MAY_4 - DAY).visits == 1
    assert sums(site, MAY_4).visits == 99


def test_closing_a_span_hides_no_earlier_day(site: Site, either_way: None) -> None:
    for day in (MAY_4 - 9 * DAY, MAY_4):
        make_visit(site, started_at=noon(day))

    close_sites([site], NEXT_MORNING, Span(MAY_4, MAY_4))

    [known] = days_of([site.pk], MAY_4 - 9 * DAY, MAY_4).values()
    assert known.days_without_sums == [MAY_4 - 9 * DAY]


def test_killed_between_two_months_leaves_the_second_to_the_facts(
    site: Site, either_way: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = (dt.date(2026, 3, 1), dt.date(2026, 4, 1), MAY_4)
    for day in days:
        make_visit(site, started_at=noon(day))
    close = MonthClosing.close

    def die(self: Any, wanted: set[dt.date]) -> int:
        if self.month == dt.date(2026, 4, 1):
            raise KeyboardInterrupt
        return close(self, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(MonthClosing, "close", die)
        with pytest.raises(KeyboardInterrupt):
            close_days(NEXT_MORNING)

    [known] = days_of([site.pk], days[0], MAY_4).values()
    assert days[1] in known.days_without_sums
    assert days[0] not in known.days_without_sums
    close_days(NEXT_MORNING)
    [known] = days_of([site.pk], days[0], MAY_4).values()
    assert known.days_without_sums == []


# When a site or a month fails


@pytest.fixture
def broken_march(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read of March 2026 is too large for a column."""
    close = MonthClosing.close

    def fail(self: Any, wanted: set[dt.date]) -> int:
        if self.month == dt.date(2026, 3, 1):
            raise pl.exceptions.ComputeError("too large")
        return close(self, wanted)

    monkeypatch.setattr(MonthClosing, "close", fail)


def test_month_that_fails_leaves_the_others_and_other_sites(
    site: Site, broken_march: None, caplog: pytest.LogCaptureFixture
) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    for place in (site, other):
        for day in (dt.date(2026, 3, 1), MAY_4):
            make_visit(place, started_at=noon(day))

    with caplog.at_level(logging.ERROR):
        closed = close_sites(Site.objects.order_by("pk"), NEXT_MORNING)

    assert closed == Closed(days=2, failures=2)
    assert [sums(place, MAY_4).visits for place in (site, other)] == [1, 1]
    assert [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)] == [
        "month_not_closed",
        "month_not_closed",
    ]


def test_site_that_fails_leaves_the_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    for place in (site, other):
        make_visit(place)
    days_due = closing._days_due

    def fail_first(place: Site, *rest: Any) -> list[dt.date]:
        if place == site:
            raise OverflowError
        return days_due(place, *rest)

    monkeypatch.setattr(closing, "_days_due", fail_first)

    assert close_days(NEXT_MORNING) == 1
    assert sums(other, MAY_4).visits == 1


def test_round_ends_when_the_database_leaves(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    make_visit(site)

    def fail(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(closing, "_days_due", fail)
    monkeypatch.setattr(failures, "connection", SimpleNamespace(is_usable=lambda: False))

    with pytest.raises(OperationalError):
        close_days(NEXT_MORNING)


# Beside collection


@pytest.mark.django_db(transaction=True)
def test_reading_lets_the_collector_write(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite has one lock for writing; a round that held it while it reads would stop collection."""
    make_visit(site)
    verdicts: list[object] = []

    def write() -> None:
        try:
            connection.ensure_connection()
            if connection.vendor == "sqlite":
                connection.cursor().execute("PRAGMA busy_timeout = 200")
            verdicts.extend(write_batch([make_new_hit(site.pk)]))
        finally:
            connection.close()

    def frames_beside_a_writer(block: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result()
        return frames_of(block)

    monkeypatch.setattr(month, "frames_of", frames_beside_a_writer)

    close_days(NEXT_MORNING)

    assert verdicts == [None]
    assert list(verify_days(site)) == []


def late_outcomes(site: Site) -> Iterator[list[Any]]:
    """Yield batches of hits and attention for two days that are over."""
    first = to_day(MAY_4)
    for number in count():
        batch: list[Any] = []
        for offset in (0, 1):
            hit = make_new_hit(
                site.pk, path=f"/{number % 7}", visitor=1 + number % 20 + 100 * offset
            )
            hit = hit._replace(
                day=first - offset,
                at=(first - offset) * 86_400 + 100 * (number % 800),
                day_ends_at=0,
            )
            attention = Engagement(site.pk, hit.at + 5, hit.day, hit.visitor, None, hit.page, 5, 50)
            batch += [hit, attention]
        yield batch


@pytest.mark.django_db(transaction=True)
def test_closing_beside_late_hits_is_never_wrong(site: Site, either_way: None) -> None:
    """Whatever the order of writes and reads: a day that counts as closed has the sums of its facts."""
    is_enough = Event()
    batches = late_outcomes(site)
    write_batch(next(batches))

    def write() -> int:
        try:
            for number in count(1):
                write_batch(next(batches))
                if is_enough.wait(0.002):
                    return number
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            for _ in range(8):
                close_days(NEXT_MORNING)
                assert list(verify_days(site)) == []
        finally:
            is_enough.set()
        written = writing.result()
    close_days(NEXT_MORNING)

    assert all(row.is_closed for row in SiteDay.objects.all())
    assert sums(site, MAY_4).pageviews == Hit.objects.filter(day=MAY_4).count() == written + 1
    assert list(verify_days(site)) == []


@pytest.mark.django_db(transaction=True)
def test_two_processes_may_close_the_same_days(site: Site) -> None:
    batches = late_outcomes(site)
    for _ in range(5):
        write_batch(next(batches))

    def close(number: int) -> None:
        try:
            for _ in range(6):
                close_sites([site], NEXT_MORNING, Span(MAY_4 - DAY, MAY_4))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(close, range(2)))

    assert Archive.objects.count() == 1
    assert list(verify_days(site)) == []


@pytest.mark.django_db(transaction=True)
def test_only_one_process_closes_in_the_background(site: Site) -> None:
    """On PostgreSQL; an installation on SQLite has only one."""
    closed_elsewhere = 0 if connection.vendor == "postgresql" else 1
    make_visit(site)

    def close_elsewhere() -> int:
        try:
            return close_days(NEXT_MORNING)
        finally:
            connection.close()

    with closing._turn() as is_ours, ThreadPoolExecutor(1) as pool:
        assert is_ours
        assert pool.submit(close_elsewhere).result() == closed_elsewhere

    assert close_days(NEXT_MORNING) == 1 - closed_elsewhere


def test_revenue_does_not_stop_a_day(site: Site) -> None:
    visit = make_visit(site)
    hit = make_hit(visit, event="Sale", properties={"plan": "team", "term": "year"})
    HitRevenue.objects.create(site=site, hit=hit, currency="EUR", amount_micros=-5_000_000)

    close_days(NEXT_MORNING)

    assert sums(site, MAY_4).events == 1
    assert list(verify_days(site)) == []


def test_zones_of_all_kinds_agree_on_the_day(owner: Any) -> None:
    zones = ("Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo")
    for zone in zones:
        site = Site.objects.create(owner=owner, name=zone, domain=f"{zone[-4:]}.example")
        Site.objects.filter(pk=site.pk).update(time_zone=zone)
        site.refresh_from_db()
        for hour in range(0, 48, 3):
            at = dt.datetime(2026, 4, 24, tzinfo=ZoneInfo("UTC")) + hour * 60 * MINUTE
            make_visit(site, started_at=at, pageviews=["/a", "/b"])

    close_days(NEXT_MORNING)

    for site in Site.objects.all():
        assert list(verify_days(site)) == []
        closed = SiteDay.objects.filter(site=site).values_list("visits", flat=True)
        assert sum(closed) == 16
