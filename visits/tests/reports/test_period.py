"""Which days a period means, what it compares with, and where its links lead."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from visits.reports.parsing import parse_period
from visits.reports.period import NAMES_OF_DATES, Interval, Period, PeriodName

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = dt.date(2026, 3, 10)
NOW = dt.datetime(2026, 3, 10, 14, 20, 30, tzinfo=BERLIN)
NAMES = [name for name in PeriodName.values if name != "custom"]
days = st.dates(dt.date(1970, 1, 1), dt.date(2200, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def custom(start: str, end: str) -> Period:
    return Period.custom(day(start), day(end))


def span(period: Period | None) -> str:
    return "none" if period is None else f"{period.start} {period.end}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("today", "2026-03-10 2026-03-10"),
        ("yesterday", "2026-03-09 2026-03-09"),
        ("7d", "2026-03-04 2026-03-10"),
        ("28d", "2026-02-11 2026-03-10"),
        ("91d", "2025-12-10 2026-03-10"),
        ("month", "2026-03-01 2026-03-31"),
        ("last_month", "2026-02-01 2026-02-28"),
        ("year", "2026-01-01 2026-12-31"),
        ("12mo", "2025-04-01 2026-03-31"),
    ],
)
def test_named_periods_end_today_or_with_the_month_or_year(name: str, expected: str) -> None:
    assert span(Period.of(name, TODAY)) == expected


@pytest.mark.parametrize(
    ("first_day", "expected"),
    [
        ("2024-02-29", "2024-02-29 2026-03-10"),
        ("2026-03-10", "2026-03-10 2026-03-10"),
        # The clock of the site may be behind that of its first visit.
        ("2026-03-11", "2026-03-10 2026-03-10"),
        # Ten years at most.
        ("2009-01-01", "2016-03-10 2026-03-10"),
        (None, "2016-03-10 2026-03-10"),
    ],
)
def test_all_time_begins_with_the_first_day(first_day: str | None, expected: str) -> None:
    known = day(first_day) if first_day else None

    assert span(Period.of("all", TODAY, first_day=known)) == expected
    assert span(Period.named("all", NOW, BERLIN, known)) == expected


@pytest.mark.parametrize(
    ("now", "name", "days", "instants"),
    [
        ("2026-03-10T14:20:30", "24h", "2026-03-09 2026-03-10", "09 15:00 10 15:00"),
        ("2026-03-10T00:00:00", "24h", "2026-03-09 2026-03-10", "09 01:00 10 01:00"),
        ("2026-03-10T23:59:59", "24h", "2026-03-10 2026-03-10", "10 00:00 11 00:00"),
        # Clocks went forward in the night: 23 hours ago it was an hour less.
        ("2026-03-29T14:20:30", "24h", "2026-03-28 2026-03-29", "28 14:00 29 15:00"),
        # And back, after the hour had come twice.
        ("2026-10-25T14:20:30", "24h", "2026-10-24 2026-10-25", "24 16:00 25 15:00"),
        ("2026-03-10T14:20:30", "live", "2026-03-10 2026-03-10", "10 13:51 10 14:21"),
        ("2026-03-10T00:10:00", "live", "2026-03-09 2026-03-10", "09 23:41 10 00:11"),
    ],
)
def test_hours_and_minutes_reach_over_midnight(
    now: str, name: str, days: str, instants: str
) -> None:
    period = Period.named(name, dt.datetime.fromisoformat(now).replace(tzinfo=BERLIN), BERLIN)

    assert span(period) == days
    assert f"{period.since:%d %H:%M} {period.until:%d %H:%M}" == instants


@pytest.mark.parametrize("name", ["live", "24h"])
def test_hours_and_minutes_need_a_clock(name: str) -> None:
    with pytest.raises(ValueError, match="not a period of whole days"):
        Period.of(name, TODAY)


@pytest.mark.parametrize(
    ("today", "name", "expected"),
    [
        # Days compare with as many days directly before.
        ("2026-03-10", "today", "2026-03-09 2026-03-09"),
        ("2026-03-10", "7d", "2026-02-25 2026-03-03"),
        ("2026-03-10", "28d", "2026-01-14 2026-02-10"),
        # The running month compares as many days of the month before as it has itself.
        ("2026-03-01", "month", "2026-02-01 2026-02-01"),
        ("2026-03-10", "month", "2026-02-01 2026-02-10"),
        ("2026-03-30", "month", "2026-02-01 2026-02-28"),
        ("2026-03-31", "month", "2026-02-01 2026-02-28"),
        ("2026-02-28", "month", "2026-01-01 2026-01-31"),
        ("2026-02-27", "month", "2026-01-01 2026-01-27"),
        ("2026-01-15", "month", "2025-12-01 2025-12-15"),
        # The running twelve months too.
        ("2026-03-10", "12mo", "2024-04-01 2025-03-10"),
        ("2026-03-10", "year", "2025-01-01 2025-03-10"),
        ("2026-03-10", "last_month", "2026-01-01 2026-01-31"),
        ("2024-03-31", "91d", "2023-10-02 2023-12-31"),
    ],
)
def test_comparison_has_the_same_length_directly_before(
    today: str, name: str, expected: str
) -> None:
    assert span(Period.of(name, day(today)).previous(day(today))) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-05", "2026-01-11", "2025-12-29 2026-01-04"),
        ("2026-02-01", "2026-02-28", "2026-01-01 2026-01-31"),
        ("2025-01-01", "2025-12-31", "2024-01-01 2024-12-31"),
        ("2025-11-01", "2026-01-31", "2025-08-01 2025-10-31"),
        # Still running: six of its ten days have begun.
        ("2026-03-05", "2026-03-14", "2026-02-23 2026-02-28"),
        ("2027-03-05", "2027-03-14", "2027-02-23 2027-03-04"),
    ],
)
def test_custom_periods_compare_months_with_months_and_days_with_days(
    start: str, end: str, expected: str
) -> None:
    assert span(custom(start, end).previous(TODAY)) == expected


@pytest.mark.parametrize(
    ("period", "earlier", "name"),
    [
        (Period.of("today", TODAY), "2026-03-09 2026-03-09", "yesterday"),
        (Period.of("7d", TODAY), "2026-02-25 2026-03-03", "custom"),
        (Period.of("month", TODAY), "2026-02-01 2026-02-28", "last_month"),
        (Period.of("last_month", TODAY), "2026-01-01 2026-01-31", "custom"),
        (custom("2026-02-01", "2026-02-28"), "2026-01-01 2026-01-31", "custom"),
        (Period.of("12mo", TODAY), "2024-04-01 2025-03-31", "custom"),
        (Period.of("year", TODAY), "2025-01-01 2025-12-31", "custom"),
        (Period.of("91d", TODAY), "2025-09-10 2025-12-09", "custom"),
    ],
)
def test_earlier_steps_by_the_whole_period(period: Period, earlier: str, name: str) -> None:
    found = period.earlier(TODAY)

    assert span(found) == earlier
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    ("period", "later", "name"),
    [
        (Period.of("yesterday", TODAY), "2026-03-10 2026-03-10", "today"),
        (custom("2026-02-25", "2026-03-03"), "2026-03-04 2026-03-10", "7d"),
        (custom("2026-02-01", "2026-02-28"), "2026-03-01 2026-03-31", "month"),
        (custom("2026-01-01", "2026-01-31"), "2026-02-01 2026-02-28", "last_month"),
        (custom("2025-01-01", "2025-12-31"), "2026-01-01 2026-12-31", "year"),
        (custom("2026-03-03", "2026-03-09"), "2026-03-10 2026-03-16", "custom"),
    ],
)
def test_later_finds_the_named_period_again(period: Period, later: str, name: str) -> None:
    found = period.later(TODAY)

    assert span(found) == later
    assert found
    assert found.name == name


@pytest.mark.parametrize("name", ["live", "24h", "all"])
def test_what_has_nothing_of_its_kind_beside_it_has_no_steps(name: str) -> None:
    period = Period.named(name, NOW, BERLIN, day("2026-01-01"))

    assert period.earlier(TODAY) is None
    assert period.later(TODAY) is None


@pytest.mark.parametrize("name", ["today", "7d", "28d", "91d", "month", "year", "12mo"])
def test_nothing_is_later_than_now(name: str) -> None:
    assert Period.of(name, TODAY).later(TODAY) is None


def test_nothing_is_earlier_than_1970() -> None:
    assert custom("1970-01-02", "1970-01-03").earlier(TODAY) is None
    assert span(custom("1970-01-02", "1970-01-02").earlier(TODAY)) == "1970-01-01 1970-01-01"


@pytest.mark.parametrize(
    ("start", "end", "interval"),
    [
        ("2026-03-10", "2026-03-10", Interval.HOUR),
        ("2026-03-09", "2026-03-10", Interval.DAY),
        ("2026-01-01", "2026-04-02", Interval.DAY),
        ("2026-01-01", "2026-04-03", Interval.MONTH),
    ],
)
def test_interval_follows_the_length(start: str, end: str, interval: Interval) -> None:
    assert custom(start, end).interval is interval


@pytest.mark.parametrize(
    ("name", "interval", "allowed"),
    [
        ("live", "minute", "minute"),
        ("today", "hour", "minute hour day"),
        ("24h", "hour", "minute hour"),
        ("7d", "day", "hour day week"),
        ("28d", "day", "hour day week month"),
        ("91d", "day", "day week month"),
        ("month", "day", "hour day week month"),
        ("12mo", "month", "day week month"),
        ("all", "month", "week month"),
    ],
)
def test_periods_offer_the_intervals_that_suit_them(name: str, interval: str, allowed: str) -> None:
    period = Period.named(name, NOW, BERLIN)

    assert period.interval == interval
    assert " ".join(period.allowed_intervals) == allowed


@pytest.mark.parametrize(
    ("days", "allowed"),
    [
        (1, "minute hour day"),
        (2, "hour day"),
        (6, "hour day"),
        (7, "hour day week"),
        (27, "hour day week"),
        (28, "hour day week month"),
        (31, "hour day week month"),
        (32, "day week month"),
        (1_096, "day week month"),
        (1_097, "week month"),
        (3_653, "week month"),
    ],
)
def test_series_is_never_too_long_nor_an_interval_longer_than_its_period(
    days: int, allowed: str
) -> None:
    period = Period.custom(TODAY, TODAY + dt.timedelta(days - 1))

    assert " ".join(period.allowed_intervals) == allowed
    assert period.interval in period.allowed_intervals


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ("2026-05-04", "2026-05-04", "4 May 2026"),
        ("2026-05-04", "2026-05-10", "4 May – 10 May 2026"),
        ("2025-12-28", "2026-01-03", "28 Dec 2025 – 3 Jan 2026"),
        ("2026-02-01", "2026-02-28", "Feb 2026"),
        ("2025-04-01", "2026-03-31", "Apr 2025 – Mar 2026"),
    ],
)
def test_dates_are_said_as_shortly_as_possible(start: str, end: str, label: str) -> None:
    assert custom(start, end).dates_label == label
    assert custom(start, end).label == label


def test_named_period_is_called_by_its_name() -> None:
    assert Period.of("28d", TODAY).label == "Last 28 days"
    assert Period.of("28d", TODAY).dates_label == "11 Feb – 10 Mar 2026"


@pytest.mark.parametrize(
    ("name", "label", "dates"),
    [
        ("live", "Last 30 minutes", "10 Mar 2026, 13:51 – 14:21"),
        ("24h", "Last 24 hours", "9 Mar 2026, 15:00 – 10 Mar 2026, 15:00"),
    ],
)
def test_hours_and_minutes_are_said_with_their_time(name: str, label: str, dates: str) -> None:
    period = Period.named(name, NOW, BERLIN)

    assert (period.label, period.dates_label) == (label, dates)


def test_ten_whole_years_are_a_period() -> None:
    assert custom("2016-01-01", "2025-12-31").day_count == 3653


@given(today=days, start=days, length=st.integers(0, 3652))
def test_parameters_of_a_period_make_it_again(today: dt.date, start: dt.date, length: int) -> None:
    end = min(start + dt.timedelta(length), dt.date(2200, 12, 31))
    now = dt.datetime.combine(today, dt.time(14, 20), BERLIN)
    named = [Period.named(name, now, BERLIN) for name in NAMES]

    for period in [*named, Period.custom(start, end)]:
        assert parse_period(period.parameters(), now, BERLIN) == period


@given(today=days, start=days, length=st.integers(0, 800))
def test_earlier_and_later_touch_the_period_and_lead_back(
    today: dt.date, start: dt.date, length: int
) -> None:
    end = min(start + dt.timedelta(length), dt.date(2200, 12, 31))
    period = Period.custom(start, end)
    earlier = period.earlier(today)

    if earlier is not None:
        assert earlier.end + dt.timedelta(1) == period.start
        back = earlier.later(today)
        # February is shorter than January: only months lead back to months.
        if back is not None and (back.day_count == period.day_count):
            assert (back.start, back.end) == (period.start, period.end)


@given(today=days, name=st.sampled_from(NAMES_OF_DATES))
def test_comparison_never_overlaps_nor_has_more_days_than_have_begun(
    today: dt.date, name: str
) -> None:
    period = Period.of(name, today)
    previous = period.previous(today)

    assert previous.end < period.start
    if period.start <= today < period.end:
        assert previous.day_count <= (today - period.start).days + 1


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "28d", "last 28 days"),
        ("de", "28d", "letzte 28 Tage"),
        ("de", "month", "dieser Monat"),
    ],
)
def test_period_within_a_sentence_begins_small(language: str, name: str, words: str) -> None:
    with translation.override(language):
        assert PeriodName(name).label_within == words


@pytest.mark.parametrize(
    ("language", "days", "label"),
    [
        ("en", ("2026-10-28", "2026-11-24"), "28 Oct – 24 Nov 2026"),
        ("de", ("2026-10-28", "2026-11-24"), "28. Okt. – 24. Nov. 2026"),
        ("de", ("2026-03-01", "2026-03-31"), "März 2026"),
        ("de", ("2025-12-31", "2026-01-01"), "31. Dez. 2025 – 1. Jan. 2026"),
    ],
)
def test_days_are_named_in_the_readers_language(
    language: str, days: tuple[str, str], label: str
) -> None:
    start, end = (dt.date.fromisoformat(day) for day in days)

    with translation.override(language):
        assert Period(PeriodName.CUSTOM, start, end).dates_label == label
