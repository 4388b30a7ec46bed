"""Metrics by hour, day and month."""

from __future__ import annotations

import datetime as dt

from sites.models import Site
from visits.reports.period import Interval, Period
from visits.reports.query import ReportQuery
from visits.reports.timeseries import timeseries
from visits.tests.factory import NOON, make_hit, make_visit

TODAY = NOON.date()
HOUR = dt.timedelta(hours=1)
ONE_DAY = dt.timedelta(days=1)


def test_days_without_visits_are_zero(site: Site) -> None:
    make_visit(site, started_at=NOON - 2 * ONE_DAY)
    make_visit(site)

    report = timeseries(ReportQuery((site,), Period.of("7d", TODAY)), ["visitors"], NOON)

    assert report.interval is Interval.DAY
    assert report.column("visitors") == (0, 0, 0, 0, 1, 0, 1)
    assert (report.rows[-1].key, report.rows[-1].label) == (("2026-05-04",), "Mon 4 May")


def test_months_are_the_sums_of_their_days(site: Site) -> None:
    make_visit(site, started_at=NOON - 40 * ONE_DAY)
    make_visit(site, started_at=NOON - 3 * ONE_DAY)
    make_visit(site)

    report = timeseries(ReportQuery((site,), Period.of("12mo", TODAY)), ["visits"], NOON)

    assert report.interval is Interval.MONTH
    assert report.column("visits") == (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2)
    assert (report.rows[-1].key, report.rows[-1].label) == (("2026-05",), "May 2026")


def test_hours_are_those_of_the_site(site: Site) -> None:
    make_visit(site)  # at 14:00 in Berlin

    report = timeseries(ReportQuery((site,), Period.of("today", TODAY)), ["visits"], NOON)

    assert [row.label for row in report.rows if row.values[0]] == ["14:00"]
    assert report.rows[14].key == ("2026-05-04T14:00+02:00",)


def test_visit_counts_when_it_began_and_its_views_when_they_happened(site: Site) -> None:
    visit = make_visit(site, started_at=NOON)
    make_hit(visit, "/later", at=NOON + HOUR)

    report = timeseries(
        ReportQuery((site,), Period.of("today", TODAY)),
        ["visits", "pageviews", "views_per_visit"],
        NOON,
    )

    assert report.rows[14].values == (1, 1, 2.0)
    assert report.rows[15].values == (0, 1, None)


def test_hits_after_midnight_are_in_the_last_hour_of_their_visit(site: Site) -> None:
    midnight = dt.datetime(2026, 5, 4, 22, tzinfo=dt.UTC)
    visit = make_visit(site, started_at=midnight - dt.timedelta(minutes=10))
    make_hit(visit, at=midnight + dt.timedelta(minutes=10))
    day = Period.custom(TODAY, TODAY)

    report = timeseries(ReportQuery((site,), day), ["pageviews"], midnight)
    following = timeseries(
        ReportQuery((site,), Period.custom(TODAY + ONE_DAY, TODAY + ONE_DAY)),
        ["pageviews"],
        midnight,
    )

    assert report.column("pageviews") == (0,) * 23 + (2,)
    assert set(following.column("pageviews")) == {0}


def test_hit_that_was_told_too_late_is_in_the_first_hour(site: Site) -> None:
    midnight = dt.datetime(2026, 5, 3, 22, tzinfo=dt.UTC)
    make_visit(site, started_at=midnight - dt.timedelta(minutes=90), day=TODAY)

    report = timeseries(ReportQuery((site,), Period.custom(TODAY, TODAY)), ["visits"], NOON)

    assert report.column("visits") == (1,) + (0,) * 23


def test_comparison_stands_beside_the_bucket_of_the_same_number(site: Site) -> None:
    make_visit(site, started_at=NOON - 7 * ONE_DAY)
    week = Period.of("7d", TODAY)

    report = timeseries(
        ReportQuery((site,), week, week.previous(TODAY)), ["visits", "bounce_rate"], NOON
    )

    assert [row.previous for row in report.rows] == [(0, None)] * 6 + [(1, 1.0)]


def test_shorter_comparison_leaves_the_last_buckets_alone(site: Site) -> None:
    month = Period.of("month", TODAY)

    report = timeseries(ReportQuery((site,), month, month.previous(TODAY)), ["visits"], NOON)

    assert [row.previous is None for row in report.rows] == [False] * 4 + [True] * 27
    assert [row.bucket.is_future for row in report.rows if row.bucket] == [False] * 4 + [True] * 27
