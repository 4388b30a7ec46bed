"""Panels of a report: what they list, what they say where there is nothing, and the changes of their rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.tests.factory import GOOGLE, LAPTOP, PHONE, Origin, make_visit

NOW = timezone.now()


def part(client: Client, site: Site, query: str, target: str) -> Any:
    headers = {"hx-request": "true", "hx-target": target}
    return client.get(reverse("site_report", args=[site.pk]) + query, headers=headers)


def panel(client: Client, site: Site, query: str, name: str) -> Any:
    return part(client, site, query, f"panel-{name}").context["panel"]


def chosen(links: Any) -> list[str]:
    return [link.label for link in links if link.is_chosen]


@pytest.mark.parametrize("rows", [1, 9, 10])
def test_panel_shows_nine_rows_at_most_and_leads_to_all(
    signed_in: Client, site: Site, rows: int
) -> None:
    make_visit(site, started_at=NOW, pageviews=[f"/{row}" for row in range(rows)])

    pages = panel(signed_in, site, "?period=7d", "pages")

    assert len(pages.rows) == min(rows, 9)
    assert pages.details_url == "details/page/?period=7d"


def test_campaigns_can_be_listed_by_each_of_their_texts(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, origin=Origin(utm_source="letter", utm_medium="mail"))

    sources = panel(signed_in, site, "?sources=utm_medium", "sources")

    assert (chosen(sources.tabs), chosen(sources.variants)) == (["Campaigns"], ["Medium"])
    assert [row.label for row in sources.rows] == ["mail"]


@pytest.mark.parametrize(
    ("query", "dimension", "labels"),
    [
        ("?devices=browser", "browser", ["Firefox", "Safari"]),
        ("?devices=browser_version", "browser_version", ["Firefox 120", "Safari 17"]),
        ("?devices=browser&filter=browser:is:Safari", "browser_version", ["Safari 17"]),
        ("?devices=os&filter=os:is:iOS", "os_version", ["iOS 17"]),
        ("?devices=browser&filter=browser:is_not:Safari", "browser", ["Firefox"]),
        ("?devices=browser&filter=browser:is:Safari|Firefox", "browser", ["Firefox", "Safari"]),
    ],
)
def test_versions_are_listed_of_the_one_that_is_filtered_by(
    signed_in: Client, site: Site, query: str, dimension: str, labels: list[str]
) -> None:
    make_visit(site, started_at=NOW, equipment=LAPTOP)
    make_visit(site, started_at=NOW, equipment=PHONE)

    devices = panel(signed_in, site, query, "devices")

    assert [row.label for row in devices.rows] == labels
    assert devices.details_url.startswith(f"details/{dimension}/")
    assert len(chosen(devices.tabs)) == 1


def test_hosts_have_a_tab_where_there_are_several(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, pageviews=["/"])
    of_one = [tab.label for tab in panel(signed_in, site, "", "pages").tabs]
    make_visit(site, started_at=NOW, pageviews=["//shop.example.com/"])

    of_two = [tab.label for tab in panel(signed_in, site, "", "pages").tabs]

    assert "Hosts" not in of_one
    assert "Hosts" in of_two


def test_chosen_list_of_hosts_keeps_its_tab(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW)

    assert chosen(panel(signed_in, site, "?pages=hostname", "pages").tabs) == ["Hosts"]


@pytest.mark.parametrize(
    ("query", "title", "text"),
    [
        ("?sources=utm_campaign", "No campaigns in this period", "Add utm_source and utm_campaign"),
        (
            "?sources=utm_term",
            "Nothing with utm_term in this period",
            "Add utm_term to your links.",
        ),
        ("?sources=utm_term&filter=os:is:A", "Nothing with these filters", "Take one away"),
        ("?period=yesterday", "Nothing in this period", "Choose another period above."),
    ],
)
def test_empty_panel_says_what_would_fill_it(
    signed_in: Client, site: Site, query: str, title: str, text: str
) -> None:
    make_visit(site, started_at=NOW)

    sources = panel(signed_in, site, query, "sources")

    assert (sources.empty.title, sources.details_url, sources.changes_url) == (title, "", "")
    assert sources.empty.text.startswith(text)
    assert sources.empty.url.endswith("#campaigns") is text.startswith("Add utm_")


def test_changes_come_for_the_rows_that_are_shown(signed_in: Client, site: Site) -> None:
    for days in (1, 2, 40):
        make_visit(site, started_at=NOW - dt.timedelta(days=days), origin=GOOGLE)
    [row] = panel(signed_in, site, "", "sources").rows

    response = part(signed_in, site, "", "panel-sources-changes")

    [change] = response.context["changes"]
    assert (change.id, change.change.title) == (row.change_id, "2, before 1")
    assert f'id="{row.change_id}" hx-swap-oob="true"' in response.content.decode()


def test_page_with_all_panels_has_the_changes_at_once(signed_in: Client, site: Site) -> None:
    for days in (1, 2, 40):
        make_visit(site, started_at=NOW - dt.timedelta(days=days), origin=GOOGLE)

    sources = panel(signed_in, site, "?panels=all", "sources")

    assert sources.rows[0].change.title == "2, before 1"
    assert (sources.has_changes, sources.changes_url) == (True, "")


def test_nothing_asks_for_changes_without_a_comparison(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW)

    assert panel(signed_in, site, "?compare=none", "sources").changes_url == ""
    changes = part(signed_in, site, "?compare=none", "panel-sources-changes").context["changes"]
    assert changes == []


def test_behaviour_has_no_changes(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW)

    response = part(signed_in, site, "?behaviour=funnel", "panel-behaviour-changes")

    assert "visits/site_report.html" in [template.name for template in response.templates]
