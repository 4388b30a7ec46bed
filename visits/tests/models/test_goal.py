"""Goals and funnels: what makes one, what is refused, and what the database guards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from accounts.models import User
from sites.models import Site
from visits.models import Funnel, FunnelStep, Goal, Segment
from visits.tests.named import (
    make_event_goal,
    make_funnel,
    make_goal,
    make_scroll_goal,
    make_segment,
)

pytestmark = pytest.mark.django_db
PAGE = {"kind": "page", "page_pattern": "/thanks"}
EVENT = {"kind": "event", "event_name": "Signup"}
SCROLL = {"kind": "scroll", "page_pattern": "/blog/**", "scroll_percent": 90}
PLAN_IS_PRO = {"key": "plan", "operator": "is", "value": "Pro"}


@pytest.fixture
def elsewhere(stranger: User) -> Site:
    return Site.objects.create(owner=stranger, name="Elsewhere", domain="elsewhere.example")


@pytest.mark.parametrize(
    "fields",
    [PAGE, EVENT, EVENT | {"conditions": [PLAN_IS_PRO]}, EVENT | {"conditions": None}, SCROLL],
)
def test_goal_of_each_kind_is_stored(site: Site, fields: dict[str, Any]) -> None:
    goal = Goal(site=site, name="Goal", **fields)

    goal.full_clean()
    goal.save()

    assert Goal.objects.get() == goal


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "cannot be blank"),
        ({"kind": "visit"}, "kind", "not a valid choice"),
        ({"kind": "page"}, "page_pattern", "Write the path"),
        ({"kind": "page", "page_pattern": "  "}, "page_pattern", "Write the path"),
        ({"kind": "event"}, "event_name", "Write the name"),
        ({"kind": "event", "event_name": " "}, "event_name", "Write the name"),
        ({"kind": "scroll", "page_pattern": "/"}, "scroll_percent", "from 1 to 100"),
        (SCROLL | {"scroll_percent": 0}, "scroll_percent", "greater than or equal to 1"),
        (SCROLL | {"scroll_percent": 101}, "scroll_percent", "less than or equal to 100"),
        (PAGE | {"scroll_percent": 50}, "scroll_percent", "of this kind has none"),
        (PAGE | {"event_name": "Signup"}, "event_name", "of this kind has none"),
        (EVENT | {"page_pattern": "/"}, "page_pattern", "of this kind has none"),
        (PAGE | {"conditions": [PLAN_IS_PRO]}, "conditions", "Only events"),
        (EVENT | {"conditions": {"plan": "Pro"}}, "conditions", "as a list"),
        (EVENT | {"conditions": [PLAN_IS_PRO] * 6}, "conditions", "5 conditions at most"),
        (PAGE | {"page_pattern": "https://a.example/b"}, "page_pattern", "without the hostname"),
        (PAGE | {"page_pattern": "/a?b=c"}, "page_pattern", "Leave out"),
        (PAGE | {"page_pattern": "a" * 500}, "page_pattern", "500 characters"),
        (PAGE | {"page_pattern": "/\x00"}, "page_pattern", "stored"),
        (EVENT | {"event_name": "a" * 101}, "event_name", "100 characters"),
        (EVENT | {"event_name": "\ud800"}, "event_name", "stored"),
        (PAGE | {"name": ""}, "name", "cannot be blank"),
        (PAGE | {"name": "\x00"}, "name", "stored"),
    ],
)
def test_goal_without_sense_is_refused(
    site: Site, fields: dict[str, Any], field: str, sentence: str
) -> None:
    goal = Goal(**{"site": site, "name": "Goal"} | fields)

    with pytest.raises(ValidationError) as refusal:
        goal.full_clean()

    assert sentence in " ".join(refusal.value.message_dict[field])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("thanks", "/thanks"),
        (" /thanks ", "/thanks"),
        ("/blog/**", "/blog/**"),
        ("**", "/**"),
        ("/**/**", "/**"),
        ("/app#/settings", "/app#/settings"),
    ],
)
def test_page_is_kept_as_paths_are_compared_with_it(site: Site, typed: str, kept: str) -> None:
    goal = Goal(site=site, name="Goal", kind="page", page_pattern=typed)

    goal.full_clean()

    assert goal.page_pattern == kept


@pytest.mark.parametrize(
    "fields",
    [
        PAGE | {"page_pattern": ""},
        PAGE | {"event_name": "Signup"},
        EVENT | {"scroll_percent": 5},
        SCROLL | {"scroll_percent": 101},
        SCROLL | {"scroll_percent": None},
        {"kind": "visit"},
    ],
)
def test_database_keeps_goals_that_nobody_checked_out(site: Site, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.create(site=site, name="Goal", **fields)


def test_name_is_of_one_goal_of_a_site(site: Site, elsewhere: Site) -> None:
    make_goal(site, "Thanks")
    make_goal(elsewhere, "Thanks")

    with pytest.raises(ValidationError, match="one with this name already"):
        Goal(site=site, name="Thanks", **EVENT).full_clean()


@pytest.mark.parametrize("make", [make_goal, make_funnel, make_segment])
def test_site_has_a_limited_number(
    site: Site,
    make: Callable[[Site], Goal | Funnel | Segment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = make(site)
    monkeypatch.setattr(type(first), "AT_MOST", type(first)._default_manager.count())
    first.full_clean()

    first._state.adding = True
    with pytest.raises(ValidationError, match="Remove one first"):
        first.clean()


def test_steps_of_a_funnel_have_an_order(site: Site) -> None:
    goals = [
        make_goal(site, "Cart", "/cart"),
        make_event_goal(site, "Buy", "Buy"),
        make_scroll_goal(site, "Read"),
    ]
    funnel = make_funnel(site, goals=goals)

    assert funnel.ordered_goals() == goals

    funnel.replace_steps(goals[::-1])

    assert funnel.ordered_goals() == goals[::-1]
    assert list(funnel.steps.values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_funnel_has_two_to_eight_steps(site: Site, count: int) -> None:
    funnel = make_funnel(site)
    before = funnel.ordered_goals()

    with pytest.raises(ValidationError, match="2 to 8 steps"):
        funnel.replace_steps(before[:1] * count)

    assert funnel.ordered_goals() == before


def test_goals_of_a_funnel_are_its_sites(site: Site, elsewhere: Site) -> None:
    goals = [make_goal(site), make_goal(elsewhere)]

    with pytest.raises(ValidationError, match="belong to its site"):
        make_funnel(site, goals=goals)


def test_goal_stays_while_a_funnel_needs_it(site: Site) -> None:
    funnel = make_funnel(site)
    goal = funnel.ordered_goals()[0]

    with pytest.raises(models.RestrictedError):
        goal.delete()
    funnel.delete()
    goal.delete()

    assert not Goal.objects.filter(pk=goal.pk).exists()


@pytest.mark.parametrize("make", [make_goal, make_funnel, make_segment])
def test_what_a_site_has_named_stays_with_it(
    site: Site, elsewhere: Site, make: Callable[[Site], Goal | Funnel | Segment]
) -> None:
    named = make(site)
    named.full_clean()
    named.site = elsewhere

    with pytest.raises(ValidationError, match="belongs to its site for good"):
        named.full_clean()


def test_site_goes_whose_goal_a_funnel_of_another_site_has(site: Site, elsewhere: Site) -> None:
    funnel = make_funnel(site)
    stray = funnel.ordered_goals()[1]
    Goal.objects.filter(pk=stray.pk).update(site=elsewhere)

    Site.with_deleted.filter(pk=elsewhere.pk).delete()

    assert not Goal.objects.filter(pk=stray.pk).exists()
    assert [goal.name for goal in funnel.ordered_goals()] == ["Sales 1"]


def test_goal_goes_that_only_another_sites_funnel_has(site: Site, elsewhere: Site) -> None:
    stray, _ = make_funnel(site).ordered_goals()
    Goal.objects.filter(pk=stray.pk).update(site=elsewhere)

    stray.delete()

    assert FunnelStep.objects.count() == 1


def test_all_of_it_goes_with_the_site(site: Site, elsewhere: Site) -> None:
    for each in (site, elsewhere):
        make_funnel(each)
        make_segment(each)

    site.delete()

    assert FunnelStep.objects.count() == 2
    assert set(Goal.objects.values_list("site", flat=True)) == {elsewhere.pk}
    assert [row.site for row in (*Funnel.objects.all(), *Segment.objects.all())] == [elsewhere] * 2


def test_segment_outlives_who_made_it(site: Site, stranger: User) -> None:
    segment = make_segment(site)
    segment.created_by = stranger
    segment.save()

    stranger.delete()

    segment.refresh_from_db()
    assert segment.created_by is None


@pytest.mark.parametrize("filters", [[], {}, "", None, "browser:is:Chrome"])
def test_segment_has_filters(site: Site, filters: Any) -> None:
    with pytest.raises(ValidationError):
        Segment(site=site, name="Segment", filters=filters).full_clean()


@pytest.mark.parametrize("name", ["Two\nlines", "Tab\there", "Line\u2028separator", "Bell\x07"])
def test_name_stays_on_one_line(site: Site, name: str) -> None:
    with pytest.raises(ValidationError, match="line break or another control character"):
        Goal(site=site, name=name, **PAGE).full_clean()
