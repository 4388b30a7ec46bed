"""The front page, and the sites of an owner at a glance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.tests.factory import make_visit

# The front page


def test_front_page_is_for_everybody(client: Client, db: None) -> None:
    page = client.get("/").content.decode()

    assert reverse("account_signup") in page
    assert reverse("account_login") in page


def test_front_page_leads_a_signed_in_owner_to_the_own_sites(signed_in: Client) -> None:
    assert signed_in.get("/")["Location"] == reverse("site_list")


# My sites


def test_list_shows_own_sites_only(signed_in: Client, site: Site, stranger: User) -> None:
    Site.objects.create(owner=stranger, name="Other", domain="other.example")

    page = signed_in.get(reverse("site_list")).content.decode()

    assert "example.com" in page
    assert "other.example" not in page


def test_list_without_sites_offers_to_add_one(signed_in: Client) -> None:
    page = signed_in.get(reverse("site_list")).content.decode()

    assert "No sites yet" in page
    assert reverse("site_add") in page


def test_card_shows_the_visitors_of_seven_days(signed_in: Client, site: Site) -> None:
    for days in (0, 1, 6):
        make_visit(site, started_at=timezone.now() - dt.timedelta(days=days))

    [card] = signed_in.get(reverse("site_list")).context["cards"]

    assert (card.name, card.value, card.has_hits) == ("Example", "3", True)


def test_card_is_headed_by_the_name_of_the_site(signed_in: Client, owner: User) -> None:
    Site.objects.create(owner=owner, name="Our shop", domain="shop.example")
    Site.objects.create(owner=owner, name="zoo.example", domain="zoo.example")

    cards = signed_in.get(reverse("site_list")).context["cards"]

    assert [(card.name, card.domain) for card in cards] == [
        ("Our shop", "shop.example"),
        ("zoo.example", ""),
    ]


def test_sites_stand_in_the_order_of_their_names_whatever_the_capitals(
    signed_in: Client, owner: User
) -> None:
    for name in ("Zoo", "Über uns", "atelier", "Demo", "ähre", "demo"):
        Site.objects.create(owner=owner, name=name, domain=f"s{Site.objects.count()}.example")

    cards = signed_in.get(reverse("site_list")).context["cards"]

    names = ["atelier", "Demo", "demo", "Zoo", "ähre", "Über uns"]
    assert [card.name for card in cards] == names
    report = signed_in.get(cards[0].url).context["bar"]
    assert [site.name for site in report.sites] == names


def test_card_of_a_new_site_leads_to_its_snippet(signed_in: Client, site: Site) -> None:
    page = signed_in.get(reverse("site_list")).content.decode()

    assert reverse("site_install", args=[site.pk]) in page


@pytest.mark.parametrize(
    ("search", "found"), [("EXAMP", 1), ("first", 1), ("nothing", 0), ("", 1), ("a\x00b", 1)]
)
def test_list_is_searched_by_name_and_domain(
    signed_in: Client, owner: User, search: str, found: int
) -> None:
    Site.objects.create(owner=owner, name="My first", domain="example.com")

    response = signed_in.get(reverse("site_list"), {"q": search})

    assert len(response.context["cards"]) == found


def test_search_says_how_many_sites_fit(signed_in: Client, owner: User) -> None:
    for name in ("<b>One</b>", "Two", "Other"):
        Site.objects.create(owner=owner, name=name, domain=f"{len(name)}.example")

    page = signed_in.get(reverse("site_list"), {"q": "<b>"}).content.decode()

    assert "1 site fits “&lt;b&gt;”." in page
    assert "fit “" not in signed_in.get(reverse("site_list")).content.decode()


def test_list_takes_the_same_queries_however_many_sites(
    signed_in: Client, owner: User, django_assert_num_queries: Any
) -> None:
    def add_sites(count: int) -> None:
        for number in range(count):
            name = f"{Site.objects.count()}-{number}"
            make_visit(Site.objects.create(owner=owner, name=name, domain=f"{name}.example"))

    add_sites(2)
    with django_assert_num_queries(11) as few:
        signed_in.get(reverse("site_list"))
    add_sites(49)
    with django_assert_num_queries(len(few)):
        signed_in.get(reverse("site_list"))
