"""Goals, funnels and segments in the admin: judged as everywhere, and listed in few queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits.models import Funnel, Goal, Segment
from visits.tests.named import BROWSER_IS_CHROME, make_funnel, make_goal, make_segment


def url(model: str, page: str, *args: int) -> str:
    return reverse(f"admin:visits_{model}_{page}", args=args)


def steps(*goals: Goal) -> dict[str, Any]:
    fields: dict[str, Any] = {"steps-TOTAL_FORMS": len(goals), "steps-INITIAL_FORMS": 0}
    for number, goal in enumerate(goals):
        fields |= {f"steps-{number}-goal": goal.pk, f"steps-{number}-position": number + 1}
    return fields


@pytest.mark.parametrize(
    ("model", "make"), [("goal", make_goal), ("funnel", make_funnel), ("segment", make_segment)]
)
def test_list_asks_as_often_for_many_rows_as_for_few(
    staff_client: Client, site: Site, model: str, make: Callable[[Site, str], Any]
) -> None:
    counts = []

    for numbers in (range(2), range(2, 12)):
        for number in numbers:
            make(site, f"Name {number}")
        with CaptureQueriesContext(connection) as queries:
            page = staff_client.get(url(model, "changelist")).content.decode()
        counts.append(len(queries))

    assert "Name 11" in page
    assert counts[0] == counts[1]


def test_goal_is_checked_as_its_owner_would_be(staff_client: Client, site: Site) -> None:
    fields = {"site": site.pk, "name": "Thanks", "kind": "page", "conditions": "[]"}

    refused = staff_client.post(url("goal", "add"), fields | {"page_pattern": ""})
    staff_client.post(url("goal", "add"), fields | {"page_pattern": "thanks"})

    assert "Write the path of a page" in refused.content.decode()
    assert Goal.objects.get().page_pattern == "/thanks"


def test_goal_with_an_empty_field_for_conditions_has_none(staff_client: Client, site: Site) -> None:
    fields = {"site": site.pk, "name": "Signup", "kind": "event", "event_name": "Signup"}

    staff_client.post(url("goal", "add"), fields | {"conditions": ""})

    assert Goal.objects.get().conditions == []


def test_goal_of_a_funnel_is_kept(staff_client: Client, site: Site) -> None:
    goal = make_funnel(site).ordered_goals()[0]

    page = staff_client.get(url("goal", "delete", goal.pk)).content.decode()
    staff_client.post(url("goal", "delete", goal.pk), {"post": "yes"})

    assert "Step 1" in page
    assert Goal.objects.filter(pk=goal.pk).exists()


def test_funnel_needs_steps_of_its_site(staff_client: Client, site: Site, stranger: User) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    goals = [make_goal(site, "A", "/a"), make_goal(site, "B", "/b")]
    elsewhere = make_goal(other)
    fields = {"site": site.pk, "name": "Sales"}

    answers = [
        staff_client.post(url("funnel", "add"), fields | steps(*some)).content.decode()
        for some in ([], goals[:1], [goals[0], elsewhere])
    ]
    staff_client.post(url("funnel", "add"), fields | steps(*goals))

    assert "A funnel has 2 to 8 steps" in answers[0]
    assert "A funnel has 2 to 8 steps" in answers[1]
    assert "belong to its site" in answers[2]
    assert Funnel.objects.get().ordered_goals() == goals


@pytest.mark.parametrize(
    ("model", "make"), [("goal", make_goal), ("funnel", make_funnel), ("segment", make_segment)]
)
def test_site_is_chosen_once(
    staff_client: Client, site: Site, stranger: User, model: str, make: Callable[..., Any]
) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    named = make(site)
    address = url(model, "change", named.pk)

    page = staff_client.get(address)
    staff_client.post(address, fields_of(page) | {"name": "Renamed", "site": other.pk})

    assert "site" not in page.context["adminform"].form.fields
    named.refresh_from_db()
    assert (named.name, named.site) == ("Renamed", site)


@pytest.mark.parametrize(
    ("model", "make"), [("goal", make_goal), ("funnel", make_funnel), ("segment", make_segment)]
)
def test_name_that_the_site_has_already_is_refused(
    staff_client: Client, site: Site, model: str, make: Callable[..., Any]
) -> None:
    make(site, "First")
    second = make(site, "Second")
    address = url(model, "change", second.pk)

    response = staff_client.post(address, fields_of(staff_client.get(address)) | {"name": "First"})

    assert "The site has one with this name already." in response.content.decode()


def fields_of(page: Any) -> dict[str, Any]:
    """Return what a browser sends when nothing is changed."""
    forms = [page.context["adminform"].form]
    for each in page.context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.initial_forms]
    return {
        bound.html_name: "" if bound.value() is None else bound.value()
        for form in forms
        for bound in form
    }


DEEP = "[" * 100_000 + "]" * 100_000
RATHER_DEEP = "[" * 400 + "]" * 400


@pytest.mark.parametrize(
    "text",
    [DEEP, DEEP[:100_000], RATHER_DEEP, '{"a": ' * 400 + "1" + "}" * 400, "9" * 5_000],
    ids=["deep", "open", "rather deep", "objects", "number"],
)
@pytest.mark.parametrize("model", ["goal", "segment"])
def test_json_that_nobody_can_read_is_refused(
    staff_client: Client, site: Site, model: str, text: str
) -> None:
    fields = {"site": site.pk, "name": "Signup", "kind": "event", "event_name": "Signup"}

    response = staff_client.post(url(model, "add"), fields | {"filters": text, "conditions": text})

    assert response.status_code == 200
    assert "Enter a valid JSON." in response.content.decode()
    assert [*Goal.objects.all(), *Segment.objects.all()] == []


def test_segment_is_judged_as_a_request(staff_client: Client, site: Site) -> None:
    fields = {"site": site.pk, "name": "Chrome"}
    wrong = '[{"dimension": "shoe_size", "operator": "is", "values": ["44"]}]'
    right = '[{"dimension": "browser", "operator": "is", "values": ["Chrome"]}]'

    refused = staff_client.post(url("segment", "add"), fields | {"filters": wrong})
    staff_client.post(url("segment", "add"), fields | {"filters": right})

    assert "“shoe_size” cannot be filtered by" in refused.content.decode()
    assert Segment.objects.get().filters == [BROWSER_IS_CHROME]


@pytest.mark.parametrize("filters", ["", "[]", "{}", "[", "null", '["\\ud800"]', '"\\u0000"'])
def test_segment_without_filters_is_refused(staff_client: Client, site: Site, filters: str) -> None:
    fields = {"site": site.pk, "name": "Chrome", "filters": filters}

    response = staff_client.post(url("segment", "add"), fields)

    assert response.status_code == 200
    assert not Segment.objects.exists()


@pytest.mark.parametrize("model", ["goal", "funnel", "segment"])
def test_owner_is_sent_away(client: Client, owner: User, site: Site, model: str) -> None:
    client.force_login(owner)

    assert client.get(url(model, "changelist")).status_code in {302, 403}
    assert client.get(url(model, "add")).status_code in {302, 403}
