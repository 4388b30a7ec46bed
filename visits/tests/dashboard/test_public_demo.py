"""The report of the demo site for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.demo import DOMAIN, EMAIL
from sites.models import Site
from visits.tests.factory import make_visit

PARTS = ("/demo/", "/demo/live/", "/demo/details/page/", "/demo/filter/")


@pytest.fixture
def demo_site(db: None) -> Site:
    owner = User.objects.create_user(EMAIL, "correct horse battery")
    site = Site.objects.create(owner=owner, name="Demo site", domain=DOMAIN)
    make_visit(site)
    return site


@pytest.fixture
def is_public(settings: Any) -> None:
    settings.PUBLIC_DEMO = True


@pytest.mark.parametrize("path", PARTS)
def test_everybody_reads_the_demo(
    client: Client, demo_site: Site, is_public: None, path: str
) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "Demo site" in answer.text
    assert answer["X-Robots-Tag"].startswith("noindex")


@pytest.mark.parametrize("path", PARTS)
def test_demo_is_not_there_unless_it_is_switched_on(
    client: Client, demo_site: Site, path: str
) -> None:
    assert client.get(path).status_code == 404


def test_there_is_no_demo_without_its_site(client: Client, db: None, is_public: None) -> None:
    assert client.get("/demo/").status_code == 404


def test_site_of_the_same_name_is_no_demo(client: Client, owner: User, is_public: None) -> None:
    Site.objects.create(owner=owner, name="Mine", domain=DOMAIN)

    assert client.get("/demo/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_demo_is_only_read(client: Client, demo_site: Site, is_public: None, method: str) -> None:
    assert getattr(client, method)("/demo/").status_code == 405


def test_demo_leads_to_no_settings(client: Client, demo_site: Site, is_public: None) -> None:
    page = client.get("/demo/?panels=all").text

    assert reverse("site_settings", args=[demo_site.pk]) not in page
    assert f"/sites/{demo_site.pk}/" not in page


def test_front_page_leads_to_the_demo_where_there_is_one(
    client: Client, demo_site: Site, settings: Any
) -> None:
    assert "/demo/" not in client.get("/").text

    settings.PUBLIC_DEMO = True

    assert 'href="/demo/"' in client.get("/").text
