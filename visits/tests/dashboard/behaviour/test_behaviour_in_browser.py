"""The behaviour panel and the map of the world in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from sites.models import Site
from testing.tabs import quiet_tab, signed_in
from visits.tests.factory import Place, make_hit, make_visit
from visits.tests.named import make_funnel, make_goal

# The middle of Brazil's shape, as parts of the map's width and height.
IN_BRAZIL = (0.345, 0.64)
PARAMETERS = "[...new URLSearchParams(location.search)].map((pair) => pair.join('=')).sort()"


@pytest.fixture
def page(live_server: Any, browser: Browser, owner: User, site: Site) -> Iterator[Page]:
    """The report of a site with visitors from two countries; it may not complain."""
    now = timezone.now()
    visit = make_visit(
        site, started_at=now, pageviews=["/", "/pricing", "/"], place=Place("BR", "Bahia", "")
    )
    make_hit(visit, event="Sign up", properties={"plan": "pro", "coupon": "MAY"})
    make_visit(site, started_at=now, pageviews=["/"], place=Place("SG", "", ""))
    make_funnel(
        site, "Sales", [make_goal(site, "Prices", "/pricing"), make_goal(site, "Home", "/")]
    )
    with (
        signed_in(
            browser, live_server.url, owner, viewport={"width": 1280, "height": 900}
        ) as context,
        quiet_tab(context) as tab,
    ):
        tab.goto(reverse("site_report", args=[site.pk]))
        expect(tab.locator("[aria-busy]")).to_have_count(0)
        tab.evaluate("isSamePage = true")
        yield tab


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("Boolean(window.isSamePage)"))


def test_flow_moves_from_page_to_page_in_its_place(page: Page) -> None:
    panel = page.locator("#panel-behaviour")
    panel.get_by_role("link", name="Flow").click()
    expect(panel.locator(".flow-path")).to_have_text("/")

    panel.locator(".flow-after").get_by_role("link", name="/pricing").click()
    expect(panel.locator(".flow-path")).to_have_text("/pricing")
    expect(page.locator("[data-choice-status]")).to_have_text("/pricing: 1 view")
    panel.get_by_label("Page", exact=True).fill("/gone")
    panel.get_by_label("Page", exact=True).press("Enter")

    expect(panel).to_contain_text("Nobody viewed this page in this period")
    assert page.evaluate(PARAMETERS) == ["behaviour=flow", "flow=/gone", "period=28d"]
    assert is_same_page(page)


def test_key_of_an_event_is_chosen_by_keyboard(page: Page) -> None:
    panel = page.locator("#panel-behaviour")
    panel.get_by_role("link", name="Properties").click()
    expect(panel.locator(".keys [aria-current]")).to_have_text("coupon")

    panel.get_by_role("link", name="plan").press("Enter")
    expect(panel.locator(".keys [aria-current]")).to_have_text("plan")
    expect(panel.locator(".keys [aria-current]")).to_be_focused()
    panel.get_by_role("link", name="pro", exact=True).press("Enter")

    expect(page.locator(".filter-words")).to_have_text("Property plan is pro")
    expect(panel.locator(".is-chosen")).to_contain_text("pro")
    assert is_same_page(page)


def test_country_on_the_map_filters_and_shows_its_regions(page: Page) -> None:
    panel = page.locator("#panel-places")
    land = panel.locator(".world-map")
    box = land.bounding_box()
    assert box is not None
    x, y = IN_BRAZIL

    land.click(position={"x": x * box["width"], "y": y * box["height"]})

    expect(page.locator(".filter-words")).to_have_text("Country is Brazil")
    expect(panel.locator(".tabs [aria-current]")).to_have_text("Regions")
    expect(panel).to_contain_text("Bahia")
    assert is_same_page(page)


def test_map_is_reached_by_keyboard_and_can_be_skipped(page: Page) -> None:
    panel = page.locator("#panel-places")
    panel.get_by_role("link", name="Languages").focus()

    page.keyboard.press("Tab")
    expect(panel.get_by_role("link", name="Skip the map")).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel.get_by_role("link", name="Brazil: 1 visitor, 50")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".filter-words")).to_have_text("Country is Singapore")
