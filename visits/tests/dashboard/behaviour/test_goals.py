"""Goals in the panel of what visitors did: conversions, their rate, revenue."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site
from visits.tests.dashboard.behaviour.asking import (
    PANEL,
    PER_CENT,
    ask,
    earn,
    heads,
    numbers,
    page_of,
    visit_now,
)
from visits.tests.dashboard.pages import report_url
from visits.tests.factory import make_hit
from visits.tests.named import make_event_goal, make_goal, make_link


def test_goals_have_visitors_rate_conversions_and_revenue(signed_in: Client, site: Site) -> None:
    make_goal(site, "Prices seen", "/pricing")
    make_event_goal(site, "Bought", "Buy")
    buyer = visit_now(site, "/pricing")
    earn(make_hit(buyer, event="Buy"), 20)
    earn(make_hit(buyer, event="Buy"), 5, "USD")
    visit_now(site, "/pricing")
    visit_now(site)

    table = ask(signed_in, site).body.table

    assert heads(table) == ["Visitors", "Conversion rate", "Conversions", "Revenue"]
    assert numbers(table) == {
        "Prices seen": ["2", f"67{PER_CENT}", "2", "–"],
        "Bought": [
            "1",
            f"33{PER_CENT}",
            "2",
            "20.00\N{NO-BREAK SPACE}EUR + 5.00\N{NO-BREAK SPACE}USD",
        ],
    }


def test_site_that_sells_nothing_has_no_column_for_revenue(signed_in: Client, site: Site) -> None:
    make_event_goal(site, "Signed up", "Sign up")
    make_hit(visit_now(site), event="Sign up")

    assert heads(ask(signed_in, site).body.table) == [
        "Visitors",
        "Conversion rate",
        "Conversions",
    ]


def test_goal_leads_to_the_report_filtered_by_it(signed_in: Client, site: Site) -> None:
    make_goal(site, "Prices seen", "/pricing")
    visit_now(site, "/pricing")
    visit_now(site)

    [row] = ask(signed_in, site, period="7d").body.table.rows
    filtered = signed_in.get(report_url(site, row.filter.url))

    assert [chip.words for chip in filtered.context["chips"]] == ["Goal is Prices seen"]
    assert filtered.context["tiles"][0].value == "1"


def test_site_without_goals_leads_to_where_they_are_set(signed_in: Client, site: Site) -> None:
    visit_now(site)

    empty = ask(signed_in, site).empty

    assert empty.title == "No goals yet"
    assert empty.url == reverse("site_goals", args=[site.pk])
    assert empty.url in page_of(signed_in, site)


@pytest.mark.parametrize("tab", ["goal", "event", "property", "funnel", "flow"])
def test_reader_of_a_shared_report_is_led_nowhere_else(
    client: Client, site: Site, tab: str
) -> None:
    visit_now(site)
    url = reverse("shared_report", args=[make_link(site, panels=["behaviour"]).slug])
    headers = {"hx-request": "true", "hx-target": PANEL}

    response = client.get(f"{url}?behaviour={tab}", headers=headers)

    assert response.status_code == 200
    assert "/sites/" not in response.content.decode()
