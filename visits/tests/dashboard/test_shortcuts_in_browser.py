"""Keyboard shortcuts in a real browser: they follow the links of the page, but never while somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from sites.models import Site
from testing.tabs import quiet_tab, signed_in
from visits.tests.factory import make_visit


@pytest.fixture
def page(live_server: Any, browser: Browser, owner: User, site: Site) -> Iterator[Page]:
    """The report with a filter."""
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/pricing"])
    with (
        signed_in(
            browser, live_server.url, owner, viewport={"width": 1280, "height": 700}
        ) as context,
        quiet_tab(context) as tab,
    ):
        tab.goto(reverse("site_report", args=[site.pk]) + "?filter=browser:is:Firefox")
        yield tab


def test_keys_choose_periods_steps_intervals_and_filters(page: Page) -> None:
    page.keyboard.press("w")
    page.wait_for_url("**period=7d**")
    expect(page.locator("#period-menu")).to_contain_text("Last 7 days")
    page.keyboard.press("i")
    page.wait_for_url("**interval=**")
    page.keyboard.press("d")
    page.wait_for_url("**period=today**")
    expect(page.locator("#period-menu")).to_contain_text("Today")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#period-menu")).to_contain_text("Yesterday")
    page.keyboard.press("x")
    page.wait_for_url("**compare=none**")
    expect(page.locator("#compare-menu")).to_contain_text("No comparison")
    page.keyboard.press("Escape")

    expect(page.locator(".filter-words")).to_have_count(0)


def test_key_for_days_leads_into_their_form_where_keys_are_text(page: Page) -> None:
    page.keyboard.press("c")
    expect(page.locator("#period-from")).to_be_focused()

    page.keyboard.press("w")
    page.keyboard.press("Escape")
    expect(page.locator("#period-menu")).to_be_focused()
    page.keyboard.press("Control+m")
    page.keyboard.press("Shift+m")

    expect(page.locator("#period-menu")).to_contain_text("Last 28 days")
    expect(page.locator(".filter-words")).to_have_count(1)


def test_help_opens_by_a_key_and_turns_the_keys_off(page: Page) -> None:
    help_dialog = page.get_by_role("dialog", name="Keyboard shortcuts")

    page.keyboard.press("?")
    expect(help_dialog).to_be_visible()
    page.keyboard.press("w")
    page.get_by_label("Use these keys in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()
    page.keyboard.press("w")
    page.reload()
    page.keyboard.press("w")

    expect(page.locator("#period-menu")).to_contain_text("Last 28 days")
    page.locator("#more-menu").click()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    expect(help_dialog.get_by_role("checkbox")).not_to_be_checked()


def test_theme_has_a_key(page: Page) -> None:
    page.keyboard.press("t")

    expect(page.locator(":root")).to_have_attribute("data-theme", re.compile("light"))
