"""The page of exclusions in a real browser: by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from sites.models import Site


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(
    request: pytest.FixtureRequest, live_server: Any, browser: Browser, owner: User, site: Site
) -> Iterator[Page]:
    """The page of exclusions, on the screen of a phone."""
    client = Client()
    client.force_login(owner)
    context = browser.new_context(
        viewport={"width": 390, "height": 800},
        base_url=live_server.url,
        java_script_enabled=request.param,
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(reverse("site_exclusions", args=[site.pk]))
    yield tab
    assert complaints == []
    context.close()


def test_exclusion_is_added_and_removed_by_keyboard(page: Page) -> None:
    page.get_by_label("Path").focus()
    page.keyboard.type("/admin/**")
    page.keyboard.press("Enter")
    remove = page.get_by_role("button", name="Remove /admin/**")
    expect(remove).to_be_visible()

    remove.focus()
    page.keyboard.press("Enter")

    expect(remove).to_have_count(0)


def test_wrong_pattern_is_in_sight_with_its_sentence(page: Page) -> None:
    field = page.get_by_label("Part of the user agent")
    field.fill("ab")
    field.press("Enter")

    expect(page.get_by_text("Write 3 characters or more")).to_be_in_viewport()
    expect(field).to_be_focused()
    expect(field).to_have_value("ab")


def test_own_address_is_excluded_with_one_button(page: Page) -> None:
    page.get_by_role("button", name="Exclude my address, 127.0.0.1").click()

    expect(page.get_by_text("Your own address, 127.0.0.1, is excluded.")).to_be_visible()


def test_refusals_are_one_link_away(page: Page) -> None:
    page.get_by_role("link", name="See what is refused").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Refused hits")
