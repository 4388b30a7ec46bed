"""Live: what happened in the last half hour, hit by hit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sites.models import Site
from visits.models import Operator
from visits.reports.filters import Filter
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.realtime import Live, LiveRow, live
from visits.tests.factory import GOOGLE, NOON, NOWHERE, make_hit, make_visit

ONE_MINUTE = dt.timedelta(minutes=1)


def ask(site: Site, *filters: Filter) -> Live:
    return live(ReportQuery((site,), Period.of("today", NOON.date()), filters=filters), NOON)


def test_hits_count_by_themselves_however_long_ago_their_visit_began(site: Site) -> None:
    visit = make_visit(site, started_at=NOON - 50 * ONE_MINUTE, pageviews=["/"])
    make_hit(visit, path="/a", at=NOON - 3 * ONE_MINUTE)
    make_hit(visit, event="Buy", at=NOON - 2 * ONE_MINUTE)

    found = ask(site)

    assert (found.visitors, found.pageviews, found.events) == (1, 1, 1)
    assert found.pages == (LiveRow("/a", 1, "/a"),)
    assert [(each.visitors, each.pageviews) for each in found.minutes[-4:]] == [
        (1, 1),
        (1, 0),
        (0, 0),
        (0, 0),
    ]


def test_minutes_are_thirty_and_the_last_is_running(site: Site) -> None:
    make_visit(site, started_at=NOON - 29 * ONE_MINUTE)
    make_visit(site, started_at=NOON - 30 * ONE_MINUTE)

    found = ask(site)

    assert len(found.minutes) == 30
    assert found.minutes[-1].start == NOON
    assert [each.visitors for each in found.minutes] == [1] + [0] * 29


def test_filters_choose_whose_hits_count(site: Site) -> None:
    make_visit(site, started_at=NOON - ONE_MINUTE, origin=GOOGLE)
    make_visit(site, started_at=NOON - ONE_MINUTE)

    found = ask(site, Filter("source", Operator.IS, ("Google",)))

    assert (found.visitors, found.sources) == (1, (LiveRow("Google", 1, "Google"),))


def test_countries_and_events_say_where_and_what(site: Site) -> None:
    for _ in range(2):
        make_hit(make_visit(site, started_at=NOON - 3 * ONE_MINUTE), event="Sign up")
    make_visit(site, started_at=NOON - ONE_MINUTE, place=NOWHERE)

    found = ask(site)

    assert found.countries == (LiveRow("Germany", 2, "DE"), LiveRow("Unknown", 1, ""))
    assert found.event_names == (LiveRow("Sign up", 2, "Sign up"),)


def test_with_filters_only_who_meets_them_is_there(site: Site) -> None:
    make_visit(site, started_at=NOON - ONE_MINUTE, origin=GOOGLE)
    make_visit(site, started_at=NOON - 6 * ONE_MINUTE, origin=GOOGLE)
    make_visit(site, started_at=NOON - ONE_MINUTE)

    found = ask(site, Filter("source", Operator.IS, ("Google",)))

    assert (found.current_visitors, ask(site).current_visitors) == (1, 2)


def test_half_an_hour_takes_a_statement_for_each_list(
    site: Site, django_assert_num_queries: Callable[[int], Any]
) -> None:
    make_hit(make_visit(site, started_at=NOON - 3 * ONE_MINUTE), event="Sign up")

    with django_assert_num_queries(7):
        ask(site)
