"""The badge of a link: visitors as a picture and as JSON, where the owner wants it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.models import SharedLink
from visits.tests.factory import Equipment, make_visit
from visits.tests.named import make_link, make_segment

FORMATS = ("svg", "json")


def badge(client: Client, link: SharedLink, kind: str, query: str = "", **extra: Any) -> Any:
    return client.get(reverse(f"shared_badge_{kind}", args=[link.slug]) + query, **extra)


def texts(response: Any) -> list[str]:
    root = ElementTree.fromstring(response.content)
    return [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture
def visits(site: Site) -> None:
    """A visitor with Chrome of today, one with Firefox ten days before, one of last year."""
    now = timezone.now()
    make_visit(site, started_at=now, equipment=Equipment(browser="Chrome"))
    make_visit(site, started_at=now - dt.timedelta(days=10))
    make_visit(site, started_at=now - dt.timedelta(days=365))


def test_badge_counts_the_visitors_of_28_days(client: Client, site: Site, visits: None) -> None:
    link = make_link(site, has_badge=True)

    picture, numbers = badge(client, link, "svg"), badge(client, link, "json")

    assert picture["Content-Type"] == "image/svg+xml"
    assert texts(picture) == ["visitors", "2"]
    assert '<title id="title">2 visitors, last 28 days</title>' in picture.content.decode()
    assert numbers.json() == {"visitors": 2, "period": "28d", "label": "2"}


def test_badge_counts_another_period(client: Client, site: Site, visits: None) -> None:
    link = make_link(site, has_badge=True)

    assert badge(client, link, "json", "?period=7d").json()["visitors"] == 1
    assert badge(client, link, "json", "?period=month").json()["period"] == "month"


def test_badge_counts_the_visits_of_the_segment(client: Client, site: Site, visits: None) -> None:
    link = make_link(site, has_badge=True, segment=make_segment(site))

    assert badge(client, link, "json", "?filter=browser:is:Firefox").json()["visitors"] == 1


def test_badge_has_a_theme(client: Client, site: Site) -> None:
    link = make_link(site, has_badge=True)

    assert badge(client, link, "svg", "?theme=dark").content != badge(client, link, "svg").content


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("query", ["?period=year", "?period=", "?theme=neon", "?period=7d;"])
def test_wrong_wish_is_said(client: Client, site: Site, kind: str, query: str) -> None:
    link = make_link(site, has_badge=True)

    response = badge(client, link, kind, query)

    assert response.status_code == (200 if query == "?period=" else 400)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"password": "correct horse"},
        {"has_badge": True, "expires_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
)
def test_badge_is_not_there_unless_it_is_wanted(
    client: Client, site: Site, kind: str, fields: dict[str, Any]
) -> None:
    assert badge(client, make_link(site, **fields), kind).status_code == 404


@pytest.mark.parametrize("kind", FORMATS)
def test_badge_is_kept_for_ten_minutes(client: Client, site: Site, visits: None, kind: str) -> None:
    link = make_link(site, has_badge=True)

    first = badge(client, link, kind)
    again = badge(client, link, kind, headers={"if-none-match": first["ETag"]})

    assert {"public", "max-age=600"} <= set(first["Cache-Control"].split(", "))
    assert "Cookie" not in first.get("Vary", "")
    assert (again.status_code, again.content) == (304, b"")


def test_any_page_may_read_the_numbers(client: Client, site: Site) -> None:
    response = badge(client, make_link(site, has_badge=True), "json")

    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("kind", FORMATS)
def test_badge_takes_few_statements(
    client: Client, site: Site, kind: str, django_assert_max_num_queries: Any
) -> None:
    link = make_link(site, has_badge=True)

    with django_assert_max_num_queries(5):
        badge(client, link, kind)
