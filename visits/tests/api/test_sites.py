"""The sites of the API."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from sites.models import Site


def ask(client: Client, path: str) -> Any:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200
    return response.json()


def test_list_has_the_own_sites_only(
    owner_client: Client, site: Site, owner: User, stranger: User
) -> None:
    other = Site.objects.create(owner=owner, name="Another", domain="example.net")
    Site.objects.create(owner=stranger, name="Foreign", domain="example.org")

    results = ask(owner_client, "sites/")["results"]

    assert [found["id"] for found in results] == [other.pk, site.pk]


def test_site_has_named_fields_and_no_other(owner_client: Client, site: Site) -> None:
    assert ask(owner_client, f"sites/{site.pk}/") == {
        "id": site.pk,
        "name": "Example",
        "domain": "example.com",
        "key": site.key,
        "time_zone": "Europe/Berlin",
        "created_at": site.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_root_says_where_things_are(owner_client: Client, site: Site) -> None:
    links = ask(owner_client, "")

    for name in ("sites", "site", "totals", "timeseries", "breakdown"):
        url = links[name].format(site_id=site.pk, dimension=links["dimensions"][0])
        assert owner_client.get(url).status_code == 200


def test_list_takes_as_many_queries_for_many_sites(
    owner_client: Client, owner: User, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        Site.objects.create(owner=owner, name="Site", domain=f"{number}.example.com")

    with django_assert_num_queries(3):
        ask(owner_client, "sites/")
