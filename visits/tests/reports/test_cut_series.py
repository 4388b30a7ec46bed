"""Series of periods that are cut within a day, and of intervals other than the period's own."""

from __future__ import annotations

import datetime as dt

import pytest

from sites.models import Site
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.interval import Interval
from visits.reports.metrics import number
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report
from visits.reports.timeseries import timeseries
from visits.tests.factory import NOON, make_hit, make_visit

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
ONE_DAY = dt.timedelta(days=1)
METRICS = ("visits", "pageviews")


def series(site: Site, name: str, now: dt.datetime, interval: Interval | None = None) -> Report:
    period = Period.named(name, now, site.zone)
    return timeseries(ReportQuery((site,), period), METRICS, now, interval)


def filled(report: Report) -> dict[str, tuple[object, ...]]:
    return {row.label: row.values for row in report.rows if any(row.values)}


def test_last_minutes_count_the_visits_that_began_in_them(site: Site) -> None:
    make_visit(site, started_at=NOON - 30 * MINUTE)
    visit = make_visit(site, started_at=NOON - 29 * MINUTE)
    make_hit(visit, at=NOON - 2 * MINUTE)

    report = series(site, "live", NOON)

    # The first has begun too early.
    assert len(report.rows) == 30
    assert filled(report) == {"13:31": (1, 1), "13:58": (0, 1)}


def test_last_hours_reach_over_midnight(site: Site) -> None:
    for hours in (0, 13, 14, 23, 24):
        make_visit(site, started_at=NOON - hours * HOUR)

    report = series(site, "24h", NOON)

    assert filled(report) == {
        "15:00": (1, 1),
        "00:00": (1, 1),
        "01:00": (1, 1),
        "14:00": (1, 1),
    }


def test_comparison_of_a_running_day_ends_at_the_same_time(site: Site) -> None:
    for minutes in (-1, 0, 1):
        visit = make_visit(site, started_at=NOON - ONE_DAY + minutes * MINUTE)
        make_hit(visit, at=NOON - ONE_DAY + HOUR)
    period = Period.named("today", NOON, site.zone)
    before = Comparison(ComparisonName.PREVIOUS).of(period, NOON, site.zone)

    report = timeseries(ReportQuery((site,), period, before), METRICS, NOON)

    previous = [row.previous for row in report.rows]
    # It has all hits of the visit that began in time; the later one is in its last hour.
    assert previous[13] == (1, 2)
    assert previous[14:] == [None] * 10


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval.DAY, {"Mon 20 Apr": (1, 1), "Mon 4 May": (1, 1)}),
        (Interval.WEEK, {"Mon 20 Apr": (1, 1), "Mon 4 May": (1, 1)}),
        (Interval.MONTH, {"Apr 2026": (1, 1), "May 2026": (1, 1)}),
        (Interval.HOUR, {"14:00": (1, 1)}),
    ],
)
def test_series_comes_in_the_interval_that_is_asked_for(
    site: Site, interval: Interval, expected: dict[str, tuple[int, int]]
) -> None:
    make_visit(site)
    make_visit(site, started_at=NOON - 14 * ONE_DAY)

    report = series(site, "28d", NOON, interval)

    assert report.interval is interval
    assert filled(report) == expected
    assert sum(number(value) for value in report.column("visits")) == 2
