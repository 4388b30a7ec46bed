"""How a period is cut into minutes, hours, days, weeks and months."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.clock import day_start
from sites.models import time_zone_names
from visits.reports.buckets import bucket_count, bucket_numbers, cut, edge_minutes
from visits.reports.days import ONE_DAY, ONE_HOUR, ONE_MINUTE
from visits.reports.interval import Interval
from visits.reports.period import Period, PeriodName
from visits.reports.results import Bucket
from visits.tests.reports.streams import ZONES, days_of_unusual_length

BERLIN = ZoneInfo("Europe/Berlin")
SAMOA = ZoneInfo("Pacific/Apia")
NOON = dt.datetime(2026, 5, 4, 12, tzinfo=BERLIN)


def period(start: str, end: str) -> Period:
    return Period.custom(dt.date.fromisoformat(start), dt.date.fromisoformat(end))


def day_of(text: str, zone: str = "Europe/Berlin") -> list[str]:
    buckets = cut(period(text, text), Interval.HOUR, ZoneInfo(zone), NOON)
    return [f"{bucket.start:%H:%M}" for bucket in buckets]


def spans(buckets: Sequence[Bucket]) -> list[tuple[float, float]]:
    return [(bucket.start.timestamp(), bucket.end.timestamp()) for bucket in buckets]


# Hours and minutes


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


def test_each_of_several_days_has_hours_of_its_own() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    buckets = cut(period("2026-04-05", "2026-04-06"), Interval.HOUR, zone, NOON)

    assert [f"{bucket.start:%H:%M}" for bucket in buckets[22:27]] == [
        "21:30",
        "22:30",
        "23:30",
        "00:00",
        "01:00",
    ]


def test_day_is_cut_into_its_minutes() -> None:
    counts = [
        bucket_count(period(day, day), Interval.MINUTE, BERLIN)
        for day in ("2026-05-04", "2026-03-29", "2026-10-25")
    ]

    assert counts == [1_440, 1_380, 1_500]


def test_last_24_hours_begin_and_end_on_whole_hours() -> None:
    now = dt.datetime(2026, 5, 4, 12, 34, 56, tzinfo=BERLIN)
    buckets = cut(Period.named("24h", now, BERLIN), Interval.HOUR, BERLIN, now)

    assert len(buckets) == 24
    assert f"{buckets[0].start:%d %H:%M}" == "03 13:00"
    assert f"{buckets[-1].end:%d %H:%M}" == "04 13:00"
    assert [bucket.is_partial for bucket in buckets] == [False] * 23 + [True]


def test_last_30_minutes_are_as_many_buckets() -> None:
    now = dt.datetime(2026, 5, 4, 0, 10, 30, tzinfo=BERLIN)
    buckets = cut(Period.named("live", now, BERLIN), Interval.MINUTE, BERLIN, now)

    assert len(buckets) == 30
    assert f"{buckets[0].start:%d %H:%M}" == "03 23:41"
    assert f"{buckets[-1].end:%d %H:%M}" == "04 00:11"


# Days, weeks and months


def test_weeks_begin_on_monday_and_are_cut_by_the_period() -> None:
    buckets = cut(period("2026-04-29", "2026-05-13"), Interval.WEEK, BERLIN, NOON)

    assert [f"{bucket.start:%a %d %b}" for bucket in buckets] == [
        "Wed 29 Apr",
        "Mon 04 May",
        "Mon 11 May",
    ]
    assert [bucket.is_partial for bucket in buckets] == [True, True, True]
    assert [bucket.is_future for bucket in buckets] == [False, False, True]
    assert f"{buckets[-1].end:%a %d %b}" == "Thu 14 May"


def test_whole_weeks_are_not_partial() -> None:
    buckets = cut(period("2026-04-20", "2026-05-03"), Interval.WEEK, BERLIN, NOON)

    assert [bucket.is_partial for bucket in buckets] == [False, False]


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


def test_running_bucket_is_partial_and_the_rest_is_future() -> None:
    buckets = cut(period("2026-05-03", "2026-05-05"), Interval.DAY, BERLIN, NOON)

    assert [bucket.is_partial for bucket in buckets] == [False, True, False]
    assert [bucket.is_future for bucket in buckets] == [False, False, True]


def test_day_that_never_was_has_no_bucket() -> None:
    # Samoa moved to the other side of the date line.
    for interval in (Interval.DAY, Interval.HOUR):
        buckets = cut(period("2011-12-29", "2011-12-31"), interval, SAMOA, NOON)
        starts = sorted({bucket.start.date().day for bucket in buckets})
        assert starts == [29, 31]


@pytest.mark.parametrize("interval", Interval)
def test_nothing_but_a_day_that_never_was_is_one_empty_bucket(interval: Interval) -> None:
    (bucket,) = cut(period("2011-12-30", "2011-12-30"), interval, SAMOA, NOON)

    assert bucket.start == bucket.end
    assert bucket_numbers(period("2011-12-30", "2011-12-30"), interval, SAMOA)(
        dt.date(2011, 12, 30), 5
    ) == (0)


# Where something is


def test_last_bucket_takes_what_is_beyond_the_day_and_the_first_what_is_before_the_period() -> None:
    now = dt.datetime(2026, 5, 4, 12, 34, tzinfo=BERLIN)
    number_of = bucket_numbers(Period.named("24h", now, BERLIN), Interval.HOUR, BERLIN)
    yesterday, today = dt.date(2026, 5, 3), dt.date(2026, 5, 4)

    assert [number_of(yesterday, hour) for hour in (0, 12, 13, 14, 23, 24)] == [0, 0, 0, 1, 10, 10]
    assert [number_of(today, hour) for hour in (0, 12, 13, 23)] == [11, 23, 23, 23]


def test_day_outside_the_period_is_refused() -> None:
    number_of = bucket_numbers(period("2026-05-04", "2026-05-05"), Interval.DAY, BERLIN)

    with pytest.raises(KeyError):
        number_of(dt.date(2026, 5, 6), 0)


def test_hundred_thousand_places_are_found_at_once() -> None:
    number_of = bucket_numbers(period("2026-01-01", "2026-01-31"), Interval.HOUR, BERLIN)
    keys = [(dt.date(2026, 1, 1 + at % 31), at % 24) for at in range(100_000)]

    began = time.process_time()
    numbers = [number_of(day, hour) for day, hour in keys]

    assert len(set(numbers)) == 744
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [("today", (None, None)), ("24h", (13 * 60, 13 * 60)), ("live", (725, 755))],
)
def test_edges_are_minutes_of_their_days(
    name: str, expected: tuple[int | None, int | None]
) -> None:
    now = dt.datetime(2026, 5, 4, 12, 34, tzinfo=BERLIN)

    assert edge_minutes(Period.named(name, now, BERLIN), BERLIN) == expected


def test_last_minute_before_midnight_is_the_edge_of_its_own_day() -> None:
    now = dt.datetime(2026, 3, 29, 23, 34, tzinfo=BERLIN)
    last_hours = Period.named("24h", now, BERLIN)

    # The day has 23 hours.
    assert edge_minutes(last_hours, BERLIN)[1] == 23 * 60
    assert last_hours.end == dt.date(2026, 3, 29)


# Everywhere


def assert_tiled(buckets: Sequence[Bucket], start: dt.datetime, end: dt.datetime) -> None:
    edges = spans(buckets)
    assert edges[0][0] == start.timestamp()
    assert edges[-1][1] == end.timestamp()
    assert all(begin < end for begin, end in edges)
    assert all(one[1] == following[0] for one, following in itertools.pairwise(edges))


def assert_placed(
    asked: Period, interval: Interval, zone: ZoneInfo, instants: Sequence[dt.datetime]
) -> None:
    """Every instant is in the bucket that contains it."""
    edges = spans(cut(asked, interval, zone, NOON))
    number_of = bucket_numbers(asked, interval, zone)
    unit = ONE_MINUTE if interval is Interval.MINUTE else ONE_HOUR
    for instant in instants:
        day = instant.astimezone(zone).date()
        begin, end = edges[number_of(day, (instant - day_start(day, zone)) // unit)]
        assert begin <= instant.timestamp() < end


@cache
def different_zones() -> dict[tuple[object, ...], ZoneInfo]:
    """Return a zone for each way in which clocks are set in the year, by what they show."""
    zones: dict[tuple[object, ...], ZoneInfo] = {}
    for name in time_zone_names():
        zone = ZoneInfo(name)
        noon = dt.datetime(2026, 7, 1, 12, tzinfo=zone)
        unusual = days_of_unusual_length(zone)
        quarters = [noon.utcoffset()]
        for day in unusual:
            midnight = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
            instants = [midnight + number * dt.timedelta(minutes=15) for number in range(-60, 180)]
            quarters += [instant.astimezone(zone).utcoffset() for instant in instants]
        zones[(*unusual, *quarters)] = zone
    return zones


@pytest.mark.parametrize("interval", Interval)
def test_buckets_tile_the_days_on_which_clocks_change_in_every_zone(interval: Interval) -> None:
    around = 0 if interval is Interval.MINUTE else 1
    for zone in different_zones().values():
        for day in [*days_of_unusual_length(zone), dt.date(2026, 7, 1)]:
            asked = Period.custom(day - around * ONE_DAY, day + around * ONE_DAY)
            start, end = day_start(asked.start, zone), day_start(asked.end + ONE_DAY, zone)
            assert_tiled(cut(asked, interval, zone, NOON), start, end)
            steps = range(0, int((end - start).total_seconds()), 1_799)
            instants = [start + dt.timedelta(seconds=at) for at in steps]
            assert_placed(asked, interval, zone, [*instants, end - dt.timedelta(seconds=1)])


@given(
    zone=st.sampled_from(ZONES),
    start=st.dates(dt.date(2009, 1, 1), dt.date(2030, 1, 1)),
    length=st.sampled_from((1, 2, 7, 31, 92, 366, 1_096, 3_653)),
)
def test_buckets_of_every_allowed_interval_tile_the_period(
    zone: str, start: dt.date, length: int
) -> None:
    info = ZoneInfo(zone)
    asked = Period.custom(start, start + (length - 1) * ONE_DAY)

    for interval in asked.allowed_intervals:
        buckets = cut(asked, interval, info, NOON)
        assert len(buckets) == bucket_count(asked, interval, info) <= 1_500
        assert_tiled(buckets, day_start(start, info), day_start(asked.end + ONE_DAY, info))


@given(
    zone=st.sampled_from(ZONES),
    seconds=st.integers(1_735_700_000, 1_830_300_000),
    name=st.sampled_from((PeriodName.LIVE, PeriodName.LAST_24_HOURS)),
)
def test_running_hours_and_minutes_are_tiled_too(zone: str, seconds: int, name: PeriodName) -> None:
    info, now = ZoneInfo(zone), dt.datetime.fromtimestamp(seconds, dt.UTC)
    asked = Period.named(name, now, info)
    assert asked.since
    assert asked.until

    for interval in asked.allowed_intervals:
        buckets = cut(asked, interval, info, now)
        assert_tiled(buckets, asked.since, asked.until)
        assert sum(bucket.start <= now < bucket.end for bucket in buckets) == 1
        assert_placed(asked, interval, info, [asked.since, now])
    last = cut(asked, asked.interval, info, now)[-1]
    assert last.start <= now < last.end
    assert bucket_count(asked, asked.interval, info) == (30 if name == PeriodName.LIVE else 24)
