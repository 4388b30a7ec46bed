"""The period of a site that is shown again, and what is never remembered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site
from visits.dashboard.remembered_period import COOKIE


def open_report(client: Client, site: Site, query: str = "", **headers: str) -> Any:
    return client.get(reverse("site_report", args=[site.pk]) + query, headers=headers)


def label(response: Any) -> str:
    return str(response.context["bar"].period.label)


def keep(client: Client, site: Site, text: str) -> None:
    client.cookies[COOKIE] = text
    client.cookies[COOKIE]["path"] = reverse("site_report", args=[site.pk])


def test_chosen_period_and_comparison_are_shown_again(signed_in: Client, site: Site) -> None:
    open_report(signed_in, site, "?period=7d&compare=year&match_weekdays=1")

    again = open_report(signed_in, site)

    assert label(again) == "Last 7 days"
    assert again.context["bar"].comparison.label == "Year before"
    assert again.context["address"] == "?period=7d&compare=year&match_weekdays=1"


def test_cookie_belongs_to_the_pages_of_the_site(signed_in: Client, site: Site) -> None:
    cookie = open_report(signed_in, site, "?period=7d").cookies[COOKIE]

    assert cookie["path"] == f"/sites/{site.pk}/"
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)
    assert cookie.value == "period=7d"


def test_default_can_be_chosen_like_any_other_period(signed_in: Client, site: Site) -> None:
    shown = open_report(signed_in, site, "?period=7d")
    [default] = [link for link in shown.context["bar"].period.links if link.label == "Last 28 days"]

    open_report(signed_in, site, default.url)

    assert default.url == "?period=28d"
    assert label(open_report(signed_in, site)) == "Last 28 days"


def test_every_page_says_its_period_in_the_address(signed_in: Client, site: Site) -> None:
    # Who comes back to this page must not find the period that was chosen after it.
    page = open_report(signed_in, site).content.decode()

    assert 'data-address="?period=28d"' in page
    assert "data-address" not in open_report(signed_in, site, "?period=7d").content.decode()


def test_address_wins_over_what_is_remembered(signed_in: Client, site: Site) -> None:
    keep(signed_in, site, "period=7d")

    assert label(open_report(signed_in, site, "?period=today")) == "Today"
    assert label(open_report(signed_in, site, "?filter=os:is:Linux")) == "Last 28 days"


@pytest.mark.parametrize(
    "text",
    [
        "period=century",
        "period=custom&from=2026-01-01&to=2026-01-05",
        "compare=yesteryear",
        "period=7d&" + "x" * 200,
        "period=<script>",
        '"',
    ],
)
def test_wrong_cookie_is_forgotten(signed_in: Client, site: Site, text: str) -> None:
    keep(signed_in, site, text)

    shown = open_report(signed_in, site)

    assert shown.status_code == 200
    assert label(shown) == "Last 28 days"
    assert shown.cookies[COOKIE]["max-age"] == 0


def test_cookie_chooses_nothing_but_period_and_comparison(signed_in: Client, site: Site) -> None:
    keep(signed_in, site, "period=7d&filter=os:is:Linux&metric=visits")

    shown = open_report(signed_in, site)

    assert shown.context["address"] == "?period=7d"
    assert shown.context["chips"] == []


@pytest.mark.parametrize(
    "query", ["?period=custom&from=2026-01-01&to=2026-01-05", "?metric=visits", "?period=century"]
)
def test_days_of_a_calendar_and_other_choices_are_not_remembered(
    signed_in: Client, site: Site, query: str
) -> None:
    keep(signed_in, site, "period=7d")

    assert COOKIE not in open_report(signed_in, site, query).cookies


@pytest.mark.parametrize(
    ("origin", "is_kept"), [("same-origin", True), ("cross-site", False), ("none", False)]
)
def test_link_from_elsewhere_is_shown_and_not_remembered(
    signed_in: Client, site: Site, origin: str, is_kept: bool
) -> None:
    shown = open_report(signed_in, site, "?period=7d", **{"sec-fetch-site": origin})

    assert label(shown) == "Last 7 days"
    assert (COOKIE in shown.cookies) == is_kept


def test_nothing_is_written_again_that_is_known(signed_in: Client, site: Site) -> None:
    keep(signed_in, site, "period=7d")

    assert COOKIE not in open_report(signed_in, site, "?period=7d").cookies
    assert COOKIE not in open_report(signed_in, site).cookies
