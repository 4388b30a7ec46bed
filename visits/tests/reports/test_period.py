"""Which days a period means, what it compares with, and where its links lead."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.reports.exceptions import InvalidQuery
from visits.reports.period import Interval, Period, PeriodName, parse_period

TODAY = dt.date(2026, 3, 10)
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
        ("month", "2026-03-01 2026-03-31"),
        ("12mo", "2025-04-01 2026-03-31"),
    ],
)
def test_named_periods_end_today_or_with_the_month(name: str, expected: str) -> None:
    assert span(Period.of(name, TODAY)) == expected


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
        (Period.of("month", TODAY), "2026-02-01 2026-02-28", "custom"),
        (custom("2026-02-01", "2026-02-28"), "2026-01-01 2026-01-31", "custom"),
        (Period.of("12mo", TODAY), "2024-04-01 2025-03-31", "custom"),
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
        (custom("2026-03-03", "2026-03-09"), "2026-03-10 2026-03-16", "custom"),
    ],
)
def test_later_finds_the_named_period_again(period: Period, later: str, name: str) -> None:
    found = period.later(TODAY)

    assert span(found) == later
    assert found
    assert found.name == name


@pytest.mark.parametrize("name", ["today", "7d", "28d", "month", "12mo"])
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
    ("params", "expected"),
    [
        ({}, "28d"),
        ({"period": ""}, "28d"),
        ({"period": " 7d "}, "7d"),
        ({"period": "month", "from": "2020-01-01", "to": "junk"}, "month"),
        ({"from": "2026-01-01", "to": "2026-01-31"}, "custom"),
        ({"period": "custom", "from": "2026-01-01", "to": "2026-01-01"}, "custom"),
    ],
)
def test_parameters_name_a_period(params: dict[str, str], expected: str) -> None:
    assert parse_period(params, TODAY).name == expected


@pytest.mark.parametrize(
    ("params", "field", "sentence"),
    [
        ({"period": "fortnight"}, "period", "“fortnight” is not a period."),
        ({"period": "7D"}, "period", "“7D” is not a period."),
        ({"period": "custom"}, "from", "Choose the first day"),
        ({"from": "2026-01-01"}, "to", "Choose the last day"),
        ({"to": "2026-01-01"}, "from", "Choose the first day"),
        ({"from": "2026-02-30", "to": "2026-03-01"}, "from", "“2026-02-30” is not a day."),
        ({"from": "2026-01-01", "to": "20260102"}, "to", "“20260102” is not a day."),
        ({"from": "2026-W01-1", "to": "2026-01-02"}, "from", "is not a day"),
        ({"from": "٢٠٢٦-01-01", "to": "2026-01-02"}, "from", "is not a day"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "to", "The last day lies before the first."),
        ({"from": "1969-12-31", "to": "1970-01-01"}, "from", "between 1970 and 2200"),
        ({"from": "2200-12-31", "to": "2201-01-01"}, "to", "between 1970 and 2200"),
        ({"from": "2016-01-01", "to": "2026-01-01"}, "to", "ten years at most"),
        ({"from": "\x00" * 500, "to": "2026-01-01"}, "from", "is not a day"),
    ],
)
def test_nonsense_is_answered_with_its_field_and_a_sentence(
    params: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidQuery) as refused:
        parse_period(params, TODAY)

    assert refused.value.field == field
    assert sentence in refused.value.sentence
    assert len(refused.value.sentence) < 120


def test_ten_whole_years_are_a_period() -> None:
    assert custom("2016-01-01", "2025-12-31").day_count == 3653


@given(today=days, start=days, length=st.integers(0, 3652))
def test_parameters_of_a_period_make_it_again(today: dt.date, start: dt.date, length: int) -> None:
    end = min(start + dt.timedelta(length), dt.date(2200, 12, 31))
    named = [Period.of(name, today) for name in PeriodName.values if name != "custom"]

    for period in [*named, Period.custom(start, end)]:
        assert parse_period(period.parameters(), today) == period


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


@given(today=days, name=st.sampled_from([n for n in PeriodName.values if n != "custom"]))
def test_comparison_never_overlaps_nor_has_more_days_than_have_begun(
    today: dt.date, name: str
) -> None:
    period = Period.of(name, today)
    previous = period.previous(today)

    assert previous.end < period.start
    if period.start <= today < period.end:
        assert previous.day_count <= (today - period.start).days + 1
