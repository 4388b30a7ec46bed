"""Asking the API as an owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.tests.factory import NOON

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def fixed_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def owner_client(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def ask(owner_client: Client, site: Site) -> Ask:
    """Return a function that asks about the owner's site and returns status and JSON."""

    def ask(path: str, **parameters: str) -> tuple[int, Any]:
        response = owner_client.get(f"/api/v1/sites/{site.pk}/{path}", parameters)
        return response.status_code, response.json()

    return ask
