"""The form of a goal: what it stores, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site
from visits.models import Goal
from visits.tests.dashboard.settings.goal_posted import SIGNUP, form_of
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import make_event_goal, make_goal


@pytest.fixture
def add_url(site: Site) -> str:
    return reverse("site_goal_add", args=[site.pk])


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_goals", args=[site.pk])


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"page_pattern": "thanks/"}, ("page", "/thanks/", "", None)),
        (
            {"kind": "scroll", "scroll_percent": "75"},
            ("scroll", "/thanks", "", 75),
        ),
        # What stands in a field that is out of sight is not meant.
        (SIGNUP | {"scroll_percent": "200"}, ("event", "", "Signup", None)),
        ({"event_name": "Signup"}, ("page", "/thanks", "", None)),
    ],
)
def test_goal_of_each_kind_is_added(
    signed_in: Client, add_url: str, list_url: str, fields: dict[str, str], stored: tuple[Any, ...]
) -> None:
    response = signed_in.post(add_url, form_of(**fields))

    goal = Goal.objects.get()
    assert response["Location"] == list_url
    assert (goal.kind, goal.page_pattern, goal.event_name, goal.scroll_percent) == stored


def test_conditions_are_stored_and_empty_rows_are_not(signed_in: Client, add_url: str) -> None:
    rows = [("plan", "is", "Pro"), ("", "is", ""), ("note", "contains_not", "test")]

    signed_in.post(add_url, form_of(*rows, **SIGNUP))

    assert Goal.objects.get().conditions == [
        {"key": "plan", "operator": "is", "value": "Pro"},
        {"key": "note", "operator": "contains_not", "value": "test"},
    ]


def test_conditions_go_with_the_event(signed_in: Client, site: Site) -> None:
    goal = make_event_goal(site, "Paid", "Signup", ("plan", "is", "Pro"))

    signed_in.post(
        reverse("site_goal", args=[site.pk, goal.pk]), form_of(("plan", "is", "Pro"), name="Paid")
    )

    goal.refresh_from_db()
    assert (goal.kind, goal.event_name, goal.conditions) == ("page", "", [])


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "Two\nlines"}, "name", "line break"),
        ({"name": "x" * 101}, "name", "100 characters"),
        ({"name": "Taken"}, "__all__", "one with this name already"),
        ({"kind": "visit"}, "kind", "valid choice"),
        ({"page_pattern": ""}, "page_pattern", "Write the path"),
        ({"page_pattern": "/a/" * 300}, "page_pattern", "500 characters"),
        (SIGNUP | {"event_name": ""}, "event_name", "Write the name"),
        ({"kind": "scroll", "scroll_percent": ""}, "scroll_percent", "from 1 to 100"),
        ({"kind": "scroll", "scroll_percent": "101"}, "scroll_percent", "less than or equal"),
        ({"kind": "scroll", "scroll_percent": "all"}, "scroll_percent", "whole number"),
    ],
)
def test_wrong_goal_stays_on_the_form_with_a_sentence(
    signed_in: Client, site: Site, add_url: str, fields: dict[str, str], field: str, sentence: str
) -> None:
    make_goal(site, "Taken")

    response = signed_in.post(add_url, form_of(**fields))

    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("", "is", "Pro"), "needs the name of a property"),
        (("plan", "contains", ""), "shall contain"),
        (("plan", "like", "Pro"), "valid choice"),
        (("x" * 101, "is", ""), "100 characters"),
    ],
)
def test_wrong_condition_is_said_in_its_row(
    signed_in: Client, add_url: str, row: tuple[str, str, str], sentence: str
) -> None:
    page = signed_in.post(add_url, form_of(("plan", "is", "Pro"), row, **SIGNUP)).content.decode()

    assert sentence in page
    assert not Goal.objects.exists()


def test_six_conditions_are_too_many(signed_in: Client, add_url: str) -> None:
    page = signed_in.post(add_url, form_of(*[("plan", "is", "Pro")] * 6, **SIGNUP))

    assert "A goal has 5 conditions at most." in page.content.decode()
    assert not Goal.objects.exists()


@pytest.mark.parametrize("total", ["", "many", "999999999"])
def test_wrong_number_of_rows_is_no_error_of_the_server(
    signed_in: Client, add_url: str, total: str
) -> None:
    form = form_of(**SIGNUP, **{"conditions-TOTAL_FORMS": total})

    responses = [signed_in.post(add_url, form | {"intent": intent}) for intent in ("save", "add")]

    assert {response.status_code for response in responses} == {200}
    assert not Goal.objects.exists()


def test_hundredth_and_first_goal_is_refused(
    signed_in: Client, add_url: str, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    monkeypatch.setattr(Goal, "AT_MOST", 2)
    make_goal(site, "First")
    make_goal(site, "Second")

    page = signed_in.post(add_url, form_of(name="One more")).content.decode()

    assert "A site has 2 " in page


def test_changed_goal_keeps_its_place(signed_in: Client, site: Site) -> None:
    goal = make_goal(site, "Thanks", "/thanks")

    signed_in.post(
        reverse("site_goal", args=[site.pk, goal.pk]),
        form_of(name="Bought", page_pattern="/receipt"),
    )

    stored = Goal.objects.get()
    assert (stored.pk, stored.name, stored.page_pattern) == (goal.pk, "Bought", "/receipt")


def test_form_shows_the_conditions_of_a_goal(signed_in: Client, site: Site) -> None:
    goal = make_event_goal(site, "Paid", "Signup", ("plan", "contains", "Pro"))

    page = signed_in.get(reverse("site_goal", args=[site.pk, goal.pk])).content.decode()

    assert 'value="plan"' in page
    assert '<option value="contains" selected>' in page


def test_link_fills_in_a_new_goal(signed_in: Client, add_url: str) -> None:
    response = signed_in.get(add_url, SIGNUP)

    form = response.context["form"]
    assert (form["kind"].value(), form["event_name"].value()) == ("event", "Signup")


def test_wrong_link_fills_in_nothing(signed_in: Client, add_url: str) -> None:
    form = signed_in.get(add_url, {"kind": "visit"}).context["form"]

    assert form["kind"].value() == "page"


def test_form_offers_what_the_site_has_sent(signed_in: Client, site: Site, add_url: str) -> None:
    visit = make_visit(site, pageviews=["/pricing", "//shop.example.com/pricing"])
    make_hit(visit, "/pricing", event="Signup", properties={"plan": "Pro"})
    make_hit(visit, "/pricing", event="Download", properties={"plan": "Free"})

    suggestions = signed_in.get(add_url).context["suggestions"]

    assert (suggestions.events, suggestions.keys, suggestions.pages) == (
        ["Download", "Signup"],
        ["plan"],
        ["/pricing"],
    )
