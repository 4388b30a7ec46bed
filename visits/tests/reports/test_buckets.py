"""How a period is cut into hours, days and months."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from visits.reports.buckets import cut, day_start
from visits.reports.period import Interval, Period
from visits.tests.reports.naive import first_second
from visits.tests.reports.streams import ZONES, days_of_unusual_length

BERLIN = ZoneInfo("Europe/Berlin")
NOON = dt.datetime(2026, 5, 4, 12, tzinfo=BERLIN)


def period(start: str, end: str) -> Period:
    return Period.custom(dt.date.fromisoformat(start), dt.date.fromisoformat(end))


def day_of(text: str, zone: str = "Europe/Berlin") -> list[str]:
    buckets = cut(period(text, text), Interval.HOUR, ZoneInfo(zone), NOON)
    return [f"{bucket.start:%H:%M}" for bucket in buckets]


def test_day_has_twenty_four_hours() -> None:
    assert day_of("2026-05-04")[::8] == ["00:00", "08:00", "16:00"]
    assert len(day_of("2026-05-04")) == 24


def test_day_on_which_clocks_go_forward_has_twenty_three_hours() -> None:
    assert day_of("2026-03-29")[:4] == ["00:00", "01:00", "03:00", "04:00"]
    assert len(day_of("2026-03-29")) == 23


def test_day_on_which_clocks_go_back_has_the_hour_twice() -> None:
    assert day_of("2026-10-25")[:5] == ["00:00", "01:00", "02:00", "02:00", "03:00"]
    assert len(day_of("2026-10-25")) == 25


def test_day_without_midnight_begins_at_one() -> None:
    assert day_of("2026-04-24", "Africa/Cairo")[:2] == ["01:00", "02:00"]
    assert len(day_of("2026-04-24", "Africa/Cairo")) == 23


def test_half_an_hour_of_summer_time_is_a_short_last_bucket() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    (last,) = cut(period("2026-04-05", "2026-04-05"), Interval.HOUR, zone, NOON)[-1:]

    assert f"{last.start:%H:%M}" == "23:30"
    assert last.end - last.start == dt.timedelta(minutes=30)


def test_day_that_never_was_has_one_empty_hour() -> None:
    # Samoa moved to the other side of the date line.
    assert len(day_of("2011-12-30", "Pacific/Apia")) == 1


@pytest.mark.parametrize("zone", ZONES)
def test_day_starts_with_its_first_second(zone: str) -> None:
    info = ZoneInfo(zone)
    unusual = days_of_unusual_length(info)

    for day in [*unusual, *(day + dt.timedelta(1) for day in unusual), dt.date(2026, 7, 1)]:
        assert day_start(day, info).timestamp() == first_second(day, info)


@pytest.mark.parametrize("interval", Interval)
def test_buckets_cover_the_period_without_gaps(interval: Interval) -> None:
    days = period("2026-03-01", "2026-03-31")
    buckets = cut(days, interval, BERLIN, NOON)

    assert buckets[0].start == dt.datetime(2026, 3, 1, tzinfo=BERLIN)
    assert buckets[-1].end == dt.datetime(2026, 4, 1, tzinfo=BERLIN)
    for one, following in itertools.pairwise(buckets):
        assert one.end == following.start


def test_running_bucket_is_partial_and_the_rest_is_future() -> None:
    buckets = cut(period("2026-05-03", "2026-05-05"), Interval.DAY, BERLIN, NOON)

    assert [bucket.is_partial for bucket in buckets] == [False, True, False]
    assert [bucket.is_future for bucket in buckets] == [False, False, True]


def test_months_that_the_period_cuts_are_partial() -> None:
    buckets = cut(period("2025-11-15", "2026-03-31"), Interval.MONTH, BERLIN, NOON)

    assert [f"{bucket.start:%d %b}" for bucket in buckets] == [
        "15 Nov",
        "01 Dec",
        "01 Jan",
        "01 Feb",
        "01 Mar",
    ]
    assert [bucket.is_partial for bucket in buckets] == [True, False, False, False, False]
