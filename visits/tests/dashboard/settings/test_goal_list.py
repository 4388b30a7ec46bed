"""The list of a site's goals: what they mean, and how often they were met."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.dashboard.settings import goals as goal_settings
from visits.dashboard.settings.goal_numbers import GoalNumbers
from visits.reports.lost_days import LostDays
from visits.tests.factory import make_visit
from visits.tests.named import make_event_goal, make_goal, make_scroll_goal


@pytest.fixture
def add_url(site: Site) -> str:
    return reverse("site_goal_add", args=[site.pk])


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_goals", args=[site.pk])


def test_list_says_what_goals_mean(signed_in: Client, site: Site, list_url: str) -> None:
    make_goal(site, "Bought", "/thanks")
    make_goal(site, "Read", "/blog/**")
    make_goal(site, "Came", "/**")
    make_scroll_goal(site, "Whole article", "/blog/*", 90)
    make_event_goal(site, "Paid", "Signup", ("plan", "is_not", "Free"), ("plan", "contains", "P"))

    rows = signed_in.get(list_url).context["rows"]

    assert {row.name: (row.words.sentence, row.words.conditions) for row in rows} == {
        "Bought": ("/thanks is viewed", ()),
        "Read": ("A page like /blog/** is viewed", ()),
        "Came": ("Any page is viewed", ()),
        "Whole article": ("/blog/* is read down to 90 %", ()),
        "Paid": ("The event Signup happens", ("plan is not Free", "plan contains P")),
    }


def test_list_counts_the_last_28_days(signed_in: Client, site: Site, list_url: str) -> None:
    now = timezone.now()
    make_goal(site, "Bought", "/thanks")
    make_visit(site, started_at=now, pageviews=["/", "/thanks", "/thanks"])
    make_visit(site, started_at=now, pageviews=["/"])
    make_visit(site, started_at=now - dt.timedelta(days=40), pageviews=["/thanks"])

    [row] = signed_in.get(list_url).context["rows"]

    assert row.numbers == GoalNumbers(visitors=1, rate=0.5, conversions=2, revenue="")


def test_conversions_lead_to_the_report_of_who_met_the_goal(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_goal(site, "Paid, in full", "/thanks")
    make_visit(site, started_at=timezone.now(), pageviews=["/thanks"])
    make_visit(site, started_at=timezone.now(), pageviews=["/"])

    [row] = signed_in.get(list_url).context["rows"]
    report = signed_in.get(row.report_url)

    assert report.status_code == 200
    assert [tile.value for tile in report.context["tiles"]][:2] == ["1", "1"]


def test_goal_of_a_site_without_visits_has_no_rate(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_goal(site)

    [row] = signed_in.get(list_url).context["rows"]

    assert row.numbers == GoalNumbers(visitors=0, rate=None, conversions=0, revenue="")


@pytest.mark.parametrize(("goals", "statements"), [(1, 11), (2, 11), (25, 11)])
def test_list_asks_for_all_goals_of_a_page_at_once(
    signed_in: Client,
    site: Site,
    list_url: str,
    goals: int,
    statements: int,
    django_assert_num_queries: Any,
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/0"])
    for number in range(goals):
        make_goal(site, f"Goal {number:02}", "/0")

    with django_assert_num_queries(statements):
        response = signed_in.get(list_url)

    assert len(response.context["rows"]) == min(goals, 20)


def test_second_page_has_the_other_goals(signed_in: Client, site: Site, list_url: str) -> None:
    for number in range(21):
        make_goal(site, f"Goal {number:02}")

    rows = signed_in.get(list_url, {"page": "2"}).context["rows"]

    assert [row.name for row in rows] == ["Goal 20"]


def test_wrong_page_is_a_bad_request_and_shows_the_first(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_goal(site)

    response = signed_in.get(list_url, {"page": "x"})

    assert (response.status_code, len(response.context["rows"])) == (400, 1)


def test_empty_list_offers_to_add_a_goal(signed_in: Client, list_url: str, add_url: str) -> None:
    page = signed_in.get(list_url).content.decode()

    assert "No goals yet" in page
    assert add_url in page


def lose_days(*_: object) -> None:
    raise LostDays(dt.date(2026, 5, 1))


def test_goals_stand_there_also_when_numbers_cannot_be_read(
    signed_in: Client, site: Site, list_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = make_goal(site)
    monkeypatch.setattr(goal_settings, "counted_rows", lose_days)
    monkeypatch.setattr(goal_settings, "numbers_of", lose_days)

    response = signed_in.get(list_url)
    form = signed_in.get(reverse("site_goal", args=[site.pk, goal.pk]))

    [row] = response.context["rows"]
    assert (row.name, row.numbers) == ("Thanks", GoalNumbers())
    assert "their archive cannot be read" in response.content.decode()
    assert "their archive cannot be read" in form.content.decode()
