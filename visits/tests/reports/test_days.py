"""When days and times of day begin, and how months are counted."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.clock import clock_instant, day_start
from visits.reports.days import (
    ONE_DAY,
    ONE_HOUR,
    ONE_MINUTE,
    add_months,
    at_offset,
    monday_of,
    months_between,
    unit_end,
    unit_start,
    units_before,
    year_before,
)
from visits.tests.reports.naive.clock import first_second
from visits.tests.reports.streams import ZONES, days_of_unusual_length

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
days = st.dates(dt.date(1970, 1, 1), dt.date(2200, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def clock(text: str, fold: int = 0) -> dt.time:
    return dt.time.fromisoformat(text).replace(fold=fold)


def shown(instant: dt.datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%d %H:%M %z}"


@pytest.mark.parametrize("zone", ZONES)
def test_day_starts_with_its_first_second(zone: str) -> None:
    info = ZoneInfo(zone)
    unusual = days_of_unusual_length(info)

    for each in [*unusual, *(each + ONE_DAY for each in unusual), dt.date(2026, 7, 1)]:
        assert day_start(each, info).timestamp() == first_second(each, info)


def test_day_that_never_was_starts_with_the_next() -> None:
    # Samoa moved to the other side of the date line.
    samoa = ZoneInfo("Pacific/Apia")

    assert day_start(day("2011-12-30"), samoa) == day_start(day("2011-12-31"), samoa)
    assert day_start(day("2011-12-30"), samoa) - day_start(day("2011-12-29"), samoa) == ONE_DAY


@pytest.mark.parametrize(
    ("on", "time", "expected"),
    [
        ("2026-05-04", clock("14:20"), "04 14:20 +0200"),
        # Clocks go from 2 to 3.
        ("2026-03-29", clock("01:59"), "29 01:59 +0100"),
        ("2026-03-29", clock("02:00"), "29 03:00 +0200"),
        ("2026-03-29", clock("02:20"), "29 03:00 +0200"),
        ("2026-03-29", clock("02:59", fold=1), "29 03:00 +0200"),
        ("2026-03-29", clock("03:00"), "29 03:00 +0200"),
        # Clocks go from 3 to 2.
        ("2026-10-25", clock("02:20"), "25 02:20 +0200"),
        ("2026-10-25", clock("02:20", fold=1), "25 02:20 +0100"),
        ("2026-10-25", clock("03:00"), "25 03:00 +0100"),
    ],
)
def test_time_of_day_is_the_first_unless_said_and_the_jump_where_clocks_jump(
    on: str, time: dt.time, expected: str
) -> None:
    assert shown(clock_instant(day(on), time, BERLIN), BERLIN) == expected


def test_instants_with_their_offset_can_be_subtracted() -> None:
    first = clock_instant(day("2026-10-25"), clock("02:20"), BERLIN)
    second = clock_instant(day("2026-10-25"), clock("02:20", fold=1), BERLIN)

    # Of one zone, both would show 02:20 and be equal.
    assert at_offset(second, BERLIN) - at_offset(first, BERLIN) == ONE_HOUR
    assert at_offset(first, BERLIN).isoformat() == "2026-10-25T02:20:00+02:00"
    assert at_offset(second, BERLIN).isoformat() == "2026-10-25T02:20:00+01:00"


@pytest.mark.parametrize(
    ("zone", "at", "start", "end"),
    [
        ("Europe/Berlin", "2026-05-04T12:34:56", "14:00", "15:00"),
        ("Asia/Kathmandu", "2026-05-04T12:34:56", "18:00", "19:00"),
        # Half an hour later in summer: from then on the day's hours begin at half past.
        ("Australia/Lord_Howe", "2026-04-05T12:10:00", "22:30", "23:30"),
        ("Australia/Lord_Howe", "2026-04-05T13:10:00", "23:30", "00:00"),
    ],
)
def test_hours_are_counted_from_the_beginning_of_the_day(
    zone: str, at: str, start: str, end: str
) -> None:
    info = ZoneInfo(zone)
    instant = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)

    assert f"{unit_start(instant, ONE_HOUR, info).astimezone(info):%H:%M}" == start
    assert f"{unit_end(instant, ONE_HOUR, info).astimezone(info):%H:%M}" == end


def test_hours_before_are_those_of_each_day() -> None:
    start = clock_instant(day("2026-04-06"), clock("01:00"), LORD_HOWE)

    starts = [units_before(start, count, ONE_HOUR, LORD_HOWE) for count in range(4)]

    assert [f"{each.astimezone(LORD_HOWE):%H:%M}" for each in starts] == [
        "01:00",
        "00:00",
        "23:30",
        "22:30",
    ]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-01", 0, "2026-01-01"),
        ("2026-01-01", -1, "2025-12-01"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-03-01", -15, "2024-12-01"),
    ],
)
def test_months_are_added_over_years(start: str, months: int, expected: str) -> None:
    assert add_months(day(start), months) == day(expected)
    assert months_between(day(start), day(expected)) == months


@given(on=days)
def test_weeks_begin_on_monday(on: dt.date) -> None:
    monday = monday_of(on)

    assert monday.isoweekday() == 1
    assert monday.isocalendar()[:2] == on.isocalendar()[:2]


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-03-10", "2025-03-10"), ("2028-02-29", "2027-02-28"), ("2029-02-28", "2028-02-28")],
)
def test_leap_day_was_the_28th_a_year_before(on: str, expected: str) -> None:
    assert year_before(day(on)) == day(expected)


@given(
    zone=st.sampled_from(ZONES),
    seconds=st.integers(1_735_700_000, 1_830_300_000),
    unit=st.sampled_from((ONE_MINUTE, ONE_HOUR)),
)
def test_unit_of_an_instant_contains_it(zone: str, seconds: int, unit: dt.timedelta) -> None:
    instant = dt.datetime.fromtimestamp(seconds, dt.UTC)
    info = ZoneInfo(zone)

    start, end = unit_start(instant, unit, info), unit_end(instant, unit, info)

    assert start <= instant < end <= start + unit
    assert units_before(end, 1, unit, info) == start
