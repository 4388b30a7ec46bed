"""Each route is either a page, and walked over, or shows none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from testing.pages import (
    NO_PAGES,
    NO_PAGES_OF_ADMIN,
    OF_ADMIN,
    OF_ANYBODY,
    OF_OWNERS,
    OF_STAFF,
    addresses,
    admin_routes,
    routes,
)

# What names something else than the pages do.
ELSEWHERE = {"key": "abc", "funnel_id": 1}


def is_page(response: Any) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    # A file that nobody reads to its end stays open.
    text = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
    return response.status_code == 200 and is_html and "<html" in text


def test_every_route_is_listed_once() -> None:
    lists = (OF_ANYBODY, OF_OWNERS, OF_STAFF, NO_PAGES)

    assert set(routes()) == set.union(*lists)
    assert len(routes()) == sum(map(len, lists))


def test_every_route_of_ours_in_the_admin_is_listed_once() -> None:
    assert set(admin_routes()) == OF_ADMIN | NO_PAGES_OF_ADMIN
    assert not OF_ADMIN & NO_PAGES_OF_ADMIN


@pytest.mark.parametrize(
    ("names", "is_signed_in"), [(OF_ANYBODY, False), (OF_OWNERS | OF_STAFF | OF_ADMIN, True)]
)
def test_pages_are_pages_for_whom_they_are(
    client: Client, owner: User, values: dict[str, object], names: set[str], is_signed_in: bool
) -> None:
    if is_signed_in:
        client.force_login(owner)

    for name, address in addresses(names, values).items():
        assert is_page(client.get(address)), name


def test_what_is_no_page_is_none(client: Client, owner: User, values: dict[str, object]) -> None:
    client.force_login(owner)
    names = NO_PAGES - {"api_unknown"} | NO_PAGES_OF_ADMIN

    for name, address in addresses(names, values | ELSEWHERE).items():
        assert not is_page(client.get(address)), name


def test_owners_and_strangers_see_nothing_of_the_admin(
    client: Client, owner: User, stranger: User, values: dict[str, object]
) -> None:
    pages = addresses(OF_ADMIN | NO_PAGES_OF_ADMIN, values)
    User.objects.filter(pk=owner.pk).update(is_staff=False, is_superuser=False)

    for person in (None, stranger, owner):
        client.logout()
        if person:
            client.force_login(person)
        for name, address in pages.items():
            assert client.get(address).status_code in {302, 403, 404, 405}, (person, name)
