"""The form for a new site in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.models import User


@pytest.mark.parametrize(
    ("zone", "proposed"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("Asia/Calcutta", "Asia/Kolkata"), ("UTC", "UTC")],
)
def test_new_site_is_proposed_the_time_zone_of_who_adds_it(
    live_server: Any, browser: Browser, owner: User, zone: str, proposed: str
) -> None:
    client = Client()
    client.force_login(owner)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(timezone_id=zone)
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page = context.new_page()

    page.goto(live_server.url + reverse("site_add"))

    assert page.locator("[name=time_zone]").input_value() == proposed
    context.close()
