"""How parameters are read, and what is said about wrong ones."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from visits.reports.comparison import ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.parsing import parse_comparison, parse_interval, parse_period
from visits.reports.period import Period

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 3, 10, 14, 20, 30, tzinfo=BERLIN)
DAYS = {"compare_from": "2026-01-01", "compare_to": "2026-01-31"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "28d"),
        ({"period": ""}, "28d"),
        ({"period": " 7d "}, "7d"),
        ({"period": "month", "from": "2020-01-01", "to": "junk"}, "month"),
        ({"period": "live"}, "live"),
        ({"period": "24h", "interval": "junk"}, "24h"),
        ({"period": "last_month"}, "last_month"),
        ({"period": "all"}, "all"),
        ({"from": "2026-01-01", "to": "2026-01-31"}, "custom"),
        ({"period": "custom", "from": "2026-01-01", "to": "2026-01-01"}, "custom"),
    ],
)
def test_parameters_name_a_period(params: dict[str, str], expected: str) -> None:
    assert parse_period(params, NOW, BERLIN).name == expected


def test_today_is_that_of_the_zone() -> None:
    evening = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)

    assert parse_period({"period": "today"}, evening, BERLIN).start == dt.date(2026, 3, 11)


def test_first_day_is_looked_up_for_all_time_only() -> None:
    asked = []

    def first_day() -> dt.date:
        asked.append("first day")
        return dt.date(2026, 2, 1)

    parse_period({"period": "year"}, NOW, BERLIN, first_day)
    assert not asked
    assert parse_period({"period": "all"}, NOW, BERLIN, first_day).start == dt.date(2026, 2, 1)


@pytest.mark.parametrize(
    ("params", "field", "sentence"),
    [
        ({"period": "fortnight"}, "period", "“fortnight” is not a period."),
        ({"period": "7D"}, "period", "“7D” is not a period."),
        ({"period": "x" * 5_000}, "period", "is not a period."),
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
def test_wrong_period_is_answered_with_its_field_and_a_sentence(
    params: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidQuery) as refused:
        parse_period(params, NOW, BERLIN)

    assert refused.value.field == field
    assert sentence in refused.value.sentence
    assert len(refused.value.sentence) < 200


@pytest.mark.parametrize(
    ("params", "name", "match_weekdays"),
    [
        ({}, "none", False),
        ({"compare": ""}, "none", False),
        ({"compare": "none", "match_weekdays": "1"}, "none", False),
        ({"compare": "previous"}, "previous", False),
        ({"compare": " year ", "match_weekdays": "on"}, "year", True),
        ({"compare": "year", "match_weekdays": "0"}, "year", False),
        ({"compare": "previous", "compare_from": "junk"}, "previous", False),
        ({**DAYS}, "custom", False),
        ({**DAYS, "compare": "custom", "match_weekdays": "1"}, "custom", False),
    ],
)
def test_parameters_name_a_comparison(
    params: dict[str, str], name: str, match_weekdays: bool
) -> None:
    comparison = parse_comparison(params)

    assert (comparison.name, comparison.match_weekdays) == (name, match_weekdays)
    assert parse_comparison(comparison.parameters()) == comparison


def test_comparison_has_a_default_of_the_caller() -> None:
    assert parse_comparison({}, ComparisonName.YEAR).name == "year"
    assert parse_comparison({"compare": "none"}, ComparisonName.YEAR).name == "none"


@pytest.mark.parametrize(
    ("params", "field", "sentence"),
    [
        ({"compare": "yesteryear"}, "compare", "“yesteryear” is not a comparison."),
        ({"compare": "custom"}, "compare_from", "Choose the first day"),
        ({"compare_from": "2026-01-01"}, "compare_to", "Choose the last day"),
        ({**DAYS, "compare_from": "soon"}, "compare_from", "“soon” is not a day."),
        ({**DAYS, "compare_from": "2026-02-01"}, "compare_to", "lies before the first"),
        ({**DAYS, "compare_from": "2015-02-01"}, "compare_to", "ten years at most"),
        ({**DAYS, "compare_from": "1815-02-01"}, "compare_from", "between 1970 and 2200"),
        ({"compare": "year", "match_weekdays": "maybe"}, "match_weekdays", "neither 1 nor 0"),
    ],
)
def test_wrong_comparison_is_answered_with_its_field_and_a_sentence(
    params: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidQuery) as refused:
        parse_comparison(params)

    assert refused.value.field == field
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("params", "name", "expected"),
    [
        ({}, "28d", "day"),
        ({"interval": ""}, "24h", "hour"),
        ({"interval": " week "}, "28d", "week"),
    ],
)
def test_parameters_name_an_interval(params: dict[str, str], name: str, expected: str) -> None:
    assert parse_interval(params, Period.named(name, NOW, BERLIN)) == expected


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("fortnight", "28d", "“fortnight” is not an interval."),
        ("DAY", "28d", "“DAY” is not an interval."),
        ("minute", "7d", "cannot be shown by the minute. Choose one of hour, day, week."),
        ("hour", "91d", "cannot be shown by the hour. Choose one of day, week, month."),
        ("month", "live", "cannot be shown by the month. Choose one of minute."),
    ],
)
def test_interval_that_does_not_suit_is_answered_with_those_that_do(
    text: str, name: str, sentence: str
) -> None:
    with pytest.raises(InvalidQuery) as refused:
        parse_interval({"interval": text}, Period.named(name, NOW, BERLIN))

    assert refused.value.field == "interval"
    assert sentence in refused.value.sentence
