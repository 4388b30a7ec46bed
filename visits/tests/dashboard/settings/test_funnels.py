"""The funnels of a site: drawn with their numbers, added, ordered, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Funnel, Goal
from visits.tests.factory import make_visit
from visits.tests.named import make_funnel, make_goal

HOSTILE = '"><img src=x onerror=alert(1)>\u202e'


@pytest.fixture
def goals(site: Site) -> list[Goal]:
    return [make_goal(site, name, f"/{name}") for name in ("cart", "pay", "thanks")]


@pytest.fixture
def add_url(site: Site) -> str:
    return reverse("site_funnel_add", args=[site.pk])


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_funnels", args=[site.pk])


def form_of(steps: Sequence[object], **fields: Any) -> dict[str, Any]:
    """Return what a browser sends of the form; a step is the number of a goal."""
    form = {"name": "Sales", "steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": 0}
    return form | {f"steps-{number}-goal": step for number, step in enumerate(steps)} | fields


# The list


def test_list_draws_how_far_visits_came(
    signed_in: Client, site: Site, goals: list[Goal], list_url: str
) -> None:
    make_funnel(site, "Sales", goals)
    now = timezone.now()
    for pageviews in (["/cart", "/pay", "/thanks"], ["/cart", "/pay"], ["/cart"], ["/cart"]):
        make_visit(site, started_at=now, pageviews=pageviews)

    [row] = signed_in.get(list_url).context["rows"]

    assert [(step.name, step.visits, step.bar_percent) for step in row.steps] == [
        ("cart", 4, 100),
        ("pay", 2, 50),
        ("thanks", 1, 25),
    ]
    assert (row.entered, row.converted) == (4, 1)


def test_funnel_without_steps_says_so(signed_in: Client, site: Site, list_url: str) -> None:
    funnel = make_funnel(site)
    funnel.steps.all().delete()

    [row] = signed_in.get(list_url).context["rows"]

    assert row.steps == []
    assert row.problem


@pytest.mark.parametrize(("funnels", "statements"), [(1, 13), (2, 17), (12, 49)])
def test_list_asks_for_the_funnels_of_a_page(
    signed_in: Client,
    site: Site,
    list_url: str,
    goals: list[Goal],
    funnels: int,
    statements: int,
    django_assert_num_queries: Any,
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/cart", "/pay"])
    for number in range(funnels):
        make_funnel(site, f"Funnel {number:02}", goals)

    with django_assert_num_queries(statements):
        response = signed_in.get(list_url)

    assert len(response.context["rows"]) == min(funnels, 10)


def test_list_without_goals_offers_to_add_one(signed_in: Client, site: Site, list_url: str) -> None:
    page = signed_in.get(list_url).content.decode()

    assert "this site has none" in page
    assert reverse("site_goal_add", args=[site.pk]) in page


def test_list_with_goals_offers_to_add_a_funnel(
    signed_in: Client, goals: list[Goal], list_url: str, add_url: str
) -> None:
    assert add_url in signed_in.get(list_url).content.decode()


def test_wrong_page_is_a_bad_request(signed_in: Client, list_url: str) -> None:
    assert signed_in.get(list_url, {"page": "0"}).status_code == 400


# The form


def test_funnel_is_added_with_its_steps_in_order(
    signed_in: Client, goals: list[Goal], add_url: str, list_url: str
) -> None:
    cart, pay, thanks = goals

    response = signed_in.post(add_url, form_of([cart.pk, "", thanks.pk, pay.pk]))

    assert response["Location"] == list_url
    assert Funnel.objects.get().ordered_goals() == [cart, thanks, pay]


def test_changed_funnel_has_the_new_steps(signed_in: Client, site: Site, goals: list[Goal]) -> None:
    funnel = make_funnel(site, "Sales", goals)

    signed_in.post(
        reverse("site_funnel", args=[site.pk, funnel.pk]),
        form_of([goals[2].pk, goals[0].pk], name="Back"),
    )

    funnel.refresh_from_db()
    assert (funnel.name, funnel.ordered_goals()) == ("Back", [goals[2], goals[0]])


def test_new_funnel_has_room_for_two_steps(
    signed_in: Client, goals: list[Goal], add_url: str
) -> None:
    rows = signed_in.get(add_url).context["form"].rows

    assert [row["goal"].value() for row in rows] == ["", ""]


def test_form_shows_the_steps_of_a_funnel(signed_in: Client, site: Site, goals: list[Goal]) -> None:
    funnel = make_funnel(site, "Sales", goals)

    rows = signed_in.get(reverse("site_funnel", args=[site.pk, funnel.pk])).context["form"].rows

    assert [row["goal"].value() for row in rows] == [goal.pk for goal in goals]


@pytest.mark.parametrize(
    ("steps", "fields", "sentence"),
    [
        (2, {"name": ""}, "This field is required."),
        (2, {"name": "Two\nlines"}, "line break"),
        (2, {"name": "Taken"}, "one with this name already"),
        (1, {}, "A funnel has 2 to 8 steps."),
        (9, {}, "A funnel has 2 to 8 steps."),
        (2, {"steps-1-goal": "999999"}, "This goal is not there any more."),
        (2, {"steps-1-goal": "x"}, "This goal is not there any more."),
        (2, {"steps-TOTAL_FORMS": "many"}, "The rows of this form did not arrive."),
    ],
)
def test_wrong_funnel_stays_on_the_form_with_a_sentence(
    signed_in: Client,
    site: Site,
    goals: list[Goal],
    add_url: str,
    steps: int,
    fields: dict[str, str],
    sentence: str,
) -> None:
    make_funnel(site, "Taken", goals)

    response = signed_in.post(add_url, form_of([goals[0].pk] * steps, **fields))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Funnel.objects.count() == 1


def test_goal_of_another_site_is_no_step(
    signed_in: Client, owner: User, goals: list[Goal], add_url: str
) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    foreign = make_goal(other)

    signed_in.post(add_url, form_of([goals[0].pk, foreign.pk]))

    assert not Funnel.objects.exists()


# Its buttons


@pytest.mark.parametrize(
    ("intent", "order"),
    [("up-2", [0, 2, 1]), ("down-0", [1, 0, 2]), ("remove-1", [0, 2]), ("add", [0, 1, 2, None])],
)
def test_buttons_arrange_the_steps_without_storing(
    signed_in: Client, goals: list[Goal], add_url: str, intent: str, order: list[int | None]
) -> None:
    form = form_of([goal.pk for goal in goals], intent=intent)

    response = signed_in.post(add_url, form)

    rows = response.context["form"].rows
    expected = ["" if place is None else str(goals[place].pk) for place in order]
    assert [row["goal"].value() for row in rows] == expected
    assert response.context["form"]["name"].value() == "Sales"
    assert not Funnel.objects.exists()


# Deleting


def test_funnel_is_deleted_after_a_question_and_its_goals_stay(
    signed_in: Client, site: Site, goals: list[Goal], list_url: str
) -> None:
    funnel = make_funnel(site, "Sales", goals)
    url = reverse("site_funnel_delete", args=[site.pk, funnel.pk])

    question = signed_in.get(url)
    assert Funnel.objects.exists()
    response = signed_in.post(url)

    assert "Delete Sales?" in question.content.decode()
    assert response["Location"] == list_url
    assert (Funnel.objects.count(), Goal.objects.count()) == (0, 3)


# Who may


@pytest.mark.parametrize(
    "page", ["site_funnels", "site_funnel_add", "site_funnel", "site_funnel_delete"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_finds_no_funnels(
    client: Client, site: Site, stranger: User, page: str, method: str
) -> None:
    funnel = make_funnel(site)
    arguments = [site.pk, funnel.pk] if page in {"site_funnel", "site_funnel_delete"} else [site.pk]
    url = reverse(page, args=arguments)

    anonymous = getattr(client, method)(url)
    client.force_login(stranger)
    response = getattr(client, method)(url, form_of([]))

    assert anonymous["Location"].startswith(reverse("account_login"))
    assert response.status_code == (405 if (page, method) == ("site_funnels", "post") else 404)
    assert Funnel.objects.get() == funnel


def test_hostile_names_are_shown_as_text(signed_in: Client, site: Site) -> None:
    goals = [make_goal(site, f"{HOSTILE}{number}") for number in (1, 2)]
    funnel = make_funnel(site, HOSTILE, goals)

    pages = [
        signed_in.get(reverse(page, args=arguments)).content.decode()
        for page, arguments in (
            ("site_funnels", [site.pk]),
            ("site_funnel_add", [site.pk]),
            ("site_funnel", [site.pk, funnel.pk]),
            ("site_funnel_delete", [site.pk, funnel.pk]),
            ("site_goal_delete", [site.pk, goals[0].pk]),
        )
    ]

    assert not any("<img src=x" in page for page in pages)
