"""What meets a goal: pages by pattern, events by name and properties, depth; against a plain loop."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.models import Goal, Operator, Page, Property
from visits.reports.goal_likes import goal_likes, likes_of_goals
from visits.reports.measure import disjoint
from visits.reports.scan import Fact, HitLike, Only
from visits.tests.factory import make_event_name, make_page
from visits.tests.named import make_event_goal, make_goal, make_scroll_goal

pytestmark = pytest.mark.django_db
PIECES = st.sampled_from(["a", "A", "é", "%", "_", "/", "/b", "*", "**", "/**/"])
PATHS = st.text(st.sampled_from("aAbé%_/"), max_size=6).map(lambda path: f"/{path}")


@pytest.fixture
def elsewhere(stranger: User) -> Site:
    return Site.objects.create(owner=stranger, name="Elsewhere", domain="elsewhere.example")


def paths_of(site: Site, goal: Goal, *paths: str) -> list[str]:
    """Return which of these paths, made for it, meet the goal."""
    pages = {make_page(site, path).pk: path for path in paths}
    (only,) = goal_likes(goal).only
    return [path for page, path in pages.items() if page in only.values]


@pytest.mark.parametrize(
    ("pattern", "met", "not_met"),
    [
        ("/thanks", ["/thanks"], ["/thanks/", "/Thanks", "/a/thanks"]),
        ("/blog/*", ["/blog/", "/blog/a"], ["/blog", "/blog/a/b", "/BLOG/a"]),
        ("/blog/**", ["/blog/a", "/blog/a/b"], ["/blog", "/blogs/a"]),
        ("/**/edit", ["/edit", "/a/b/edit"], ["/xedit", "/edit/a"]),
        ("/**", ["/", "/a/b"], []),
        ("/100%/*", ["/100%/a"], ["/1000/a", "/100x/a"]),
        ("/a_c*", ["/a_c", "/a_cd"], ["/abc"]),
        ("/é*", ["/é", "/été"[:2] + "x"], ["/É", "/e"]),
        ("/a'b\"*", ["/a'b\"c"], ["/ab"]),
    ],
)
def test_pages_of_a_pattern(site: Site, pattern: str, met: list[str], not_met: list[str]) -> None:
    assert paths_of(site, make_goal(site, page=pattern), *met, *not_met) == met


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=set(Phase) - {Phase.explain},
)
@given(st.lists(PIECES, max_size=5), st.lists(PATHS, max_size=6, unique=True))
def test_pages_of_any_pattern_agree_with_a_regular_expression(
    site: Site, pieces: list[str], paths: list[str]
) -> None:
    pattern = "/" + "".join(pieces)
    with transaction.atomic():
        pages = [Page.objects.create(site=site, hostname="a.example", path=path) for path in paths]
        (only,) = goal_likes(make_goal(site, page=pattern)).only
        transaction.set_rollback(True)

    expected = {page.pk for page in pages if expression(pattern).fullmatch(page.path)}
    assert only == Only("page", frozenset(expected))


def expression(pattern: str) -> re.Pattern[str]:
    """Return a regular expression of a pattern of slashes and wildcards; it may be slow."""

    def meaning(part: str) -> str:
        if part.startswith("/*"):
            return "/(?:.*/)?"
        if part.startswith("*"):
            return "[^/]*" if part == "*" else ".*"
        return re.escape(part)

    parts = re.split(r"(/(?:\*{2,}/)+|\*+)", pattern)
    return re.compile("".join(map(meaning, parts)))


def test_pages_on_every_host_are_meant_and_none_of_other_sites(site: Site, elsewhere: Site) -> None:
    pages = [make_page(site, "/a"), make_page(site, "//shop.example.com/a")]
    make_page(elsewhere, "/a")

    for pattern in ("/a", "/a*"):
        like = goal_likes(Goal(site=site, kind=Goal.Kind.PAGE, page_pattern=pattern))
        assert like == HitLike(Fact.PAGEVIEW, (Only("page", frozenset(page.pk for page in pages)),))


def test_depth_is_asked_of_views(site: Site) -> None:
    page = make_page(site, "/blog/a")

    like = goal_likes(make_scroll_goal(site, percent=75))

    assert like == HitLike(Fact.PAGEVIEW, (Only("page", frozenset({page.pk})),), scroll_at_least=75)


def test_event_is_known_by_its_exact_name(site: Site, elsewhere: Site) -> None:
    buy = make_event_name(site, "Buy")
    make_event_name(site, "buy")
    make_event_name(elsewhere, "Buy")

    assert goal_likes(make_event_goal(site, event="Buy")) == HitLike(
        Fact.EVENT, (Only("event_name", frozenset({buy.pk})),)
    )


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        (Operator.IS, "Pro", {"Pro"}),
        (Operator.IS_NOT, "Pro", {"", "PROFI", "Free"}),
        (Operator.CONTAINS, "pro", {"Pro", "PROFI"}),
        (Operator.CONTAINS_NOT, "pro", {"", "Free"}),
        (Operator.IS, "", {""}),
    ],
)
def test_properties_meet_each_condition(
    site: Site, elsewhere: Site, operator: Operator, value: str, met: set[str]
) -> None:
    make_event_name(site, "Buy")
    for text in ("", "Pro", "PROFI", "Free"):
        for each, key in ((site, "plan"), (site, "other"), (elsewhere, "plan")):
            Property.objects.create(site=each, key=key, value=text)
    goal = make_event_goal(site, "Buy", "Buy", ("plan", operator, value), ("seats", "is", "1"))

    plans, seats = goal_likes(goal).properties

    assert seats == frozenset()
    assert set(Property.objects.filter(pk__in=plans).values_list("site", "key", "value")) == {
        (site.pk, "plan", text) for text in met
    }


def test_many_goals_take_three_statements(
    site: Site, elsewhere: Site, django_assert_num_queries: Callable[[int], Any]
) -> None:
    goals = []
    for each in (site, elsewhere):
        make_page(each, "/thanks")
        make_event_name(each, "Buy")
        goals += [
            make_goal(each),
            make_scroll_goal(each),
            make_event_goal(each, "Buy", "Buy", ("plan", "is", "Pro"), ("seats", "contains", "1")),
            make_event_goal(each, "Other", "Other"),
        ]

    with django_assert_num_queries(3):
        likes = likes_of_goals(goals)
    with django_assert_num_queries(0):
        assert likes_of_goals([]) == ()

    assert likes == tuple(goal_likes(goal) for goal in goals)


def test_goals_of_pages_and_of_events_are_counted_together_where_no_hit_is_in_two() -> None:
    def pages(*ids: int) -> HitLike:
        return HitLike(Fact.PAGEVIEW, (Only("page", frozenset(ids)),))

    deep = HitLike(Fact.PAGEVIEW, (Only("page", frozenset((9,))),), scroll_at_least=50)

    counted = disjoint([pages(1), deep, pages(2, 3), pages(3), pages(1)])

    assert counted == [pages(1, 2, 3), deep, pages(3, 1)]
