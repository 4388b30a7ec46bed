"""The day of a time zone, with its bounds and salts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError

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
        ("America/Toronto", "1919-03-31", 23.5),  # they jump from half an hour before midnight
        ("America/Toronto", "1919-03-30", 23.5),
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


class Clock:
    """Both clocks of a process: what the wall shows, and what goes on since it started."""

    def __init__(self, at: int) -> None:
        self.at = at

    def time(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at + 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(instant("2026-05-04T08:00"))
    monkeypatch.setattr("visits.collect.site_day.time", clock)
    monkeypatch.setattr("visits.collect.salts.time", clock)
    return clock


def test_salt_of_tomorrow_is_made_today(db: None, days: SiteDays, clock: Clock) -> None:
    days.read("UTC", clock.at)

    made = Salt.objects.order_by("day").values_list("day", flat=True)
    assert list(made) == [dt.date(2026, 5, 4), dt.date(2026, 5, 5)]


def test_no_salt_is_made_ahead_of_a_past_day(db: None, days: SiteDays, clock: Clock) -> None:
    days.read("UTC", clock.at - 7 * 86_400)

    assert Salt.objects.count() == 1


def take_the_database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> Any:
        raise OperationalError

    for name in ("filter", "get_or_create"):
        monkeypatch.setattr(Salt.objects, name, fail)


def test_quiet_zone_knows_its_salts_when_the_database_goes_away(
    db: None, days: SiteDays, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody comes to a site in Auckland in the morning; then only to sites elsewhere."""
    morning = days.read("Pacific/Auckland", clock.at)
    for _ in range(9 * 60):
        clock.at += 60
        days.read("Europe/Berlin", clock.at)
    take_the_database_away(monkeypatch)
    clock.at += 3600

    evening = days.read("Pacific/Auckland", clock.at)

    assert evening.number == morning.number + 1
    assert evening.salt_before == morning.salt != evening.salt


def test_days_go_on_through_midnight_while_the_database_is_away(
    db: None, days: SiteDays, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = days.read("Europe/Berlin", clock.at)
    take_the_database_away(monkeypatch)

    for _ in range(20):
        clock.at += 3600
        later = days.read("Europe/Berlin", clock.at)

    assert (later.number, later.salt_before) == (today.number + 1, today.salt)


def test_salts_are_those_of_the_database_when_it_is_back(
    db: None, days: SiteDays, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = days.read("UTC", clock.at)
    with monkeypatch.context() as away:
        take_the_database_away(away)
        clock.at += 3600
        days.read("UTC", clock.at)
    Salt.objects.filter(day=dt.date(2026, 5, 4)).update(value=b"x" * 32)
    clock.at += 60

    assert days.read("UTC", clock.at).salt == b"x" * 32 != today.salt
