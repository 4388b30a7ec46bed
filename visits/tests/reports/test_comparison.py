"""What a period is compared with, and how much of it while the period runs."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.clock import day_start
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.days import ONE_DAY, local_minute
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import Period, PeriodName
from visits.tests.reports.streams import ZONES

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 3, 10, 14, 20, 30, tzinfo=BERLIN)
PREVIOUS = Comparison(ComparisonName.PREVIOUS)
YEAR = Comparison(ComparisonName.YEAR)
PREVIOUS_WEEKDAY = Comparison(ComparisonName.PREVIOUS, match_weekdays=True)
YEAR_WEEKDAY = Comparison(ComparisonName.YEAR, match_weekdays=True)
RELATIVE = (PREVIOUS, YEAR, PREVIOUS_WEEKDAY, YEAR_WEEKDAY)
NAMES = [name for name in PeriodName.values if name != "custom"]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def custom(start: str, end: str) -> Comparison:
    return Comparison.custom(day(start), day(end))


def said(period: Period | None) -> str:
    """Return the days of a period and the instants that cut it, in a line."""
    if period is None:
        return "none"
    since = f" since {period.since:%d %H:%M}" if period.since else ""
    until = f" until {period.until:%d %H:%M}" if period.until else ""
    return f"{period.start} {period.end}{since}{until}"


# Which days


@pytest.mark.parametrize(
    ("start", "end", "comparison", "expected"),
    [
        ("2026-01-05", "2026-01-11", PREVIOUS, "2025-12-29 2026-01-04"),
        ("2026-01-05", "2026-01-11", YEAR, "2025-01-05 2025-01-11"),
        # Months with months.
        ("2025-03-01", "2025-03-31", PREVIOUS, "2025-02-01 2025-02-28"),
        ("2025-02-01", "2025-02-28", YEAR, "2024-02-01 2024-02-29"),
        ("2024-02-01", "2024-02-29", YEAR, "2023-02-01 2023-02-28"),
        ("2024-01-01", "2024-12-31", YEAR, "2023-01-01 2023-12-31"),
        # As many days, beginning at the same date: 2023 had no 29 February.
        ("2024-02-29", "2024-02-29", YEAR, "2023-02-28 2023-02-28"),
        ("2024-02-26", "2024-03-03", YEAR, "2023-02-26 2023-03-04"),
        # 5 January 2026 is a Monday: the nearest of a year before is the 6th.
        ("2026-01-05", "2026-01-11", YEAR_WEEKDAY, "2025-01-06 2025-01-12"),
        ("2026-01-05", "2026-01-11", PREVIOUS_WEEKDAY, "2025-12-29 2026-01-04"),
        # Three days from a Monday on: those from the Monday before.
        ("2026-01-05", "2026-01-07", PREVIOUS, "2026-01-02 2026-01-04"),
        ("2026-01-05", "2026-01-07", PREVIOUS_WEEKDAY, "2025-12-29 2025-12-31"),
        # July begins on a Tuesday, June on a Sunday; 3 June would reach into July.
        ("2025-07-01", "2025-07-31", PREVIOUS_WEEKDAY, "2025-05-27 2025-06-25"),
        ("2025-01-01", "2025-12-31", YEAR_WEEKDAY, "2023-12-27 2024-12-26"),
        ("2025-01-01", "2025-12-31", custom("2020-05-04", "2020-05-05"), "2020-05-04 2020-05-05"),
    ],
)
def test_days_that_are_over_are_compared_with_whole_days(
    start: str, end: str, comparison: Comparison, expected: str
) -> None:
    assert said(comparison.of(Period.custom(day(start), day(end)), NOW, BERLIN)) == expected


def test_nothing_is_compared_unless_it_is_chosen() -> None:
    assert Comparison().of(Period.named("28d", NOW, BERLIN), NOW, BERLIN) is None


@pytest.mark.parametrize("comparison", RELATIVE)
def test_nothing_lies_before_all_time(comparison: Comparison) -> None:
    assert comparison.of(Period.named("all", NOW, BERLIN), NOW, BERLIN) is None


def test_all_time_can_be_compared_with_chosen_days() -> None:
    chosen = custom("2020-05-04", "2020-05-05")

    assert said(chosen.of(Period.named("all", NOW, BERLIN), NOW, BERLIN)) == "2020-05-04 2020-05-05"


# While the period runs


@pytest.mark.parametrize(
    ("now", "name", "comparison", "expected"),
    [
        ("2026-03-10T14:20:30", "today", PREVIOUS, "2026-03-09 2026-03-09 until 09 14:20"),
        ("2026-03-10T00:00:30", "today", PREVIOUS, "2026-03-09 2026-03-09 until 09 00:00"),
        ("2026-03-10T23:59:59", "today", PREVIOUS, "2026-03-09 2026-03-09 until 09 23:59"),
        ("2026-03-10T14:20:30", "today", YEAR, "2025-03-10 2025-03-10 until 10 14:20"),
        # A Tuesday with the Tuesday a week ago, and with that of a year ago.
        ("2026-03-10T14:20:30", "today", PREVIOUS_WEEKDAY, "2026-03-03 2026-03-03 until 03 14:20"),
        ("2026-03-10T14:20:30", "today", YEAR_WEEKDAY, "2025-03-11 2025-03-11 until 11 14:20"),
        ("2028-02-29T14:20:30", "today", YEAR, "2027-02-28 2027-02-28 until 28 14:20"),
        ("2026-03-10T14:20:30", "yesterday", PREVIOUS, "2026-03-08 2026-03-08"),
        ("2026-03-10T14:20:30", "yesterday", PREVIOUS_WEEKDAY, "2026-03-02 2026-03-02"),
        ("2026-03-10T14:20:30", "7d", PREVIOUS, "2026-02-25 2026-03-03 until 03 14:20"),
        ("2026-03-10T14:20:30", "28d", PREVIOUS, "2026-01-14 2026-02-10 until 10 14:20"),
        ("2026-03-10T14:20:30", "91d", YEAR, "2024-12-10 2025-03-10 until 10 14:20"),
        ("2026-03-10T14:20:30", "month", PREVIOUS, "2026-02-01 2026-02-10 until 10 14:20"),
        ("2026-03-10T14:20:30", "month", YEAR, "2025-03-01 2025-03-10 until 10 14:20"),
        # February is over before the month has come so far.
        ("2026-03-30T14:20:30", "month", PREVIOUS, "2026-02-01 2026-02-28"),
        ("2026-02-28T14:20:30", "month", PREVIOUS, "2026-01-01 2026-01-28 until 28 14:20"),
        ("2026-03-10T14:20:30", "last_month", PREVIOUS, "2026-01-01 2026-01-31"),
        ("2026-03-10T14:20:30", "year", PREVIOUS, "2025-01-01 2025-03-10 until 10 14:20"),
        ("2026-03-10T14:20:30", "12mo", PREVIOUS, "2024-04-01 2025-03-10 until 10 14:20"),
        # The first day of chosen ones.
        (
            "2026-03-10T14:20:30",
            "today",
            custom("2020-05-04", "2020-05-10"),
            "2020-05-04 2020-05-04 until 04 14:20",
        ),
        # Clocks went forward: there was no 2:20, and 3:20 is the same time of day.
        ("2026-03-30T02:20:00", "today", PREVIOUS, "2026-03-29 2026-03-29 until 29 03:00"),
        ("2026-03-30T03:20:00", "today", PREVIOUS, "2026-03-29 2026-03-29 until 29 03:20"),
        ("2026-03-29T14:20:00", "today", PREVIOUS, "2026-03-28 2026-03-28 until 28 14:20"),
        ("2026-10-25T14:20:00", "today", PREVIOUS, "2026-10-24 2026-10-24 until 24 14:20"),
        ("2026-10-26T14:20:00", "today", PREVIOUS, "2026-10-25 2026-10-25 until 25 14:20"),
    ],
)
def test_running_period_is_compared_up_to_the_same_time_of_day(
    now: str, name: str, comparison: Comparison, expected: str
) -> None:
    period = Period.named(name, at(now), BERLIN)

    assert said(comparison.of(period, at(now), BERLIN)) == expected


@pytest.mark.parametrize(
    ("now", "fold", "until"),
    [
        # The hour that comes twice is compared with its first coming, unless it comes twice today.
        ("2026-10-26T02:20:00", 0, "2026-10-25T02:20:00+02:00"),
        ("2026-10-25T02:20:00", 0, "2026-10-24T02:20:00+02:00"),
        ("2026-10-25T02:20:00", 1, "2026-10-24T02:20:00+02:00"),
    ],
)
def test_hour_that_comes_twice_is_the_first(now: str, fold: int, until: str) -> None:
    moment = at(now, fold=fold)
    before = PREVIOUS.of(Period.named("today", moment, BERLIN), moment, BERLIN)

    assert before
    assert before.until
    assert before.until.isoformat() == until


# Hours and minutes


@pytest.mark.parametrize(
    ("now", "name", "comparison", "expected"),
    [
        (
            "2026-03-10T14:20:30",
            "24h",
            PREVIOUS,
            "2026-03-08 2026-03-09 since 08 15:00 until 09 14:20",
        ),
        (
            "2026-03-10T14:20:30",
            "24h",
            PREVIOUS_WEEKDAY,
            "2026-03-02 2026-03-03 since 02 15:00 until 03 14:20",
        ),
        (
            "2026-03-10T14:20:30",
            "24h",
            YEAR,
            "2025-03-09 2025-03-10 since 09 15:00 until 10 14:20",
        ),
        # From a Monday on.
        (
            "2026-03-10T14:20:30",
            "24h",
            YEAR_WEEKDAY,
            "2025-03-10 2025-03-11 since 10 15:00 until 11 14:20",
        ),
        (
            "2026-03-10T14:20:30",
            "live",
            PREVIOUS,
            "2026-03-10 2026-03-10 since 10 13:21 until 10 13:50",
        ),
        (
            "2026-03-10T00:10:30",
            "live",
            PREVIOUS_WEEKDAY,
            "2026-03-02 2026-03-03 since 02 23:41 until 03 00:10",
        ),
        # As many minutes, whatever the clocks do.
        (
            "2026-03-29T14:20:30",
            "24h",
            PREVIOUS,
            "2026-03-27 2026-03-28 since 27 14:00 until 28 13:20",
        ),
        (
            "2026-03-10T14:20:30",
            "24h",
            custom("2020-05-04", "2020-05-04"),
            "2020-05-04 2020-05-04 since 04 00:00 until 04 23:20",
        ),
    ],
)
def test_hours_and_minutes_are_compared_with_as_many_minutes(
    now: str, name: str, comparison: Comparison, expected: str
) -> None:
    period = Period.named(name, at(now), BERLIN)

    assert said(comparison.of(period, at(now), BERLIN)) == expected


# In words


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("today", "9 Mar 2026 until 14:20"),
        ("7d", "25 Feb – 3 Mar 2026 until 14:20"),
        ("month", "1 Feb – 10 Feb 2026 until 14:20"),
        ("last_month", "Jan 2026"),
        ("24h", "8 Mar 2026, 15:00 – 9 Mar 2026, 14:20"),
    ],
)
def test_dates_of_a_comparison_say_where_it_ends(name: str, label: str) -> None:
    before = PREVIOUS.of(Period.named(name, NOW, BERLIN), NOW, BERLIN)

    assert before
    assert before.dates_label == label


def test_comparison_is_called_by_its_name_or_its_days() -> None:
    assert YEAR.label == "Year before"
    assert custom("2026-02-01", "2026-02-28").label == "Feb 2026"


def test_chosen_days_have_an_order() -> None:
    with pytest.raises(InvalidQuery) as refused:
        custom("2026-02-02", "2026-02-01")

    assert refused.value.field == "compare_to"


# Whatever the hour


@given(
    zone=st.sampled_from(ZONES),
    seconds=st.integers(1_735_700_000, 1_830_300_000),
    name=st.sampled_from(NAMES),
    comparison=st.sampled_from((*RELATIVE, custom("2024-02-20", "2026-01-31"))),
)
def test_comparison_never_covers_more_than_has_elapsed(
    zone: str, seconds: int, name: str, comparison: Comparison
) -> None:
    info, now = ZoneInfo(zone), dt.datetime.fromtimestamp(seconds, dt.UTC)
    period = Period.named(name, now, info)
    before = comparison.of(period, now, info)
    if before is None:
        return

    clock = local_minute(now, info)
    if period.since:
        assert before.since
        assert before.until
        assert before.until - before.since <= now - period.since
    elif period.start <= clock.date() <= period.end:
        begun = (clock.date() - period.start).days + 1
        assert before.day_count <= begun
        if before.day_count == begun:
            assert before.until
            midnight = day_start(before.end, info)
            shown = before.until.replace(tzinfo=None) - dt.datetime.combine(before.end, dt.time())
            now_shown = clock.replace(tzinfo=None) - dt.datetime.combine(clock.date(), dt.time())
            # Where clocks jump over the time, the jump is what they show first.
            jumped = (
                before.until.utcoffset()
                != (before.until - dt.timedelta(seconds=1)).astimezone(info).utcoffset()
            )
            assert shown <= now_shown or jumped
            assert midnight <= before.until <= day_start(before.end + ONE_DAY, info)


@given(
    zone=st.sampled_from(ZONES),
    seconds=st.integers(1_735_700_000, 1_830_300_000),
    name=st.sampled_from(NAMES),
    comparison=st.sampled_from(RELATIVE),
)
def test_comparison_lies_before_its_period(
    zone: str, seconds: int, name: str, comparison: Comparison
) -> None:
    info, now = ZoneInfo(zone), dt.datetime.fromtimestamp(seconds, dt.UTC)
    period = Period.named(name, now, info)
    before = comparison.of(period, now, info)
    if before is None:
        return

    since = period.since or day_start(period.start, info)
    assert (before.until or day_start(before.end + ONE_DAY, info)) <= since
    if comparison.match_weekdays and name != "live":
        begins = before.since or before.start
        assert begins.weekday() == (period.since or period.start).weekday()
