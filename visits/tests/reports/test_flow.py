"""Visit flow: worked examples, and both engines against a plain loop."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from sites.models import Site
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import parse_filter
from visits.reports.flow import FlowReport, flow
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.sequence import NOTHING, Neighbours
from visits.tests.factory import GOOGLE, MINUTE, NOON, make_hit, make_visit
from visits.tests.reports.closed import STATES, Close
from visits.tests.reports.ordered_hits import (
    PAGES,
    PlainVisit,
    Wanted,
    examples,
    plain_visits,
    stored,
    wishes,
)

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
ONE_DAY = dt.timedelta(days=1)
Statements = Callable[[int], Any]
Rows = list[tuple[str, str, int]]


@pytest.fixture(params=STATES)
def close(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Close:
    return Close.of(request.param, settings, tmp_path)


def ask(
    site: Site,
    path: str = "/",
    direction: str = "next",
    *filters: str,
    day: dt.date = TODAY,
    compares: bool = False,
    **options: Any,
) -> FlowReport:
    before = Period.custom(day - ONE_DAY, day - ONE_DAY) if compares else None
    conditions = tuple(parse_filter(each) for each in filters)
    query = ReportQuery((site,), Period.custom(day, day), before, conditions)
    return flow(query, path, direction, **options)


def rows_of(report: FlowReport) -> Rows:
    return [(row.neighbour.value, row.path, row.views) for row in report.rows]


# Worked examples


def test_next_is_the_page_of_the_next_view(site: Site, close: Close) -> None:
    make_visit(site, pageviews=["/", "/pricing", "/", "/"])
    make_visit(site, pageviews=["/blog", "/"])
    make_visit(site, pageviews=["/blog"])
    close()

    report = ask(site)

    assert rows_of(report) == [("exit", "", 2), ("reload", "/", 1), ("page", "/pricing", 1)]
    assert (report.views, report.total_rows) == (4, 3)
    assert [row.share for row in report.rows] == [0.5, 0.25, 0.25]
    assert [row.label for row in report.rows] == ["Left", "Viewed again", "/pricing"]


def test_previous_is_the_page_of_the_view_before(site: Site, close: Close) -> None:
    make_visit(site, pageviews=["/", "/pricing", "/", "/"])
    make_visit(site, pageviews=["/blog", "/"])
    close()

    report = ask(site, "/", "previous")

    assert rows_of(report) == [
        ("entry", "", 1),
        ("reload", "/", 1),
        ("page", "/blog", 1),
        ("page", "/pricing", 1),
    ]
    assert (report.views, report.rows[0].label) == (4, "Began here")


def test_events_between_two_views_do_not_count(site: Site, close: Close) -> None:
    visit = make_visit(site, pageviews=["/"])
    make_hit(visit, "/", event="Play")
    make_hit(visit, "/pricing")
    make_hit(visit, "/pricing", event="Buy")
    close()

    assert rows_of(ask(site)) == [("page", "/pricing", 1)]
    assert rows_of(ask(site, "/pricing")) == [("exit", "", 1)]


def test_path_on_several_hosts_is_one_page(site: Site, close: Close) -> None:
    make_visit(site, pageviews=["/", "//shop.example.com/", "//shop.example.com/cart"])
    make_visit(site, pageviews=["/", "/cart"])
    close()

    assert rows_of(ask(site)) == [("page", "/cart", 2), ("reload", "/", 1)]


def test_views_of_one_instant_are_in_the_order_of_their_ids(site: Site, close: Close) -> None:
    visit = make_visit(site, pageviews=["/"])
    make_hit(visit, "/b", at=NOON)
    make_hit(visit, "/a", at=NOON)
    close()

    assert rows_of(ask(site)) == [("page", "/b", 1)]
    assert rows_of(ask(site, "/a", "previous")) == [("page", "/b", 1)]


def test_view_after_midnight_follows_the_one_before(site: Site, close: Close) -> None:
    last_minute = dt.datetime(2026, 5, 4, 23, 59, tzinfo=site.zone)
    make_visit(site, pageviews=["/", "/pricing"], started_at=last_minute)
    close()

    assert rows_of(ask(site)) == [("page", "/pricing", 1)]
    assert rows_of(ask(site, "/pricing", "previous")) == [("page", "/", 1)]
    assert rows_of(ask(site, "/pricing", day=TODAY + ONE_DAY)) == []


def test_filters_choose_visits_and_not_views(site: Site, close: Close) -> None:
    make_visit(site, pageviews=["/", "/a"], origin=GOOGLE)
    make_visit(site, pageviews=["/", "/b", "/blog"])
    make_visit(site, pageviews=["/", "/c"])
    close()

    assert rows_of(ask(site, "/", "next", "source:is:Google")) == [("page", "/a", 1)]
    assert rows_of(ask(site, "/", "next", "page:is:/blog")) == [("page", "/b", 1)]
    assert rows_of(ask(site, "/", "next", "page:is:/none")) == []


def test_limit_cuts_the_rows_and_not_their_shares(site: Site) -> None:
    for path in ("/a", "/b", "/b", "/c"):
        make_visit(site, pageviews=["/", path])

    report = ask(site, limit=1)

    assert rows_of(report) == [("page", "/b", 2)]
    assert (report.rows[0].share, report.views, report.total_rows) == (0.5, 4, 3)


def test_comparison_is_beside_each_row(site: Site, close: Close) -> None:
    make_visit(site, pageviews=["/", "/a"], started_at=NOON - ONE_DAY)
    make_visit(site, pageviews=["/", "/b"], started_at=NOON - ONE_DAY)
    for path in ("/a", "/a", "/c"):
        make_visit(site, pageviews=["/", path])
    close()

    report = ask(site, compares=True)

    assert [(row.path, row.views, row.previous) for row in report.rows] == [
        ("/a", 2, 1),
        ("/c", 1, 0),
    ]
    assert [row.change_rate for row in report.rows] == [1, None]
    assert (report.previous_views, report.change_rate) == (2, 0.5)


def test_page_that_nobody_viewed_has_no_rows(site: Site) -> None:
    make_visit(site)

    report = ask(site, "/none", compares=True)

    assert (report.rows, report.views, report.total_rows) == ((), 0, 0)
    assert (report.previous_views, report.change_rate) == (0, None)


def test_days_of_files_and_of_facts_are_added_up(site: Site, close: Close) -> None:
    for days in (40, 2, 1):
        make_visit(site, pageviews=["/", "/a"], started_at=NOON - days * ONE_DAY)
    close(until=NOON - ONE_DAY)
    make_visit(site, pageviews=["/", "/a"])
    query = ReportQuery((site,), Period.custom(TODAY - 50 * ONE_DAY, TODAY))

    assert rows_of(flow(query, "/")) == [("page", "/a", 4)]


def test_page_of_many_sites_is_its_path(site: Site, owner: User, close: Close) -> None:
    other = Site.objects.create(owner=owner, domain="other.example", time_zone="Asia/Tokyo")
    make_visit(site, pageviews=["/", "/a", "/b"])
    make_visit(other, pageviews=["/", "/a"])
    close()

    report = flow(ReportQuery((site, other), Period.custom(TODAY, TODAY)), "/a")

    assert rows_of(report) == [("exit", "", 1), ("page", "/b", 1)]


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("direction", {"direction": "sideways"}),
        ("limit", {"limit": 0}),
        ("limit", {"limit": 1_001}),
        ("path", {"path": ""}),
        ("path", {"path": "/\0"}),
    ],
)
def test_nonsense_is_refused(site: Site, field: str, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery) as refused:
        ask(site, **options)

    assert refused.value.field == field


# Both engines against a plain loop


def plain_flow(
    visits: Iterable[PlainVisit], pages: set[int], *, is_next: bool
) -> dict[tuple[int], tuple[int]]:
    counts: Counter[int] = Counter()
    for visit in visits:
        viewed = [hit.page for hit in visit.hits_in_time if not hit.event]
        for place, page in enumerate(viewed):
            if page in pages:
                other = place + 1 if is_next else place - 1
                counts[viewed[other] if 0 <= other < len(viewed) else NOTHING] += 1
    return {(page,): (count,) for page, count in counts.items()}


@examples
@given(
    visits=plain_visits(),
    pages=st.sets(st.sampled_from(PAGES), min_size=1, max_size=2),
    wanted=wishes(),
    is_next=st.booleans(),
)
def test_both_engines_count_neighbours_like_a_plain_loop(
    site: Site, visits: list[PlainVisit], pages: set[int], wanted: Wanted, is_next: bool
) -> None:
    neighbours = Neighbours(wanted.scan(site), frozenset(pages), is_next)

    with stored(site, visits) as both:
        answer = both.answer(neighbours, wanted.days)

    assert answer == plain_flow(filter(wanted.means, visits), pages, is_next=is_next)


# What it costs


def test_flow_takes_a_scan_for_each_period(
    site: Site, django_assert_num_queries: Statements
) -> None:
    """Beside these: the pages of the path, the names of others, and two for what is known of the days."""
    make_visit(site, pageviews=["/", "/a"], started_at=NOON + MINUTE)

    with django_assert_num_queries(1 + 2 + 1 + 1):
        ask(site)
    with django_assert_num_queries(1 + 2 * (2 + 1) + 1):
        ask(site, compares=True)
    with django_assert_num_queries(1):
        ask(site, "/none")


def test_archived_days_take_no_scan_of_facts(
    site: Site, close: Close, django_assert_num_queries: Statements
) -> None:
    make_visit(site, pageviews=["/", "/a"])
    close()

    if close.has_archive:
        with django_assert_num_queries(1 + 2 + 1):
            ask(site)
