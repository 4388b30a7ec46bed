"""Funnels: worked examples, and both engines against a plain loop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from sites.models import Site
from visits.archive.store import archive_store
from visits.models import Archive, Funnel, Hit, Visit
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import parse_filter
from visits.reports.funnels import FunnelReport, funnel
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.sequence import Steps
from visits.tests.factory import GOOGLE, MINUTE, NOON, make_hit, make_visit
from visits.tests.named import make_event_goal, make_funnel, make_goal, make_scroll_goal
from visits.tests.reports.closed import STATES, Close
from visits.tests.reports.ordered_hits import (
    PlainHit,
    PlainLike,
    PlainVisit,
    Wanted,
    examples,
    plain_likes,
    plain_visits,
    stored,
    wishes,
)

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
ONE_DAY = dt.timedelta(days=1)
Statements = Callable[[int], Any]
# What is known of the days of a period.
OF_DAYS = 2
# The steps; pages, event names and properties of all goals.
OF_GOALS = 1 + 3


@pytest.fixture(params=STATES)
def close(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Close:
    return Close.of(request.param, settings, tmp_path)


@pytest.fixture
def sales(site: Site) -> Funnel:
    goals = [
        make_goal(site, "Prices", "/pricing"),
        make_goal(site, "Cart", "/cart/**"),
        make_event_goal(site, "Bought", "Buy", ("plan", "is", "pro")),
    ]
    return make_funnel(site, goals=goals)


def ask(asked: Funnel, *filters: str, day: dt.date = TODAY, compares: bool = False) -> FunnelReport:
    before = Period.custom(day - ONE_DAY, day - ONE_DAY) if compares else None
    conditions = tuple(parse_filter(each) for each in filters)
    query = ReportQuery((asked.site,), Period.custom(day, day), before, conditions)
    return funnel(query, asked)


def visits_of(report: FunnelReport) -> list[int]:
    return [step.visits for step in report.steps]


def buy(visit: Visit, plan: str = "pro", **fields: Any) -> Hit:
    return make_hit(visit, event="Buy", properties={"plan": plan}, **fields)


# Worked examples


def test_funnel_of_the_example_of_the_docs(site: Site, close: Close) -> None:
    first = make_visit(site, pageviews=["/", "/pricing"])
    make_hit(first, "/pricing", event="Sign up")
    make_visit(site, pageviews=["/"])
    make_visit(site, pageviews=["/blog"])
    make_visit(site, pageviews=["/", "/pricing"])
    goals = [
        make_goal(site, "Home", "/"),
        make_goal(site, "Prices", "/pricing"),
        make_event_goal(site, "Signed up", "Sign up"),
    ]
    close()

    report = ask(make_funnel(site, goals=goals))

    assert (report.visits, visits_of(report), report.conversion_rate) == (4, [3, 2, 1], 0.25)


def test_steps_are_met_one_after_the_other(site: Site, sales: Funnel, close: Close) -> None:
    buy(make_visit(site, pageviews=["/", "/pricing", "/cart/1", "/"]))
    make_visit(site, pageviews=["/pricing", "/cart/2"])
    make_visit(site, pageviews=["/cart/1", "/pricing"])
    make_visit(site, pageviews=["/cart/1"])
    buy(make_visit(site, pageviews=["/pricing", "/cart/1"]), plan="free")
    close()

    report = ask(sales)

    assert report.visits == 5
    assert [(step.goal, step.visits) for step in report.steps] == [
        ("Prices", 4),
        ("Cart", 3),
        ("Bought", 1),
    ]


def test_shares_are_of_the_first_step_and_of_the_one_before(site: Site, sales: Funnel) -> None:
    buy(make_visit(site, pageviews=["/pricing", "/cart/1"]))
    make_visit(site, pageviews=["/pricing", "/cart/1"])
    make_visit(site, pageviews=["/pricing"])
    make_visit(site, pageviews=["/pricing"])
    make_visit(site)

    report = ask(sales)

    assert [step.share_of_first for step in report.steps] == [1, 0.5, 0.25]
    assert [step.share_of_before for step in report.steps] == [None, 0.5, 0.5]
    assert [step.dropped_visits for step in report.steps] == [None, 2, 1]
    assert [step.drop_off_rate for step in report.steps] == [None, 0.5, 0.5]
    assert (report.entered_visits, report.entry_rate) == (4, 0.8)
    assert (report.converted_visits, report.conversion_rate) == (1, 0.2)


def test_nothing_is_divided_by_nothing(sales: Funnel) -> None:
    report = ask(sales)

    assert (report.visits, visits_of(report)) == (0, [0, 0, 0])
    assert (report.entry_rate, report.conversion_rate) == (None, None)
    assert [step.share_of_first for step in report.steps] == [None] * 3
    assert [step.drop_off_rate for step in report.steps] == [None] * 3


def test_one_hit_meets_one_step(site: Site, close: Close) -> None:
    twice = make_funnel(site, goals=[make_goal(site, "Blog", "/blog/**")] * 2)
    make_visit(site, pageviews=["/blog/a"])
    make_visit(site, pageviews=["/blog/a", "/", "/blog/a"])
    close()

    assert visits_of(ask(twice)) == [2, 1]


def test_hits_of_one_instant_are_in_the_order_of_their_ids(
    site: Site, sales: Funnel, close: Close
) -> None:
    forward = make_visit(site, pageviews=["/pricing"])
    make_hit(forward, "/cart/1", at=NOON)
    backward = make_visit(site, pageviews=["/cart/1"])
    make_hit(backward, "/pricing", at=NOON)
    close()

    assert visits_of(ask(sales)) == [2, 1, 0]


def test_hit_that_arrived_late_is_where_it_happened(
    site: Site, sales: Funnel, close: Close
) -> None:
    visit = make_visit(site, pageviews=["/pricing"], started_at=NOON)
    buy(visit, at=NOON + 5 * MINUTE)
    make_hit(visit, "/cart/1", at=NOON + MINUTE)
    close()

    assert visits_of(ask(sales)) == [1, 1, 1]


def test_visit_over_midnight_belongs_to_the_day_of_its_beginning(
    site: Site, sales: Funnel, close: Close
) -> None:
    last_minute = dt.datetime(2026, 5, 4, 23, 59, tzinfo=site.zone)
    make_visit(site, pageviews=["/pricing", "/cart/1"], started_at=last_minute)
    close()

    assert visits_of(ask(sales)) == [1, 1, 0]
    assert visits_of(ask(sales, day=TODAY + ONE_DAY)) == [0, 0, 0]


def test_visits_of_one_visitor_are_apart(site: Site, sales: Funnel, close: Close) -> None:
    make_visit(site, pageviews=["/pricing"], visitor=1)
    make_visit(site, pageviews=["/cart/1"], visitor=1, started_at=NOON + 60 * MINUTE)
    close()

    assert visits_of(ask(sales)) == [1, 0, 0]


def test_step_of_a_depth_is_met_by_a_view_read_so_far(site: Site, close: Close) -> None:
    goals = [make_scroll_goal(site, percent=50), make_goal(site, "Prices", "/pricing")]
    for percent in (None, 49, 50):
        visit = make_visit(site, pageviews=["/blog/a", "/pricing"])
        Hit.objects.filter(visit=visit, page__path="/blog/a").update(scroll_percent=percent)
    close()

    assert visits_of(ask(make_funnel(site, goals=goals))) == [1, 1]


def test_filters_choose_the_visits(site: Site, sales: Funnel, close: Close) -> None:
    make_visit(site, pageviews=["/pricing", "/cart/1"], origin=GOOGLE)
    make_visit(site, pageviews=["/pricing", "/cart/1", "/blog"])
    make_visit(site, pageviews=["/pricing"], origin=GOOGLE)
    close()

    of_google, of_blog, of_none = (
        ask(sales, text) for text in ("source:is:Google", "page:is:/blog", "page:is:/none")
    )

    assert (of_google.visits, visits_of(of_google)) == (2, [2, 1, 0])
    assert (of_blog.visits, visits_of(of_blog)) == (1, [1, 1, 0])
    assert (of_none.visits, visits_of(of_none)) == (0, [0, 0, 0])


def test_comparison_is_the_same_question_about_other_days(
    site: Site, sales: Funnel, close: Close
) -> None:
    make_visit(site, pageviews=["/pricing"], started_at=NOON - ONE_DAY)
    make_visit(site, started_at=NOON - ONE_DAY)
    for _ in range(3):
        make_visit(site, pageviews=["/pricing", "/cart/1"])
    close()

    report = ask(sales, compares=True)

    assert report.previous is not None
    assert report.previous.visits == 2
    assert [step.previous and step.previous.visits for step in report.steps] == [1, 0, 0]
    assert [step.change_rate for step in report.steps] == [2, None, None]


def test_days_of_files_and_of_facts_are_added_up(site: Site, sales: Funnel, close: Close) -> None:
    for days in (40, 2, 1):
        make_visit(site, pageviews=["/pricing"], started_at=NOON - days * ONE_DAY)
    close(until=NOON - ONE_DAY)
    make_visit(site, pageviews=["/pricing", "/cart/1"])
    query = ReportQuery((site,), Period.custom(TODAY - 50 * ONE_DAY, TODAY))

    assert visits_of(funnel(query, sales)) == [4, 1, 0]


def test_days_of_files_that_are_lost_are_asked_of_the_facts(
    site: Site, sales: Funnel, close: Close
) -> None:
    make_visit(site, pageviews=["/pricing"], started_at=NOON - 40 * ONE_DAY)
    make_visit(site, pageviews=["/pricing", "/cart/1"])
    close()
    for archive in Archive.objects.order_by("-month")[:1]:
        Path(archive_store().address(archive.hits_file)).unlink()
    query = ReportQuery((site,), Period.custom(TODAY - 50 * ONE_DAY, TODAY))

    assert visits_of(funnel(query, sales)) == [2, 1, 0]


def test_of_many_sites_the_funnels_own_is_asked(site: Site, owner: User, sales: Funnel) -> None:
    other = Site.objects.create(owner=owner, domain="other.example")
    make_visit(site, pageviews=["/pricing"])
    make_visit(other, pageviews=["/pricing"])

    report = funnel(ReportQuery((other, site), Period.custom(TODAY, TODAY)), sales)

    assert (report.query.sites, report.visits, visits_of(report)) == ((site,), 1, [1, 0, 0])


def test_funnel_of_another_site_is_refused(owner: User, sales: Funnel) -> None:
    other = Site.objects.create(owner=owner, domain="other.example")

    with pytest.raises(InvalidQuery) as refused:
        funnel(ReportQuery((other,), Period.custom(TODAY, TODAY)), sales)

    assert refused.value.field == "funnel"


def test_funnel_without_steps_is_refused(site: Site) -> None:
    empty = Funnel.objects.create(site=site, name="Empty")

    with pytest.raises(InvalidQuery, match="The funnel has no steps") as refused:
        ask(empty)

    assert refused.value.field == "funnel"


# Both engines against a plain loop


def plain_funnel(visits: Iterable[PlainVisit], likes: Sequence[PlainLike]) -> tuple[int, ...]:
    """Return the visits for which some choice of later and later hits meets so many steps."""

    def reached(hits: Sequence[PlainHit], steps: Sequence[PlainLike]) -> int:
        if not steps:
            return 0
        return max(
            (
                1 + reached(hits[place + 1 :], steps[1:])
                for place, hit in enumerate(hits)
                if steps[0].is_met_by(hit)
            ),
            default=0,
        )

    depths = [reached(visit.hits_in_time, likes) for visit in visits]
    return tuple(sum(depth >= step for depth in depths) for step in range(1, len(likes) + 1))


@examples
@given(
    visits=plain_visits(),
    likes=st.lists(plain_likes(), min_size=2, max_size=5),
    wanted=wishes(),
)
def test_both_engines_count_steps_like_a_plain_loop(
    site: Site, visits: list[PlainVisit], likes: list[PlainLike], wanted: Wanted
) -> None:
    steps = Steps(wanted.scan(site), tuple(like.like for like in likes))

    with stored(site, visits) as both:
        answer = both.answer(steps, wanted.days)

    assert answer == {(): plain_funnel(filter(wanted.means, visits), likes)}


# What it costs


def test_funnel_takes_a_scan_and_the_visits(
    site: Site, sales: Funnel, django_assert_num_queries: Statements
) -> None:
    buy(make_visit(site, pageviews=["/pricing", "/cart/1"]))

    with django_assert_num_queries(OF_GOALS + OF_DAYS + 2):
        assert visits_of(ask(sales)) == [1, 1, 1]
    with django_assert_num_queries(OF_GOALS + 2 * (OF_DAYS + 2)):
        ask(sales, compares=True)


def test_archived_days_take_no_scan_of_facts(
    site: Site, sales: Funnel, close: Close, django_assert_num_queries: Statements
) -> None:
    buy(make_visit(site, pageviews=["/pricing", "/cart/1"]))
    close()

    if close.has_archive:
        with django_assert_num_queries(OF_GOALS + OF_DAYS):
            assert visits_of(ask(sales)) == [1, 1, 1]
