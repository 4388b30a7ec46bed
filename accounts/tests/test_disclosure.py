"""What is left of an address for those who may not see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import ResolverMatch

from accounts.disclosure import disclosing, is_disclosed, mask_addresses, masked
from accounts.models import User


class Asker:
    """Somebody with or without the permission."""

    def __init__(self, *, may_see: bool) -> None:
        self.may_see = may_see

    def has_perm(self, name: str) -> bool:
        return self.may_see and name == "accounts.see_addresses"


def request_of(asker: Asker, app: str = "admin") -> Any:
    request: Any = RequestFactory().get("/")
    request.user = asker
    request.resolver_match = ResolverMatch(lambda _: None, (), {}, app_names=[app])
    return request


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("ada@example.org", "a•••@e•••.org"),
        ("ada.lovelace@mail.example.co.uk", "a•••@m•••.uk"),
        ("root@localhost", "r•••@l•••"),
        ("Ada Lovelace", "•••"),
        ("", "•••"),
    ],
)
def test_address_is_masked_but_for_its_beginnings(address: str, left: str) -> None:
    assert masked(address) == left


def test_addresses_are_masked_where_they_stand_in_a_text() -> None:
    text = "Added recipient “Ada <ada@example.org>”, bob@x.de."

    assert mask_addresses(text) == "Added recipient “Ada <a•••@e•••.org>”, b•••@x•••.de."


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (None, "a•••@e•••.org"),
        (request_of(Asker(may_see=False)), "a•••@e•••.org"),
        (request_of(Asker(may_see=True), "owners"), "a•••@e•••.org"),
        (request_of(Asker(may_see=True)), "Ada"),
    ],
    ids=["no request", "not permitted", "elsewhere", "admin"],
)
def test_people_are_named_in_the_admin_to_those_who_may_know(request_: Any, name: str) -> None:
    ada = User(email="ada@example.org", display_name="Ada")

    with disclosing(request_):
        assert str(ada) == name


def test_nothing_is_disclosed_after_a_request() -> None:
    with disclosing(request_of(Asker(may_see=True))):
        assert is_disclosed()

    assert not is_disclosed()
