"""The form of a goal before it is stored: rows of conditions, and how many visits would have met it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.models import Goal, HitRevenue
from visits.tests.dashboard.settings.goal_posted import SIGNUP, form_of
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import make_event_goal, make_goal


@pytest.fixture
def add_url(site: Site) -> str:
    return reverse("site_goal_add", args=[site.pk])


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_goals", args=[site.pk])


def test_row_is_added_without_storing_or_losing_anything(signed_in: Client, add_url: str) -> None:
    form = form_of(("plan", "is", "Pro"), **SIGNUP, intent="add")

    response = signed_in.post(add_url, form)

    rows = response.context["form"].rows
    assert [row["key"].value() for row in rows] == ["plan", ""]
    assert response.context["form"]["event_name"].value() == "Signup"
    assert "field-errors" not in response.content.decode()
    assert not Goal.objects.exists()


def test_row_is_removed(signed_in: Client, add_url: str) -> None:
    form = form_of(("a", "is", "1"), ("b", "is", "2"), **SIGNUP, intent="remove-0")

    rows = signed_in.post(add_url, form).context["form"].rows

    assert [row["key"].value() for row in rows] == ["b"]


def test_preview_counts_what_the_list_counts_and_calls_it_the_same(
    signed_in: Client, site: Site, add_url: str, list_url: str
) -> None:
    now = timezone.now()
    # One of them came twice.
    for visitor, pages in ((1, ["/thanks", "/thanks"]), (1, ["/thanks"]), (2, ["/"])):
        make_visit(site, started_at=now, visitor=visitor, pageviews=pages)
    goal = make_goal(site, "Thanks", "/thanks")
    make_event_goal(site, "Bought", "Buy")
    visit = make_visit(site, started_at=now, visitor=3)
    hit = make_hit(visit, event="Buy")
    HitRevenue.objects.create(site=site, hit=hit, currency="EUR", amount_micros=7_500_000)

    form = signed_in.get(reverse("site_goal", args=[site.pk, goal.pk]))
    page = signed_in.get(list_url)

    rows = {row.name: row.numbers for row in page.context["rows"]}
    assert form.context["preview"].numbers == rows["Thanks"]
    assert (rows["Thanks"].visitors, rows["Thanks"].conversions) == (1, 3)
    assert rows["Bought"].revenue == "7.50\N{NO-BREAK SPACE}EUR"
    words = ["Visitors", "Conversion rate", "Conversions", "Revenue"]
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page.content.decode())
    assert heads == ["Goal", *words]
    assert re.findall(r"<dt>([^<]+)</dt>", form.content.decode()) == words[:3]


def test_preview_counts_visitors_without_storing(
    signed_in: Client, site: Site, add_url: str
) -> None:
    now = timezone.now()
    make_visit(site, started_at=now, pageviews=["/thanks", "/thanks"])
    make_visit(site, started_at=now, pageviews=["/thanks"])
    make_visit(site, started_at=now, pageviews=["/"])

    response = signed_in.post(add_url, form_of(name="", intent="preview"))

    page, numbers = response.content.decode(), response.context["preview"].numbers
    assert (numbers.visitors, numbers.conversions) == (2, 3)
    assert not Goal.objects.exists()
    assert "This field is required" not in page


def test_preview_looks_at_conditions(signed_in: Client, site: Site, add_url: str) -> None:
    for plan in ("Pro", "Free"):
        visit = make_visit(site, started_at=timezone.now())
        make_hit(visit, event="Signup", properties={"plan": plan})

    form = form_of(("plan", "is", "Pro"), **SIGNUP, intent="preview")
    numbers = signed_in.post(add_url, form).context["preview"].numbers

    assert (numbers.visitors, numbers.rate) == (1, 0.5)


def test_preview_of_what_nobody_did_says_so(signed_in: Client, add_url: str) -> None:
    page = signed_in.post(add_url, form_of(intent="preview")).content.decode()

    assert "No visitor of the last 28 days met this." in page


def test_preview_of_half_a_goal_asks_for_the_rest(signed_in: Client, add_url: str) -> None:
    page = signed_in.post(add_url, form_of(page_pattern="", intent="preview")).content.decode()

    assert "Fill in what counts" in page


def test_preview_of_a_stored_goal_leaves_it_as_it_is(signed_in: Client, site: Site) -> None:
    goal = make_goal(site, "Thanks", "/thanks")

    signed_in.post(
        reverse("site_goal", args=[site.pk, goal.pk]),
        form_of(name="Other", page_pattern="/other", intent="preview"),
    )

    goal.refresh_from_db()
    assert (goal.name, goal.page_pattern) == ("Thanks", "/thanks")
