"""Reports in frames of other pages: of those that the owner has named, and of no others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.models import SharedLink
from visits.tests.factory import make_visit
from visits.tests.named import make_link

ORIGINS = "https://blog.example.com\nhttps://shop.example.com:8443"


def embedded(client: Client, link: SharedLink, theme: str = "auto", query: str = "") -> Any:
    return client.get(reverse("embedded_report", args=[link.slug, theme]) + query)


def ancestors(response: Any) -> str:
    [directive] = [
        each.strip()
        for each in response["Content-Security-Policy"].split(";")
        if "frame-ancestors" in each
    ]
    return str(directive)


def test_named_pages_alone_may_show_it(client: Client, site: Site) -> None:
    response = embedded(client, make_link(site, embed_origins=ORIGINS))

    assert response.status_code == 200
    assert ancestors(response) == (
        "frame-ancestors https://blog.example.com https://shop.example.com:8443"
    )
    assert "X-Frame-Options" not in response
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


@pytest.mark.parametrize("route", ["shared_report", "shared_badge_svg"])
def test_everything_else_is_in_no_frame(client: Client, site: Site, route: str) -> None:
    link = make_link(site, embed_origins=ORIGINS, has_badge=True)

    response = client.get(reverse(route, args=[link.slug]))

    assert ancestors(response) == "frame-ancestors 'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_report_that_is_not_to_be_embedded_is_not_there(client: Client, site: Site) -> None:
    response = embedded(client, make_link(site))

    assert response.status_code == 404
    assert ancestors(response) == "frame-ancestors 'none'"


def test_password_is_not_asked_in_a_frame(client: Client, site: Site) -> None:
    link = make_link(site, password="correct horse")

    assert embedded(client, link).status_code == 404


def test_part_that_is_not_shown_is_not_there_in_a_frame(client: Client, site: Site) -> None:
    link = make_link(site, embed_origins=ORIGINS, panels=["pages"])

    for route, args in (("embedded_live", ()), ("embedded_details", ("browser",))):
        address = reverse(route, args=[link.slug, "auto", *args])
        assert client.get(address).status_code == 404


def test_only_the_report_is_in_the_frame(client: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now())
    link = make_link(site, embed_origins=ORIGINS, panels=["pages", "live"])

    page = embedded(client, link, query="?panels=all").content.decode()

    assert "<footer" not in page
    assert 'class="brand"' not in page
    links = re.findall(r'(?:href|action|hx-get)="([^"#]*)', page)
    inside = ("?", "/static/", "live/", "filter/", "details/")
    assert {each for each in links if each and not each.startswith(inside)} == set()


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_frame_has_the_theme_of_the_page_around_it(client: Client, site: Site, theme: str) -> None:
    page = embedded(client, make_link(site, embed_origins=ORIGINS), theme).content.decode()

    assert f'data-theme="{theme}" data-theme-fixed="{theme}"' in page


def test_there_is_no_other_theme(client: Client, site: Site) -> None:
    link = make_link(site, embed_origins=ORIGINS)

    assert client.get(f"/share/{link.slug}/embed/neon/").status_code == 404
