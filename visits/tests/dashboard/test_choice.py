"""What a person chose, and the links that choose something else."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest

from sites.models import Site
from visits.dashboard.choice import Choice
from visits.dashboard.report_bar import ReportBar, report_bar
from visits.reports.exceptions import InvalidQuery

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 5, 4, 14, 20, tzinfo=BERLIN)


def choice(query: str = "") -> Choice:
    return Choice.parse(dict(parse_qsl(query)), NOW, BERLIN)


def bar(query: str = "") -> ReportBar:
    return report_bar(Site(name="Example", time_zone="Europe/Berlin"), [], 0, choice(query), NOW)


@pytest.mark.parametrize(
    ("query", "shortest"),
    [
        ("", "?"),
        ("period=28d&compare=previous&interval=day", "?"),
        ("period=7d&interval=hour", "?period=7d&interval=hour"),
        ("compare=none", "?compare=none"),
        ("match_weekdays=on", "?compare=previous&match_weekdays=1"),
        (
            "period=24h&compare_from=2026-01-01&compare_to=2026-01-02",
            "?period=24h&compare=custom&compare_from=2026-01-01&compare_to=2026-01-02",
        ),
    ],
)
def test_choice_is_written_as_shortly_as_possible(query: str, shortest: str) -> None:
    assert choice(query).query() == shortest
    assert choice(shortest[1:]) == choice(query)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=7d&interval=minute", "interval"),
        ("compare=yesteryear", "compare"),
        ("compare=custom&compare_from=2026-01-01", "compare_to"),
    ],
)
def test_wrong_choice_is_named(query: str, field: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        choice(query)

    assert refused.value.field == field


def test_other_periods_keep_the_interval_where_it_suits_them() -> None:
    urls = {link.label: link.url for link in bar("period=7d&interval=hour").periods}

    assert urls["Today"] == "?period=today"
    assert urls["Last 28 days"] == "?interval=hour"
    assert urls["Last 91 days"] == "?period=91d"


def test_every_named_period_has_a_link() -> None:
    links = bar("period=24h").periods

    assert [link.label for link in links if link.is_chosen] == ["Last 24 hours"]
    assert {link.url for link in links} >= {"?period=live", "?period=last_month", "?period=all"}


@pytest.mark.parametrize("name", ["live", "24h", "all"])
def test_period_without_neighbours_has_no_steps(name: str) -> None:
    shown = bar(f"period={name}")

    assert (shown.previous, shown.next) == (None, None)


def test_steps_keep_comparison_and_interval() -> None:
    step = bar("period=month&interval=hour&compare=year").previous

    assert step
    assert step.label == "Last month"
    assert step.url == "?period=last_month&interval=hour&compare=year"


def test_comparisons_are_offered_with_a_switch_for_weekdays() -> None:
    shown = bar("period=7d&compare=year&match_weekdays=1")

    assert shown.comparison_label == "Year before"
    assert [(link.label, link.url, link.is_chosen) for link in shown.comparisons] == [
        ("Previous period", "?period=7d&compare=previous&match_weekdays=1", False),
        ("Year before", "?period=7d&compare=year&match_weekdays=1", True),
        ("No comparison", "?period=7d&compare=none", False),
        ("Match weekdays", "?period=7d&compare=year", True),
    ]


def test_link_to_a_comparison_says_all_that_it_chooses() -> None:
    previous, year, *_ = bar("compare=year").comparisons

    assert previous.chosen == "compare=&match_weekdays=&compare_from=&compare_to="
    assert year.chosen == "compare=year&match_weekdays=&compare_from=&compare_to="


def test_all_time_has_nothing_to_compare_with() -> None:
    assert bar("period=all").comparisons == []
