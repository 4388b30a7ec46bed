"""The bar above a report: ways to other sites and other pages of this one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site

HOSTILE = '"><script>alert(1)</script>'


def open_report(client: Client, site: Site, query: str = "") -> Any:
    return client.get(reverse("site_report", args=[site.pk]) + query)


def make_sites(owner: User, count: int, name: str = "Site") -> list[Site]:
    return [
        Site.objects.create(owner=owner, name=f"{name} {number}", domain=f"{number}.example")
        for number in range(count)
    ]


def test_other_site_is_opened_with_the_same_period_and_without_filters(
    signed_in: Client, site: Site, owner: User
) -> None:
    [other] = make_sites(owner, 1)

    page = open_report(
        signed_in, site, "?period=7d&compare=year&filter=os:is:Linux&metric=visits"
    ).content.decode()

    assert f'href="/sites/{other.pk}/?period=7d&amp;compare=year"' in page


@pytest.mark.parametrize(("count", "is_searched"), [(7, False), (8, True)])
def test_long_list_of_sites_can_be_searched(
    signed_in: Client, site: Site, owner: User, count: int, is_searched: bool
) -> None:
    make_sites(owner, count - 1)

    page = open_report(signed_in, site).content.decode()

    assert ("data-site-search" in page) == is_searched
    # Without JavaScript there is nothing to type into, and the whole list.
    assert ("data-site-search hidden" in page) == is_searched
    assert page.count('<li data-words="') == count


def test_number_of_sites_costs_no_statement(
    signed_in: Client, site: Site, owner: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(9):
        open_report(signed_in, site)
    make_sites(owner, 20)

    with django_assert_num_queries(9):
        open_report(signed_in, site)


def test_names_of_sites_are_text(signed_in: Client, site: Site, owner: User) -> None:
    make_sites(owner, 8, name=HOSTILE)

    page = open_report(signed_in, site).content.decode()

    assert "<script>alert" not in page


def test_visitors_now_lead_to_the_live_page(signed_in: Client, site: Site) -> None:
    page = open_report(signed_in, site, "?filter=os:is:Linux").content.decode()

    assert re.search(r'<a id="now"[^>]* href="live/\?period=28d&amp;filter=os%3Ais%3ALinux"', page)


def test_export_asks_what_is_shown(signed_in: Client, site: Site) -> None:
    shown = open_report(signed_in, site, "?period=7d&filter=os:is:Linux&metric=visits")

    question = shown.context["bar"].question
    export = signed_in.get(reverse("site_export_all", args=[site.pk]) + question)

    assert question == "?period=7d&filter=os%3Ais%3ALinux&compare=previous"
    assert f"export/all.zip{question}".replace("&", "&amp;") in shown.content.decode()
    assert export.status_code == 200
