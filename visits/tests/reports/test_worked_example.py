"""The example of docs/metrics.md: its numbers are those of the reports."""

from __future__ import annotations

import datetime as dt

import pytest

from sites.models import Site
from visits.models import Channel
from visits.reports.breakdown import breakdown
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals
from visits.tests.factory import DIRECT, GOOGLE, LAPTOP, PHONE, Origin, make_hit, make_visit

MONDAY = dt.date(2026, 5, 4)
ANA, BEN = 1, 2
NEWSLETTER = Origin("Newsletter", Channel.EMAIL)
HOURS = ("visitors", "visits", "pageviews", "events")


@pytest.fixture
def monday(site: Site) -> ReportQuery:
    def at(hour: int, minute: int, second: int = 0, day: int = 4) -> dt.datetime:
        return dt.datetime(2026, 5, day, hour, minute, second, tzinfo=site.zone)

    first = make_visit(
        site, visitor=ANA, equipment=PHONE, origin=GOOGLE, started_at=at(10, 0), pageviews=["/"]
    )
    make_hit(first, "/pricing", at=at(10, 2))
    make_hit(first, "/pricing", at=at(10, 3, 30), event="Sign up")
    make_visit(site, visitor=BEN, equipment=LAPTOP, origin=DIRECT, started_at=at(10, 10))
    third = make_visit(
        site,
        visitor=BEN,
        equipment=LAPTOP,
        origin=NEWSLETTER,
        started_at=at(11, 0),
        pageviews=["/blog"],
    )
    make_hit(third, "/blog", at=at(11, 0, 50), event="Read to the end", is_interactive=False)
    last = make_visit(
        site, visitor=ANA, equipment=PHONE, origin=DIRECT, started_at=at(23, 50), pageviews=["/"]
    )
    make_hit(last, "/pricing", at=at(0, 5, day=5))
    return ReportQuery((site,), Period.custom(MONDAY, MONDAY))


def test_totals_of_the_example(monday: ReportQuery) -> None:
    assert totals(monday).rows[0].values == (2, 4, 6, 2, 1.5, 0.5, 290)


def test_pages_of_the_example(monday: ReportQuery) -> None:
    rows = [(row.label, *row.values) for row in breakdown(monday, "page").rows]

    assert rows == [("/", 2, 3), ("/blog", 1, 1), ("/pricing", 1, 2)]


def test_sources_of_the_example(monday: ReportQuery) -> None:
    rows = [(row.label, *row.values) for row in breakdown(monday, "source").rows]

    assert rows == [("Direct", 2, 2), ("Google", 1, 1), ("Newsletter", 1, 1)]


def test_hours_of_the_example(monday: ReportQuery) -> None:
    now = dt.datetime(2026, 5, 6, tzinfo=dt.UTC)
    rows = [(row.label, *row.values) for row in timeseries(monday, HOURS, now).rows]

    assert [row for row in rows if any(row[1:])] == [
        ("10:00", 2, 2, 3, 1),
        ("11:00", 0, 1, 1, 1),
        ("23:00", 0, 1, 2, 0),
    ]


def test_tuesday_of_the_example_shows_nothing(monday: ReportQuery) -> None:
    tuesday = MONDAY + dt.timedelta(days=1)

    assert totals(monday.at(Period.custom(tuesday, tuesday)), HOURS).rows[0].values == (0, 0, 0, 0)
