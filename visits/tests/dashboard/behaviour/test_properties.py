"""The properties of an event, value by value."""

from __future__ import annotations

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
    send,
    visit_now,
)
from visits.tests.dashboard.pages import report_url
from visits.tests.factory import make_hit


def test_properties_begin_with_the_most_frequent_event_and_key(
    signed_in: Client, site: Site
) -> None:
    first, second = visit_now(site), visit_now(site)
    send(first, "Sign up", plan="pro", coupon="MAY")
    send(first, "Sign up", plan="free")
    earn(send(second, "Sign up", plan="pro"), 9)
    send(second, "Download", file="a.pdf")
    make_hit(second, event="Click")

    body = ask(signed_in, site, behaviour="property").body

    assert body.events.chosen == "Sign up"
    assert [link.label for link in body.events.links] == ["Sign up", "Download"]
    assert [(link.label, link.is_chosen) for link in body.keys] == [
        ("plan", True),
        ("coupon", False),
    ]
    assert heads(body.table) == ["Visitors", "Share", "Events", "Revenue"]
    assert numbers(body.table) == {
        "pro": ["2", f"100{PER_CENT}", "2", "9.00\N{NO-BREAK SPACE}EUR"],
        "free": ["1", f"50{PER_CENT}", "1", "–"],
    }


def test_event_and_key_are_chosen_by_links(signed_in: Client, site: Site) -> None:
    visit = visit_now(site)
    send(visit, "Sign up", plan="pro", coupon="MAY")
    send(visit, "Download", plan="a.pdf")

    body = ask(signed_in, site, behaviour="property", event="Sign up").body
    other = (
        signed_in.get(
            report_url(site, body.keys[1].url), headers={"hx-request": "true", "hx-target": PANEL}
        )
        .context["panel"]
        .body
    )

    assert [link.label for link in other.keys if link.is_chosen] == ["plan"]
    assert numbers(other.table) == {"pro": ["1", f"100{PER_CENT}", "1"]}


def test_value_leads_to_the_report_filtered_by_it(signed_in: Client, site: Site) -> None:
    send(visit_now(site), "Sign up", **{"plan]": "pro"})

    [row] = ask(signed_in, site, behaviour="property").body.table.rows
    filtered = signed_in.get(report_url(site, row.filter.url))

    assert [chip.words for chip in filtered.context["chips"]] == ["Property plan] is pro"]


def test_event_that_does_not_occur_keeps_its_place_in_the_menu(
    signed_in: Client, site: Site
) -> None:
    send(visit_now(site), "Sign up", plan="pro")

    page = page_of(signed_in, site, behaviour="property", event="Gone", key="plan")

    assert "No such properties in this period" in page
    assert "Gone" in page
    assert "Sign up" in page


def test_key_with_slashes_and_dots_has_details(signed_in: Client, site: Site) -> None:
    send(visit_now(site), "Sign up", **{"a/../b": "1"})

    details = ask(signed_in, site, behaviour="property").body.details

    assert details.url.startswith("details/property%5Ba%2F..%2Fb%5D/?")
    page = signed_in.get(reverse("site_report", args=[site.pk]) + details.url)
    assert [row.label for row in page.context["details"].table.rows] == ["1"]
