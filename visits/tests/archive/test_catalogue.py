"""What the catalogue says of days: which sums hold, which rows are archived, what only the facts know."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sites.models import Site
from visits.archive import catalogue
from visits.archive.catalogue import SiteDays, days_of, mark_unreadable, note_damage
from visits.archive.unread import UnreadFiles
from visits.models import Archive, SiteDay
from visits.tests.factory import make_visit
from visits.upkeep.closing import Span, close_days, close_sites, mark_changed

DAY = dt.timedelta(days=1)
APRIL_29, APRIL_30 = dt.date(2026, 4, 29), dt.date(2026, 4, 30)
MAY_1, MAY_2, MAY_3, MAY_4 = (dt.date(2026, 5, day) for day in (1, 2, 3, 4))
NEXT_MORNING = dt.datetime(2026, 5, 4, 3, 0, tzinfo=dt.UTC)


def visit(site: Site, day: dt.date, *pages: str) -> None:
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    make_visit(site, started_at=noon, pageviews=pages or ("/",))


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with visits on 30 April, 1 and 3 May, all closed on the 4th, and one on the 4th."""
    for day in (APRIL_30, MAY_1, MAY_3, MAY_4):
        visit(site, day)
    close_days(NEXT_MORNING)
    return site


def known(site: Site, first_day: dt.date = APRIL_29, last_day: dt.date = MAY_4) -> SiteDays:
    return days_of([site.pk], first_day, last_day)[site.pk]


def test_closed_days_need_no_facts(busy: Site) -> None:
    days = known(busy)

    assert days.frontier == MAY_3
    assert set(days.sums) == {APRIL_30, MAY_1, MAY_3}
    assert days.sums[MAY_1].visits == 1
    assert days.days_without_sums == days.days_without_archive == [MAY_4]


def test_months_name_their_days_and_files(busy: Site) -> None:
    april, may = known(busy).months

    assert (april.month, april.days) == (dt.date(2026, 4, 1), (APRIL_30,))
    assert (may.month, may.days) == (MAY_1, (MAY_1, MAY_3))
    assert pl.read_parquet(may.visits_address).height == may.visit_count == 2
    assert pl.read_parquet(may.hits_address).height == 2
    for address, expected in [
        (may.visits_address, may.visits_checksum),
        (may.hits_address, may.hits_checksum),
    ]:
        assert hashlib.sha256(Path(address).read_bytes()).hexdigest() == expected


def test_days_outside_of_the_period_are_left_out(busy: Site) -> None:
    days = known(busy, MAY_2, MAY_2)

    assert days.frontier == MAY_3
    assert (days.sums, days.months) == ({}, ())
    assert days.days_without_sums == days.days_without_archive == []


def test_changed_day_is_asked_of_the_facts(busy: Site) -> None:
    mark_changed(busy.pk, [MAY_1, MAY_2])

    days = known(busy)

    assert days.days_without_sums == days.days_without_archive == [MAY_1, MAY_2, MAY_4]
    assert [month.days for month in days.months] == [(APRIL_30,), (MAY_3,)]


def test_site_that_was_never_closed_is_asked_of_the_facts(site: Site) -> None:
    visit(site, MAY_1)

    days = known(site, MAY_1, MAY_2)

    assert days.frontier is None
    assert days.days_without_sums == days.days_without_archive == [MAY_1, MAY_2]


def test_without_the_archive_the_sums_hold(busy: Site, settings: Any) -> None:
    settings.ARCHIVE_URL = ""

    days = known(busy)

    assert days.months == ()
    assert days.days_without_sums == [MAY_4]
    assert days.days_without_archive == [APRIL_30, MAY_1, MAY_3, MAY_4]


def test_pruned_day_is_never_asked_of_the_facts(busy: Site) -> None:
    SiteDay.objects.filter(day=MAY_1).update(is_pruned=True)
    mark_changed(busy.pk, [MAY_1])

    days = known(busy)

    assert days.pruned == {MAY_1}
    assert days.sums[MAY_1].visits == 1
    assert MAY_1 in days.months[1].days
    mark_unreadable(days.months[1].archive_id)
    assert known(busy).days_without_archive == [MAY_3, MAY_4]


def no_file(archive: Archive) -> None:
    archive.delete()


def unreadable_file(archive: Archive) -> None:
    mark_unreadable(archive.pk)


def damaged_file(archive: Archive) -> None:
    note_damage(archive)


def other_layout(archive: Archive) -> None:
    Archive.objects.update(layout=2)


@pytest.mark.parametrize("lose", [no_file, unreadable_file, damaged_file, other_layout])
def test_pruned_day_without_its_file_is_lost(busy: Site, lose: Callable[[Archive], None]) -> None:
    SiteDay.objects.create(site=busy, day=MAY_2, changes=0, closed_changes=0, archived_changes=0)
    SiteDay.objects.filter(day__in=(MAY_1, MAY_2)).update(is_pruned=True)
    assert known(busy).lost == frozenset()

    lose(Archive.objects.get(month=MAY_1))

    assert known(busy).lost == {MAY_1}
    assert known(busy).days_without_archive[-2:] == [MAY_3, MAY_4]


def test_pruned_day_that_was_never_archived_is_lost(busy: Site) -> None:
    SiteDay.objects.filter(day=MAY_1).update(is_pruned=True, archived_changes=None)

    assert known(busy).lost == {MAY_1}


def test_sites_are_told_apart(busy: Site) -> None:
    other = Site.objects.create(owner=busy.owner, name="Other", domain="other.example")

    both = days_of([busy.pk, other.pk], APRIL_29, MAY_4)

    assert both[busy.pk].frontier == MAY_3
    assert both[other.pk].frontier is None
    assert both[other.pk].sums == {}


def test_any_number_of_sites_takes_two_statements(
    busy: Site, django_assert_num_queries: Any
) -> None:
    others = [
        Site.objects.create(owner=busy.owner, name="Other", domain=f"{n}.example") for n in range(3)
    ]
    ids = [busy.pk, *(site.pk for site in others)]

    with django_assert_num_queries(2):
        days_of(ids, dt.date(2025, 1, 1), MAY_4)


def test_unreadable_month_is_logged_once_and_asked_of_the_facts(
    busy: Site, caplog: pytest.LogCaptureFixture
) -> None:
    archive_id = known(busy).months[1].archive_id

    with caplog.at_level(logging.INFO):
        mark_unreadable(archive_id)
        mark_unreadable(archive_id)

    assert [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)] == [
        "archive_unreadable"
    ]
    days = known(busy)
    assert [month.days for month in days.months] == [(APRIL_30,)]
    assert days.days_without_sums == [MAY_4]
    assert days.days_without_archive == [MAY_1, MAY_3, MAY_4]


def test_nothing_is_written_when_a_file_cannot_be_read(
    busy: Site, django_assert_num_queries: Any
) -> None:
    """A report that finds it is a GET, and the network may be at fault."""
    with django_assert_num_queries(3) as queries:
        mark_unreadable(known(busy).months[1].archive_id)

    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in queries)
    assert set(Archive.objects.values_list("layout", flat=True)) == {1}


def test_unreadable_month_is_tried_again_after_ten_minutes(
    busy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(catalogue, "unread_files", UnreadFiles(lambda: now))
    mark_unreadable(known(busy).months[1].archive_id)
    assert len(known(busy).months) == 1

    now += 600

    assert len(known(busy).months) == 2


def test_month_that_was_written_anew_is_read(busy: Site) -> None:
    mark_unreadable(known(busy).months[1].archive_id)

    close_sites([busy], NEXT_MORNING, Span(MAY_1, MAY_3))

    assert len(known(busy).months) == 2


def test_marking_a_month_that_is_gone_does_nothing(db: None) -> None:
    mark_unreadable(1)
