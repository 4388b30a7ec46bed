"""A funnel drawn as steps."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.utils import timezone

from sites.models import Site
from visits.models import Funnel
from visits.tests.dashboard.behaviour.asking import (
    PER_CENT,
    ask,
    page_of,
    visit_now,
)
from visits.tests.factory import GOOGLE, make_visit
from visits.tests.named import make_funnel, make_goal


def test_funnel_is_steps_with_shares_and_what_is_lost_between(
    signed_in: Client, site: Site
) -> None:
    make_funnel(
        site, "Sales", [make_goal(site, "Prices", "/pricing"), make_goal(site, "Paid", "/paid")]
    )
    visit_now(site, "/pricing", "/paid")
    for _ in range(3):
        visit_now(site, "/pricing")
    visit_now(site)

    body = ask(signed_in, site, behaviour="funnel").body

    assert [(step.name, step.visits, step.share, step.bar_percent) for step in body.steps] == [
        ("Prices", "4", f"100{PER_CENT}", 100),
        ("Paid", "1", f"25{PER_CENT}", 25),
    ]
    assert [step.drop and step.drop.words for step in body.steps] == [
        None,
        f"3 visits left here, 75{PER_CENT}",
    ]
    assert body.steps[1].drop.outline == "0,0 100.0,0 25.0,10 0,10"
    assert body.summary == (
        f"1 of 5 visits went all the way: 20{PER_CENT} of all, 25{PER_CENT} of those that entered."
    )


def test_funnel_is_compared_and_filtered(signed_in: Client, site: Site) -> None:
    make_funnel(
        site, "Sales", [make_goal(site, "Prices", "/pricing"), make_goal(site, "Paid", "/paid")]
    )
    for days, visits in ((0, 3), (8, 2)):
        for _ in range(visits):
            start = timezone.now() - dt.timedelta(days=days)
            make_visit(site, started_at=start, pageviews=("/pricing",), origin=GOOGLE)
    visit_now(site, "/pricing")

    body = ask(signed_in, site, period="7d", behaviour="funnel", filter="source:is:Google").body

    assert body.steps[0].visits == "3"
    assert (body.steps[0].change.direction, body.steps[0].change.title) == ("up", "3, before 2")


def test_funnel_is_chosen_by_its_number(signed_in: Client, site: Site) -> None:
    visit_now(site)
    first, second = make_funnel(site, "A"), make_funnel(site, "B")

    bodies = [
        ask(signed_in, site, behaviour="funnel").body,
        ask(signed_in, site, behaviour="funnel", funnel=second.pk).body,
    ]

    assert [body.funnels.chosen for body in bodies] == ["A", "B"]
    assert [link.chosen for link in bodies[0].funnels.links] == [
        f"funnel={first.pk}",
        f"funnel={second.pk}",
    ]


def test_funnel_without_steps_says_so_in_place(signed_in: Client, site: Site) -> None:
    visit_now(site)
    Funnel.objects.create(site=site, name="Empty")

    page = page_of(signed_in, site, behaviour="funnel")

    assert "The funnel has no steps." in page
    assert "Empty" in page


def test_funnel_that_nobody_entered_divides_by_nothing(signed_in: Client, site: Site) -> None:
    visit_now(site)
    make_funnel(site, "Sales")

    body = ask(signed_in, site, behaviour="funnel").body

    assert body.summary == "No visit entered this funnel in this period."
    assert [(step.share, step.bar_percent) for step in body.steps] == [("–", 0), ("–", 0)]
    assert body.steps[1].drop.words == "0 visits left here"
