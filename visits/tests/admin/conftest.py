"""The admin's visitors, and a fixed day."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from visits.admin import filters
from visits.tests.admin.factories import TODAY


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "today", lambda: TODAY)


@pytest.fixture
def staff_client(client: Client, staff: User) -> Client:
    """A browser in which a superuser is signed in."""
    client.force_login(staff)
    return client
