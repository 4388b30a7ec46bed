"""Deleting goals, who may see them, and texts that mean harm."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Goal
from visits.tests.dashboard.settings.goal_posted import form_of
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import make_event_goal, make_funnel, make_goal

HOSTILE = '"><img src=x onerror=alert(1)>\u202e'


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_goals", args=[site.pk])


def test_goal_is_deleted_after_a_question(signed_in: Client, site: Site, list_url: str) -> None:
    goal = make_goal(site)
    url = reverse("site_goal_delete", args=[site.pk, goal.pk])

    question = signed_in.get(url)
    assert Goal.objects.exists()
    response = signed_in.post(url)

    assert "Delete Thanks?" in question.content.decode()
    assert response["Location"] == list_url
    assert not Goal.objects.exists()


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 409)])
def test_goal_that_a_funnel_needs_stays(
    signed_in: Client, site: Site, method: str, status: int
) -> None:
    goals = [make_goal(site, name, f"/{name}") for name in ("first", "second")]
    make_funnel(site, "Sales", goals)

    response = getattr(signed_in, method)(reverse("site_goal_delete", args=[site.pk, goals[0].pk]))

    page = response.content.decode()
    assert response.status_code == status
    assert "A funnel has it as a step." in page
    assert ">Sales</a>" in page
    assert Goal.objects.count() == 2


@pytest.mark.parametrize("page", ["site_goals", "site_goal_add", "site_goal", "site_goal_delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_finds_no_goals(
    client: Client, site: Site, stranger: User, page: str, method: str
) -> None:
    goal = make_goal(site)
    arguments = [site.pk, goal.pk] if page in {"site_goal", "site_goal_delete"} else [site.pk]
    url = reverse(page, args=arguments)

    anonymous = getattr(client, method)(url)
    client.force_login(stranger)
    response = getattr(client, method)(url, form_of())

    assert anonymous["Location"].startswith(reverse("account_login"))
    assert response.status_code == (405 if (page, method) == ("site_goals", "post") else 404)
    assert Goal.objects.get() == goal


def test_goal_of_another_site_of_the_owner_is_not_found(
    signed_in: Client, owner: User, site: Site
) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    goal = make_goal(other)

    for page in ("site_goal", "site_goal_delete"):
        assert signed_in.post(reverse(page, args=[site.pk, goal.pk])).status_code == 404


def test_hostile_texts_are_shown_as_text(signed_in: Client, site: Site) -> None:
    visit = make_visit(site, started_at=timezone.now(), pageviews=[f"/{HOSTILE}"])
    make_hit(visit, event=HOSTILE, properties={HOSTILE: HOSTILE})
    goal = make_event_goal(site, HOSTILE, HOSTILE, (HOSTILE, "is", HOSTILE))

    pages = [
        signed_in.get(reverse(page, args=arguments)).content.decode()
        for page, arguments in (
            ("site_goals", [site.pk]),
            ("site_goal_add", [site.pk]),
            ("site_goal", [site.pk, goal.pk]),
            ("site_goal_delete", [site.pk, goal.pk]),
        )
    ]

    assert not any("<img src=x" in page for page in pages)
    assert "\u202e" not in pages[0] + pages[3]
