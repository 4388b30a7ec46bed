"""What a cache may keep: nothing that depends on who is signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site

SITE_PAGES = (
    "site_report",
    "site_first_hit",
    "site_install",
    "site_settings",
    "site_delete",
    "api_site",
    "api_site_totals",
    "api_site_timeseries",
)
OTHER_PAGES = ("front", "site_list", "site_add", "profile", "account_email", "api_site_list")


def cache_control_of(client: Client, url: str) -> set[str]:
    header = client.get(url).headers.get("Cache-Control", "")
    return {directive.strip() for directive in header.split(",") if directive}


@pytest.mark.parametrize("name", SITE_PAGES)
def test_page_of_a_site_is_stored_nowhere(
    client: Client, owner: User, site: Site, name: str
) -> None:
    client.force_login(owner)

    assert {"private", "no-store"} <= cache_control_of(client, reverse(name, args=[site.pk]))


@pytest.mark.parametrize("name", OTHER_PAGES)
def test_page_of_a_person_is_stored_nowhere(client: Client, owner: User, name: str) -> None:
    client.force_login(owner)

    assert {"private", "no-store"} <= cache_control_of(client, reverse(name))


def test_admin_is_stored_nowhere(client: Client, staff: User) -> None:
    client.force_login(staff)

    assert "no-store" in cache_control_of(client, reverse("admin:index"))


def test_way_to_sign_in_is_stored_nowhere(client: Client, site: Site) -> None:
    url = reverse("site_report", args=[site.pk])

    assert "no-store" in cache_control_of(client, url)


def test_tracker_is_cached_by_everybody(client: Client, db: None) -> None:
    assert cache_control_of(client, reverse("tracker_script")) == {"public", "max-age=3600"}


@pytest.mark.parametrize("name", ["tracker_script", "healthz"])
def test_what_everybody_gets_does_not_depend_on_a_cookie(
    client: Client, owner: User, name: str, django_assert_num_queries: Any
) -> None:
    client.force_login(owner)

    with django_assert_num_queries(0):
        response = client.get(reverse(name))

    assert "Cookie" not in response.headers.get("Vary", "")
