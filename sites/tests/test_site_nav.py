"""The way between the pages of a site."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from sites.site_nav import SETTINGS, current_label, nav_groups

CURRENT = re.compile(r'<a (?:class="menu-item" )?href="([^"]+)" aria-current="(\w+)"')


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.mark.parametrize("route", ["site_install", *(page.route for page in SETTINGS)])
def test_each_page_says_that_it_is_shown(signed_in: Client, site: Site, route: str) -> None:
    url = reverse(route, args=[site.pk])

    page = signed_in.get(url).content.decode()

    # In the list beside the page, and in the menu of small screens.
    assert CURRENT.findall(page) == [(url, "page")] * 2


def test_page_below_another_belongs_to_it(signed_in: Client, site: Site) -> None:
    page = signed_in.get(reverse("site_reset", args=[site.pk])).content.decode()

    assert CURRENT.findall(page) == [(reverse("site_data", args=[site.pk]), "true")] * 2


def test_every_link_leads_to_a_page(signed_in: Client, site: Site) -> None:
    links = [link for group in nav_groups(site, "") for link in group.links]

    assert {signed_in.get(link.url).status_code for link in links} == {200}


def test_menu_is_named_after_the_page_that_is_shown(site: Site) -> None:
    assert current_label(nav_groups(site, "site_counting")) == "Exclusions"
    assert current_label(nav_groups(site, "site_add")) == ""


def test_name_of_a_site_is_shown_as_text(signed_in: Client, site: Site) -> None:
    Site.objects.update(name='<img src=x onerror="alert(1)">')

    page = signed_in.get(reverse("site_settings", args=[site.pk])).content.decode()

    assert "<img src=x" not in page
