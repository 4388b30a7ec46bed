"""What reports cost: how many statements, and from which index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sites.models import Site
from visits.models import Goal, Operator, Visit
from visits.models.time import to_day
from visits.reports.breakdown import breakdown
from visits.reports.dimensions import DIMENSIONS
from visits.reports.filters import Filter
from visits.reports.overview import site_cards
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.recent import recent_hits
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals
from visits.tests.factory import NOON, make_hit, make_visit
from visits.upkeep.closing import close_days

TODAY = NOON.date()
ONE_DAY = dt.timedelta(days=1)
Statements = Callable[[int], Any]

# What is known of the days of a query: their sums, and the files of the archive.
DAYS = 2
# Dimensions that are scanned by id and named in a second statement; the others join their names.
BY_ID = {"page", "country", "region", "city", "browser", "browser_version"}
BY_ID |= {"os", "os_version", "device"}
BY_ID |= {"entry_page", "exit_page", "event", "screen", "language"}


@pytest.fixture
def busy(site: Site) -> Site:
    for days_ago in range(30):
        visit = make_visit(site, started_at=NOON - days_ago * ONE_DAY, pageviews=["/", "/a"])
        make_hit(visit, event="Buy", properties={"plan": "pro"})
    return site


def query(site: Site, name: str = "28d") -> ReportQuery:
    return ReportQuery((site,), Period.of(name, TODAY))


def compared(site: Site, name: str = "28d") -> ReportQuery:
    period = Period.of(name, TODAY)
    return ReportQuery((site,), period, period.previous(TODAY))


def test_totals_take_a_statement_for_each_period(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    with django_assert_num_queries(DAYS + 1):
        totals(query(busy))
    with django_assert_num_queries(2 * (DAYS + 1)):
        totals(compared(busy))


def test_comparison_before_the_site_was_measured_takes_one_statement(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    close_days(NOON + ONE_DAY)
    question = compared(busy, "12mo")

    with django_assert_num_queries(DAYS + 1 + 1):
        found = totals(question, ["visitors", "pageviews"])
    with django_assert_num_queries(1):
        series = timeseries(question, ["visitors"], NOON)

    assert found.rows[0].previous == (0, 0)
    assert {row.previous for row in series.rows} == {(0,)}


def test_series_takes_a_statement_for_each_period(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    with django_assert_num_queries(2 * (DAYS + 1)):
        timeseries(compared(busy), ["visitors", "pageviews", "bounce_rate"], NOON)
    with django_assert_num_queries(DAYS + 1):
        timeseries(query(busy, "12mo"), ["visitors", "pageviews"], NOON)


def test_hours_of_hits_take_one_more(busy: Site, django_assert_num_queries: Statements) -> None:
    with django_assert_num_queries(DAYS + 1):
        timeseries(query(busy, "today"), ["visitors", "visits"], NOON)
    with django_assert_num_queries(DAYS + 3):
        timeseries(query(busy, "today"), ["visitors", "pageviews", "events"], NOON)


def test_reports_of_one_query_ask_for_its_days_once(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    asked = query(busy)

    with django_assert_num_queries(DAYS + 3):
        totals(asked)
        timeseries(asked, ["visitors"], NOON)
        breakdown(asked, "source")


@pytest.mark.parametrize("dimension", sorted(DIMENSIONS.keys() - {"goal"}))
def test_breakdown_takes_a_statement_and_one_for_names(
    busy: Site, dimension: str, django_assert_num_queries: Statements
) -> None:
    with django_assert_num_queries(DAYS + (2 if dimension in BY_ID else 1)):
        breakdown(query(busy), dimension)


def test_goals_take_one_statement_however_many_and_another_for_revenue(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    for name in ("Buy", "Sign up"):
        Goal.objects.create(site=busy, name=name, kind=Goal.Kind.EVENT, event_name="Buy")

    with django_assert_num_queries(DAYS + 3):
        assert breakdown(query(busy), "goal", ["visitors", "conversions"]).total_rows == 2
    with django_assert_num_queries(DAYS + 4):
        breakdown(query(busy), "goal", ["visitors", "conversions", "revenue"])


def test_filter_takes_a_statement_for_all_reports_of_a_query(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    asked = replace(query(busy), filters=(Filter("browser", Operator.IS, ("Firefox",)),))

    with django_assert_num_queries(DAYS + 1 + 3):
        totals(asked)
        timeseries(asked, ["visitors"], NOON)
        breakdown(asked, "source")


def test_pages_on_several_hosts_take_a_statement_more(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    make_visit(busy, pageviews=["//www.example.com/"])

    with django_assert_num_queries(DAYS + 3):
        breakdown(query(busy), "page")


def test_archived_days_ask_the_facts_for_the_open_day_alone(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    close_days(NOON)
    asked = query(busy)

    with CaptureQueriesContext(connection) as queries:
        report = breakdown(asked, "browser", ["visitors", "visits"])

    of_facts = [each["sql"] for each in queries if "visits_visit" in each["sql"]]
    assert report.rows[0].values == (28, 28)
    assert len(of_facts) == 1
    assert f'"day" >= {to_day(TODAY)}' in of_facts[0]


def test_totals_of_closed_days_are_added_up_without_the_archive(busy: Site) -> None:
    close_days(NOON)
    yesterday = TODAY - ONE_DAY
    asked = ReportQuery((busy,), Period.custom(yesterday - 6 * ONE_DAY, yesterday))

    with CaptureQueriesContext(connection) as queries:
        assert totals(asked).rows[0].values[0] == 7

    assert len(queries) == DAYS


def test_whole_days_of_a_period_that_is_cut_are_answered_by_their_sums(busy: Site) -> None:
    close_days(NOON)
    cut = Period.between(NOON - 20 * ONE_DAY, NOON, busy.zone)
    asked = ReportQuery((busy,), cut)
    # Nobody marked the day as changed, so its sums hold.
    Visit.objects.filter(day=TODAY - 10 * ONE_DAY).delete()

    report = totals(asked, ["visitors", "visits", "pageviews"])

    assert report.rows[0].values == (20, 20, 40)


def test_newest_hits_take_four_statements(
    busy: Site, django_assert_num_queries: Statements
) -> None:
    with django_assert_num_queries(4):
        assert len(recent_hits(query(busy))) == 20


@pytest.mark.parametrize("count", [1, 12])
def test_cards_take_six_statements_however_many_sites(
    owner: User, count: int, django_assert_num_queries: Statements
) -> None:
    zones = ("Asia/Tokyo", "America/New_York")
    for number in range(count):
        domain = f"site{number}.example"
        site = Site.objects.create(owner=owner, domain=domain, time_zone=zones[number % 2])
        make_visit(site)
    sites = list(Site.objects.all())

    with django_assert_num_queries(DAYS + 4):
        assert len(site_cards(sites, NOON)) == count


def test_totals_are_answered_from_the_index_alone(busy: Site) -> None:
    assert is_covered_by("visit_report", lambda: totals(query(busy)))


def test_series_is_answered_from_the_index_alone(busy: Site) -> None:
    assert is_covered_by("visit_report", lambda: timeseries(query(busy), ["visitors"], NOON))


def test_cards_are_answered_from_the_index_alone(busy: Site) -> None:
    assert is_covered_by("visit_report", lambda: site_cards([busy], NOON))


@pytest.mark.parametrize("dimension", ["country", "city", "browser", "os", "device"])
def test_clients_and_places_are_answered_from_the_index_alone(busy: Site, dimension: str) -> None:
    assert is_covered_by("visit_report", lambda: breakdown(query(busy), dimension))


def test_pages_are_answered_from_the_index_alone(busy: Site) -> None:
    assert is_covered_by("hit_report", lambda: breakdown(query(busy), "page"))


def test_events_are_answered_from_their_own_index(busy: Site) -> None:
    assert is_covered_by("hit_event", lambda: breakdown(query(busy), "event", ["events"]))


def is_covered_by(index: str, ask: Callable[[], object]) -> bool:
    """Tell whether the database reads only this index for the first statement of a report."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask()
    statements = (each["sql"] for each in queries)
    statement = next(
        each for each in statements if 'FROM "visits_visit"' in each or 'FROM "visits_hit"' in each
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of thirty rows is read whole unless that is forbidden.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {statement}")
            plan = " ".join(str(row) for row in cursor.fetchall())
            return f"Index Only Scan using {index}" in plan
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        plan = " ".join(str(row) for row in cursor.fetchall())
        return f"USING COVERING INDEX {index}" in plan
