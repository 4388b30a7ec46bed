"""What stands in the archive's files, and what happens to them."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from sites.models import Site
from visits.archive.catalogue import days_of, mark_unreadable, note_damage
from visits.archive.layout import hits_schema, visits_schema
from visits.archive.store import FolderStore, StoredFile, StoreError
from visits.models import Archive, Hit, HitRevenue, SiteDay, Visit
from visits.tests.archive.object_store import run_object_store
from visits.tests.factory import make_hit, make_visit
from visits.upkeep import archive_files
from visits.upkeep import month as month_module
from visits.upkeep.archive_files import check_archive, remove_orphans
from visits.upkeep.closing import Span, close_days, close_sites, mark_changed
from visits.upkeep.day_facts import frames_of
from visits.upkeep.month import WORK_FOLDER
from visits.upkeep.verification import verify_days

MAY_1, MAY_4 = dt.date(2026, 5, 1), dt.date(2026, 5, 4)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
NEXT_MORNING = dt.datetime(2026, 5, 5, 3, 0, tzinfo=dt.UTC)


def noon(day: dt.date) -> dt.datetime:
    """Return noon in UTC; clocks show 14:00 at the site."""
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def files(site: Site) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the visits and hits of the one month that a site has in the archive."""
    [days] = days_of([site.pk], MAY_1, MAY_4).values()
    [month] = days.months
    return pl.read_parquet(month.visits_address), pl.read_parquet(month.hits_address)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def catalogued() -> set[str]:
    rows = Archive.objects.values_list("visits_file", "hits_file")
    return {name for row in rows for name in row}


# What stands in them


def test_files_have_the_columns_of_their_layout(site: Site) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)

    visits, hits = files(site)

    assert dict(visits.schema) == visits_schema()
    assert dict(hits.schema) == hits_schema()


def test_row_of_a_visit_says_what_its_facts_say(site: Site) -> None:
    visit = make_visit(site, pageviews=["/a", "/b"], visitor=1)
    again = make_visit(site, visitor=1, started_at=visit.started_at + 2 * HOUR)
    make_visit(site, visitor=2, started_at=visit.started_at - 14 * HOUR)
    close_days(NEXT_MORNING)

    visits, _ = files(site)

    first, second, alone = visits.to_dicts()
    assert first["day"] == 4
    assert [row["minute"] for row in (first, second, alone)] == [840, 960, 0]
    assert [row["back"] for row in (first, second, alone)] == [0, 1, 0]
    assert [row["is_sole"] for row in (first, second, alone)] == [False, False, True]
    assert (first["pageviews"], first["events"], first["duration_seconds"]) == (2, 0, 60)
    assert [first["is_bounce"], second["is_bounce"]] == [False, True]
    assert first["entry_page"] == visit.entry_page_id
    assert first["exit_page"] == visit.exit_page_id != first["entry_page"]
    for name in ("source", "client", "location", "campaign", "screen", "language"):
        assert second[name] == getattr(again, f"{name}_id")


def test_row_of_a_hit_says_what_its_facts_say(site: Site) -> None:
    visit = make_visit(site, pageviews=["/a", "/a"])
    Hit.objects.filter(is_first_view=True).update(engaged_seconds=40, scroll_percent=90)
    sale = make_hit(visit, "/b", event="Sale", properties={"plan": "team", "term": "year"})
    HitRevenue.objects.create(site=site, hit=sale, currency="EUR", amount_micros=-5_000_000)
    close_days(NEXT_MORNING)

    _, hits = files(site)

    first, second, third = hits.to_dicts()
    assert [row["is_view"] for row in (first, second, third)] == [True, True, False]
    assert [row["is_first_view"] for row in (first, second, third)] == [True, False, False]
    assert [row["minute"] for row in (first, second, third)] == [840, 841, 842]
    assert (first["engaged_seconds"], first["scroll_percent"]) == (40, 90)
    assert (second["engaged_seconds"], second["scroll_percent"]) == (None, None)
    assert (first["event_name"], first["properties"], first["currency"]) == (0, None, None)
    assert third["event_name"] == sale.event_name_id
    assert third["page"] == sale.page_id
    assert len(third["properties"]) == 2
    assert (third["currency"], third["amount_micros"]) == ("EUR", -5_000_000)


def test_hits_are_beside_their_visits_over_all_days(site: Site) -> None:
    for day in (MAY_4, MAY_1, MAY_1 + DAY):
        for number in range(3):
            make_visit(site, started_at=noon(day) + number * MINUTE, pageviews=["/a"] * number)
    close_days(NEXT_MORNING)

    visits, hits = files(site)

    assert visits["day"].to_list() == [1, 1, 1, 2, 2, 2, 4, 4, 4]
    assert hits["visit"].to_list() == [1, 2, 2, 4, 5, 5, 7, 8, 8]


@pytest.mark.parametrize(
    ("zone", "day", "at", "minute"),
    [
        # Clocks go forward at 2 and back at 3 in Berlin.
        ("Europe/Berlin", dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, 1, 30), 150),
        ("Europe/Berlin", dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, 21, 59), 22 * 60 + 59),
        ("Europe/Berlin", dt.date(2026, 10, 25), dt.datetime(2026, 10, 25, 22, 59), 25 * 60 - 1),
        ("Asia/Kathmandu", dt.date(2026, 5, 4), dt.datetime(2026, 5, 3, 18, 15), 0),
        ("Australia/Lord_Howe", dt.date(2026, 4, 5), dt.datetime(2026, 4, 5, 13, 29), 24 * 60 + 29),
        # Clocks went from 23:30 to 0:30: the day begins with the jump.
        ("America/Toronto", dt.date(1919, 3, 31), dt.datetime(1919, 3, 31, 5, 30), 60),
    ],
)
def test_minutes_count_from_the_days_first_instant(
    site: Site, zone: str, day: dt.date, at: dt.datetime, minute: int
) -> None:
    Site.objects.filter(pk=site.pk).update(time_zone=zone)
    site.refresh_from_db()
    make_visit(site, started_at=at.replace(tzinfo=dt.UTC))
    close_days(NEXT_MORNING + 365 * DAY)

    [days] = days_of([site.pk], day, day).values()
    [month] = days.months

    assert pl.read_parquet(month.visits_address)["minute"].to_list() == [minute]


def test_hit_after_midnight_is_in_the_last_minute_of_its_visits_day(site: Site) -> None:
    late = noon(MAY_4) + 9 * HOUR + 55 * MINUTE
    visit = make_visit(site, started_at=late)
    make_hit(visit, "/b", at=late + 20 * MINUTE)
    close_days(NEXT_MORNING)

    assert files(site)[1]["minute"].to_list() == [1435, 1439]


# How a month grows


def test_further_day_is_put_behind_those_that_hold(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[dt.date]] = []

    def note(block: Any) -> Any:
        read.append(block.dates)
        return frames_of(block)

    monkeypatch.setattr(month_module, "frames_of", note)
    for number in range(3):
        make_visit(site, started_at=noon(MAY_1 + number * DAY), pageviews=["/a", "/b"])
        close_days(noon(MAY_1 + (number + 1) * DAY))

    assert read == [[MAY_1], [MAY_1 + DAY], [MAY_1 + 2 * DAY]]
    assert files(site)[0]["day"].to_list() == [1, 2, 3]
    assert files(site)[1]["visit"].to_list() == [0, 0, 1, 1, 2, 2]
    assert list(verify_days(site)) == []


def test_changed_day_takes_its_place_between_the_others(site: Site) -> None:
    for number in range(3):
        make_visit(site, started_at=noon(MAY_1 + number * DAY), pageviews=["/a"] * (number + 1))
    close_days(NEXT_MORNING)
    make_visit(site, started_at=noon(MAY_1 + DAY), pageviews=["/late"])
    mark_changed(site.pk, [MAY_1 + DAY])

    close_days(NEXT_MORNING)

    assert files(site)[0]["day"].to_list() == [1, 2, 2, 3]
    assert files(site)[1]["visit"].to_list() == [0, 1, 1, 2, 3, 3, 3]
    assert list(verify_days(site)) == []


def test_large_days_are_read_one_by_one(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(month_module, "BLOCK_HITS", 3)
    for number in range(4):
        make_visit(site, started_at=noon(MAY_1 + number * DAY), pageviews=["/a", "/b"])

    close_days(NEXT_MORNING)

    assert files(site)[1]["visit"].to_list() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert list(verify_days(site)) == []


def test_day_that_lost_its_visits_is_taken_out(site: Site, archive_of_our_own: Path) -> None:
    for day in (MAY_1, MAY_4):
        make_visit(site, started_at=noon(day))
    close_days(NEXT_MORNING)
    Visit.objects.filter(day=MAY_1).delete()
    mark_changed(site.pk, [MAY_1])
    close_days(NEXT_MORNING)
    assert files(site)[0]["day"].to_list() == [4]

    Visit.objects.all().delete()
    mark_changed(site.pk, [MAY_4])
    close_days(NEXT_MORNING)

    assert not Archive.objects.exists()
    assert list(verify_days(site)) == []


def test_pruned_day_stays_when_its_month_is_written_anew(site: Site) -> None:
    for day in (MAY_1, MAY_4):
        make_visit(site, started_at=noon(day), pageviews=["/a", "/b"])
    close_days(NEXT_MORNING)
    SiteDay.objects.filter(day=MAY_1).update(is_pruned=True)
    Hit.objects.filter(day=MAY_1).delete()
    Visit.objects.filter(day=MAY_1).delete()
    make_visit(site, started_at=noon(MAY_4))
    mark_changed(site.pk, [MAY_1, MAY_4])

    close_days(NEXT_MORNING)
    close_sites([site], NEXT_MORNING, Span(MAY_1, MAY_4))

    assert files(site)[0]["day"].to_list() == [1, 4, 4]
    assert files(site)[1]["visit"].to_list() == [0, 0, 1, 1, 2]


def test_archive_that_is_switched_on_later_gets_all_days(site: Site, settings: Any) -> None:
    place, settings.ARCHIVE_URL = settings.ARCHIVE_URL, ""
    for day in (MAY_1, MAY_4):
        make_visit(site, started_at=noon(day))
    close_days(NEXT_MORNING)
    assert not Archive.objects.exists()

    settings.ARCHIVE_URL = place
    close_days(NEXT_MORNING)

    assert files(site)[0]["day"].to_list() == [1, 4]


def test_days_are_added_up_though_the_archive_has_no_place(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(site)

    def fail(*_: object) -> None:
        raise StoreError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("visits.archive.store.FolderStore.put", fail)
        close_days(NEXT_MORNING)
    row = SiteDay.objects.get()
    assert (row.visits, row.is_closed, row.is_archived) == (1, True, False)

    close_days(NEXT_MORNING)

    assert SiteDay.objects.get().is_archived


# Lost, damaged and superfluous files


def test_lost_file_is_noticed_and_made_anew(site: Site, archive_of_our_own: Path) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    (archive_of_our_own / Archive.objects.get().hits_file).unlink()

    assert check_archive(NEXT_MORNING) == 1
    assert check_archive(NEXT_MORNING) == 0
    [days] = days_of([site.pk], MAY_4, MAY_4).values()
    assert (days.months, days.days_without_archive) == ((), [MAY_4])
    assert close_days(NEXT_MORNING) == 1

    assert list(verify_days(site)) == []
    assert check_archive(NEXT_MORNING) == 0


@pytest.mark.parametrize("name", ["visits_file", "hits_file"])
def test_damaged_file_does_not_spread(site: Site, archive_of_our_own: Path, name: str) -> None:
    """A wrong bit is not noticed by who reads the file; the month is made from the facts."""
    make_visit(site, started_at=noon(MAY_1))
    close_days(noon(MAY_1 + DAY))
    flip_a_bit(archive_of_our_own / getattr(Archive.objects.get(), name))
    make_visit(site, started_at=noon(MAY_4))

    close_days(NEXT_MORNING)

    assert files(site)[0]["day"].to_list() == [1, 4]
    assert list(verify_days(site)) == []


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)


@pytest.fixture
def from_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin to read months in full with the first that there is."""
    monkeypatch.setattr(archive_files.rotation, "last", 0)


@pytest.mark.parametrize("note", [note_damage, lambda archive: mark_unreadable(archive.pk)])
def test_file_that_is_whole_is_used_again(site: Site, note: Callable[[Archive], None]) -> None:
    """A network that failed for a moment is no reason to make a year anew."""
    make_visit(site)
    close_days(NEXT_MORNING)
    before = catalogued()
    note(Archive.objects.get())

    assert check_archive(NEXT_MORNING) == 0

    assert close_days(NEXT_MORNING) == 0
    assert catalogued() == before
    assert files(site)[0].height == 1


def test_unread_file_alone_is_no_reason_to_make_it_anew(site: Site) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    mark_unreadable(Archive.objects.get().pk)

    assert close_days(NEXT_MORNING) == 0


def test_damage_that_a_report_has_met_is_found_by_the_next_check(
    site: Site, archive_of_our_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in (1, 2, 3):
        make_visit(site, started_at=noon(dt.date(2026, month, 1)))
    close_days(NEXT_MORNING)
    january, _, march = Archive.objects.order_by("month")
    monkeypatch.setattr(archive_files.rotation, "last", january.pk)
    flip_a_bit(archive_of_our_own / march.visits_file)
    mark_unreadable(march.pk)

    assert check_archive(NEXT_MORNING) == 1

    assert list(Archive.objects.exclude(layout=1)) == [march]
    close_days(NEXT_MORNING)
    assert list(verify_days(site)) == []


def test_damage_that_nobody_has_met_is_found_in_turn(
    site: Site, archive_of_our_own: Path, from_the_first: None
) -> None:
    """Bits go bad on disks, and zstd does not notice all of them."""
    for month in (1, 2, 3):
        make_visit(site, started_at=noon(dt.date(2026, month, 1)))
    close_days(NEXT_MORNING)
    last = Archive.objects.latest("pk")
    flip_a_bit(archive_of_our_own / last.hits_file)

    assert [check_archive(NEXT_MORNING) for _ in range(3)] == [0, 0, 1]

    close_days(NEXT_MORNING)
    assert [check_archive(NEXT_MORNING) for _ in range(4)] == [0, 0, 0, 0]


def test_months_take_turns(db: None) -> None:
    rotation = archive_files.Rotation()
    archives = [Archive(pk=number) for number in (3, 5, 9)]
    rotation.last = 0

    assert [rotation.choose(archives) for _ in range(4)] == [*archives, archives[0]]
    # It is gone meanwhile.
    assert rotation.choose([archives[0], archives[2]]) == archives[2]
    assert rotation.choose([]) is None
    assert archive_files.Rotation().choose(archives) in archives


def test_place_that_is_away_is_no_damage(
    site: Site, archive_of_our_own: Path, from_the_first: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    before = catalogued()

    def fail(*_: object) -> None:
        raise StoreError("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "pieces", fail)
        assert check_archive(NEXT_MORNING) == 0
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "files", fail)
        mark_unreadable(Archive.objects.get().pk)
        with pytest.raises(StoreError):
            check_archive(NEXT_MORNING)

    assert close_days(NEXT_MORNING) == 0
    assert (catalogued(), Archive.objects.get().layout) == (before, 1)


def test_file_on_a_bad_disk_is_made_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    mark_unreadable(Archive.objects.get().pk)

    def fail(*_: object) -> None:
        raise StoreError("Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "pieces", fail)
        assert check_archive(NEXT_MORNING) == 1
        assert check_archive(NEXT_MORNING) == 0
    close_days(NEXT_MORNING)

    assert files(site)[0].height == 1


def test_file_that_is_written_during_the_check_is_not_lost(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(site)
    listed = FolderStore.files

    def write_meanwhile(self: FolderStore) -> Iterator[StoredFile]:
        found = list(listed(self))
        close_days(NEXT_MORNING)
        yield from found

    monkeypatch.setattr(FolderStore, "files", write_meanwhile)

    assert check_archive(NEXT_MORNING) == 0


def test_lost_file_of_a_pruned_day_is_not_replaced_by_less(
    site: Site, archive_of_our_own: Path, tmp_path: Path
) -> None:
    make_visit(site, started_at=noon(MAY_1))
    close_days(noon(MAY_1 + DAY))
    SiteDay.objects.filter(day=MAY_1).update(is_pruned=True)
    archive_of_our_own.rename(tmp_path / "away")
    make_visit(site, started_at=noon(MAY_4))

    check_archive(NEXT_MORNING)
    close_days(NEXT_MORNING)
    row = SiteDay.objects.get(day=MAY_4)
    assert (row.is_closed, row.is_archived) == (True, False)

    (tmp_path / "away").rename(archive_of_our_own)
    check_archive(NEXT_MORNING)
    close_days(NEXT_MORNING)
    assert files(site)[0]["day"].to_list() == [1, 4]


def test_replaced_files_stay_for_an_hour(site: Site, archive_of_our_own: Path) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    old = catalogued()
    long_ago = (timezone.now() - 30 * DAY).timestamp()
    for name in old:
        os.utime(archive_of_our_own / name, (long_ago, long_ago))
    make_visit(site)
    mark_changed(site.pk, [MAY_4])
    close_days(NEXT_MORNING)
    now = timezone.now()

    assert remove_orphans(now + 50 * MINUTE) == 0
    assert names(archive_of_our_own) == old | catalogued()
    assert remove_orphans(now + 2 * HOUR) == 2

    assert names(archive_of_our_own) == catalogued()
    assert files(site)[0].height == 2


def test_files_of_a_deleted_site_go(site: Site, archive_of_our_own: Path) -> None:
    make_visit(site)
    close_days(NEXT_MORNING)
    site.delete()

    assert remove_orphans(timezone.now() + 2 * HOUR) == 2
    assert names(archive_of_our_own) == set()


def test_what_is_not_ours_is_left_alone(site: Site, archive_of_our_own: Path) -> None:
    archive_of_our_own.mkdir(parents=True)
    (archive_of_our_own / "notes.txt").write_text("mine")

    assert remove_orphans(timezone.now() + 9 * DAY) == 0
    assert names(archive_of_our_own) == {"notes.txt"}


def test_what_a_killed_process_left_in_the_work_folder_goes_after_a_day(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    left = tmp_path / WORK_FOLDER / "left"
    left.mkdir(parents=True)
    (left / "visits").write_text("half a file")

    remove_orphans(timezone.now() + HOUR)
    assert left.exists()
    remove_orphans(timezone.now() + 2 * DAY)

    assert not left.exists()


def test_archive_lies_in_an_object_store(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ARCHIVE_URL = "s3://archive/of/stats"
    with run_object_store() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        for number in range(3):
            make_visit(site, started_at=noon(MAY_1 + number * DAY))
            close_days(noon(MAY_1 + (number + 1) * DAY))

        assert list(verify_days(site)) == []
        assert files(site)[0]["day"].to_list() == [1, 2, 3]
        assert check_archive(NEXT_MORNING) == 0
        assert remove_orphans(timezone.now() + 2 * HOUR) == 4
        assert {name.removeprefix("/archive/of/stats/") for name in server.objects} == catalogued()
        server.objects.clear()
        assert check_archive(NEXT_MORNING) == 1


def test_collecting_needs_no_polars() -> None:
    """A server that never reads the archive need not have its 100 MB in memory."""
    code = (
        "import sys, django; django.setup(); import tracking_project.urls, visits.upkeep.scheduler;"
        "sys.exit(' '.join({'polars', 'obstore'} & set(sys.modules)) or None)"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=django_settings.BASE_DIR, check=False)

    assert done.returncode == 0
