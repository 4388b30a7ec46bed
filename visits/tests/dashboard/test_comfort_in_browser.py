"""Small comforts in a real browser: paper, times of elsewhere, messages and dialogs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect

from accounts.models import User
from sites.models import Site
from visits.tests.factory import make_visit

COLUMNS = "(grid) => getComputedStyle(grid).gridTemplateColumns.split(' ').length"
BACKGROUND = "(panel) => getComputedStyle(panel).backgroundColor"
MESSAGE_MS = 8_000
LOCAL_TIME = """(text) => new Intl.DateTimeFormat("en", {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
    timeZone: "America/New_York", timeZoneName: "short",
}).format(new Date(text))"""


@pytest.fixture
def context(live_server: Any, browser: Browser, staff: User) -> Iterator[BrowserContext]:
    """A browser in New York, whose person is signed in and prefers the dark theme."""
    client = Client()
    client.force_login(staff)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(
        base_url=live_server.url, timezone_id="America/New_York", color_scheme="dark"
    )
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    yield context
    context.close()


@pytest.fixture
def own_site(staff: User) -> Site:
    """A visited site in Berlin."""
    site = Site.objects.create(
        owner=staff, name="Example", domain="example.com", time_zone="Europe/Berlin"
    )
    make_visit(site, started_at=timezone.now() - dt.timedelta(minutes=1))
    return site


def test_report_on_paper_is_light_and_has_no_buttons(
    context: BrowserContext, own_site: Site
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 720, "height": 1000})
    page.goto(reverse("site_report", args=[own_site.pk]))
    expect(page.locator("[aria-busy]")).to_have_count(0)

    page.emulate_media(media="print")

    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.get_by_role("heading", name="Example, last 28 days")).to_be_visible()
    assert page.locator(".report-grid").evaluate(COLUMNS) == 2
    assert page.locator("#totals").evaluate(BACKGROUND) == "rgb(255, 255, 255)"


def test_time_of_a_hit_is_said_in_the_zone_of_the_reader(
    context: BrowserContext, own_site: Site
) -> None:
    page = context.new_page()
    page.goto(reverse("site_report", args=[own_site.pk]))
    hit = page.locator("#panel-hits time").first

    hit.hover()

    expect(hit).to_have_attribute("title", page.evaluate(LOCAL_TIME, hit.get_attribute("datetime")))


def test_message_goes_out_of_sight_and_stays_for_who_listens(
    context: BrowserContext, own_site: Site
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(reverse("profile"))
    page.get_by_role("button", name="Save").click()
    message = page.locator(".toast")
    expect(message).to_have_css("position", "relative")

    page.clock.run_for(MESSAGE_MS)

    expect(message).to_have_class("toast visually-hidden")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_have_count(1)


def test_dialog_closes_by_escape_and_beside_it_and_gives_the_focus_back(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    page.goto(reverse("styleguide"))
    opener = page.get_by_role("link", name="Open a dialog").first
    dialog = page.get_by_role("dialog")

    opener.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.mouse.click(5, 5)

    expect(dialog).to_be_hidden()


def test_arrow_keys_go_from_item_to_item_of_a_menu(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(reverse("styleguide"))
    menu = page.locator(".styleguide-theme details.menu").first
    menu.locator("summary").click()

    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("link", name="Today")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    expect(menu.get_by_role("link", name="Settings")).to_be_focused()
