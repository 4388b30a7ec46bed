"""How numbers are written on screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template import Context, Template
from django.utils import translation

from visits.reports.metrics import METRICS
from visits.templatetags import stats


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_049, "1k"),
        (1_240, "1.2k"),
        (9_960, "10k"),
        (12_431, "12.4k"),
        (99_960, "100k"),
        (124_312, "124k"),
        (999_499, "999k"),
        (999_950, "1M"),
        (1_243_000, "1.24M"),
        (12_430_000, "12.4M"),
        (124_300_000, "124M"),
        (1_243_000_000, "1.24B"),
        (1_243_000_000_000_000, "1243T"),
        (None, "–"),
    ],
)
def test_counts_are_compact(number: int | None, text: str) -> None:
    assert stats.compact(number) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (12_431, "12,431"), (None, "–")])
def test_exact_counts_mark_thousands(number: int | None, text: str) -> None:
    assert stats.exact(number) == text


@pytest.mark.parametrize(("number", "text"), [(2.44, "2.4"), (3.0, "3.0"), (None, "–")])
def test_ratios_have_one_digit_behind_the_point(number: float | None, text: str) -> None:
    assert stats.decimal(number) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0, "0 %"),
        (0.0004, "<0.1 %"),
        (0.001, "0.1 %"),
        (0.042, "4.2 %"),
        (0.04, "4 %"),
        (0.0996, "10 %"),
        (0.344, "34 %"),
        (1, "100 %"),
        (None, "–"),
    ],
)
def test_shares_below_ten_per_cent_have_one_digit_more(rate: float | None, text: str) -> None:
    assert plain(stats.percent(rate)) == text


@pytest.mark.parametrize(
    ("seconds", "text", "words"),
    [
        (0, "0s", "0 seconds"),
        (1, "1s", "1 second"),
        (59.6, "1m", "1 minute"),
        (102, "1m 42s", "1 minute 42 seconds"),
        (3_600, "1h", "1 hour"),
        (7_530, "2h 5m", "2 hours 5 minutes"),
        (360_000, "100h", "100 hours"),
        (None, "–", "–"),
    ],
)
def test_durations_show_their_two_largest_units(
    seconds: float | None, text: str, words: str
) -> None:
    assert stats.duration(seconds) == text
    assert stats.duration_words(seconds) == words


@pytest.mark.parametrize(
    ("rate", "text", "words"),
    [
        (0.08, "↑8 %", "up 8 %"),
        (-0.03, "↓3 %", "down 3 %"),
        (0.009, "1 %", "1 %"),
        (-0.004, "0 %", "0 %"),
        (12.5, "↑1,250 %", "up 1,250 %"),
        (None, "–", "–"),
    ],
)
def test_changes_carry_an_arrow_unless_they_are_flat(
    rate: float | None, text: str, words: str
) -> None:
    assert plain(stats.change(rate)) == text
    assert plain(stats.change_words(rate)) == words


@pytest.mark.parametrize(
    ("metric", "rate", "direction", "tone"),
    [
        ("visitors", 0.2, "up", "good"),
        ("visitors", -0.2, "down", "bad"),
        ("bounce_rate", 0.2, "up", "bad"),
        ("bounce_rate", -0.2, "down", "good"),
        ("visitors", 0.005, "flat", ""),
        ("visitors", None, "flat", ""),
    ],
)
def test_more_is_better_but_for_bounces(
    metric: str, rate: float | None, direction: str, tone: str
) -> None:
    assert stats.direction(rate) == direction
    assert stats.tone(rate, METRICS[metric]) == tone


@pytest.mark.parametrize(
    ("metric", "value", "short", "full"),
    [
        ("visitors", 12_431, "12.4k", "12,431"),
        ("views_per_visit", 2.437, "2.4", "2.44"),
        ("bounce_rate", 0.4249, "42 %", "42.49 %"),
        ("visit_duration", 102.4, "1m 42s", "1 minute 42 seconds"),
        ("bounce_rate", None, "–", "–"),
    ],
)
def test_metrics_are_written_by_their_unit(
    metric: str, value: float | None, short: str, full: str
) -> None:
    assert plain(stats.metric_value(value, METRICS[metric])) == short
    assert plain(stats.metric_exact(value, METRICS[metric])) == full


def test_filters_work_in_templates() -> None:
    template = Template("{% load stats %}{{ count|compact }} {{ rate|tone:metric }}")

    text = template.render(Context({"count": 1240, "rate": 0.5, "metric": METRICS["visits"]}))

    assert text == "1.2k good"


@pytest.mark.parametrize(
    ("write", "value", "german"),
    [
        (stats.compact, 999, "999"),
        (stats.compact, 1_084, "1.084"),
        (stats.compact, 12_431, "12.431"),
        (stats.compact, 99_949, "99.949"),
        (stats.compact, 999_499, "999 Tsd."),
        (stats.compact, 1_243_000, "1,24 Mio."),
        (stats.compact, 1_243_000_000, "1,24 Mrd."),
        (stats.compact, 1_243_000_000_000, "1,24 Bio."),
        (stats.exact, 1_204, "1.204"),
        (stats.exact, -12_431_000, "-12.431.000"),
        (stats.decimal, 3.5, "3,5"),
        (stats.percent, 0.042, "4,2 %"),
        (stats.percent, 0.0004, "<0,1 %"),
        (stats.percent, 0.34, "34 %"),
        (stats.duration, 7_530, "2 Std. 5 Min."),
        (stats.duration, 97, "1 Min. 37 s"),
        (stats.duration_words, 7_530, "2 Stunden 5 Minuten"),
        (stats.duration_words, 61, "1 Minute 1 Sekunde"),
        (stats.change, 12.5, "↑1.250 %"),
        (stats.change_words, -0.03, "minus 3 %"),
    ],
)
def test_numbers_are_written_as_the_reader_does(
    write: Callable[[float], str], value: float, german: str
) -> None:
    with translation.override("de"):
        assert plain(write(value)) == german
