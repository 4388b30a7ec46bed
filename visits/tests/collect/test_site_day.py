"""The day of a time zone, with its bounds and salts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from visits.collect.site_day import SiteDays
from visits.models import Salt
from visits.models.time import from_day


@pytest.fixture
def days() -> SiteDays:
    return SiteDays()


def instant(text: str, zone: str = "UTC") -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("UTC", "2026-03-29", 24),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/Havana", "2026-03-08", 23),  # the clocks skip midnight
        ("Asia/Kathmandu", "2026-06-01", 24),
    ],
)
def test_day_lasts_from_midnight_to_midnight_of_its_zone(
    db: None, days: SiteDays, zone: str, date: str, hours: float
) -> None:
    day = days.read(zone, instant(f"{date}T12:00", zone))

    assert from_day(day.number) == dt.date.fromisoformat(date)
    assert day.ends_at - day.begins_at == hours * 3600
    for at in (day.begins_at, day.ends_at - 1):
        assert dt.datetime.fromtimestamp(at, ZoneInfo(zone)).date() == from_day(day.number)


def test_known_day_is_recalled_within_its_bounds_and_for_its_zone(
    db: None, days: SiteDays, django_assert_num_queries: Any
) -> None:
    day = days.read("Europe/Berlin", instant("2026-05-04T12:00"))

    with django_assert_num_queries(0):
        assert days.recall("Europe/Berlin", day.begins_at) is day
        assert days.recall("Europe/Berlin", day.ends_at - 1) is day
        assert days.recall("Europe/Berlin", day.ends_at) is None
        assert days.recall("Europe/Berlin", day.begins_at - 1) is None
        assert days.recall("UTC", day.begins_at) is None


def test_days_share_the_salts_of_their_dates(db: None, days: SiteDays) -> None:
    today = days.read("UTC", instant("2026-05-04T12:00"))
    tomorrow = days.read("UTC", instant("2026-05-05T12:00"))
    elsewhere = SiteDays().read("Asia/Tokyo", instant("2026-05-05T12:00"))

    assert today.salt_before is None
    assert tomorrow.salt_before == today.salt != tomorrow.salt == elsewhere.salt


def test_salt_of_the_next_day_is_made_an_hour_ahead(
    db: None, days: SiteDays, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away at midnight must not keep the new day's visitors out."""
    for at, salts in (("2026-05-04T22:30", 1), ("2026-05-04T23:30", 2)):
        now = instant(at)
        monkeypatch.setattr("visits.collect.site_day.time.time", lambda now=now: now)
        SiteDays().read("UTC", now)
        assert Salt.objects.count() == salts
