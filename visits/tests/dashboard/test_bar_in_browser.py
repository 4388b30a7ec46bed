"""The bar of a report in a real browser: sites, filters, segments and the remembered period."""

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
from visits.models import Segment
from visits.tests.factory import make_visit


@pytest.fixture
def page(live_server: Any, browser: Browser, owner: User, site: Site) -> Iterator[Page]:
    """The report of a site with a visit, among eight; it knows `isSamePage` until another is opened."""
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/pricing", "/docs"])
    for name in ("Bakery", "Café", "Dance", "Garden", "Museum", "School", "Zoo"):
        Site.objects.create(owner=owner, name=name, domain=f"{name[0].lower()}.example")
    with (
        signed_in(browser, live_server.url, owner) as context,
        quiet_tab(context) as tab,
    ):
        tab.goto(reverse("site_report", args=[site.pk]))
        tab.evaluate("isSamePage = true")
        yield tab


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("Boolean(window.isSamePage)"))


def filters(page: Page) -> list[str]:
    found: list[str] = page.evaluate("new URLSearchParams(location.search).getAll('filter')")
    return found


def test_site_is_found_by_typing_and_opened_with_the_period(page: Page) -> None:
    page.locator("#period-menu").click()
    page.get_by_role("link", name="Last 7 days").click()
    page.wait_for_url("**period=7d**")

    page.locator("#site-menu").click()
    page.keyboard.type("nothing")
    expect(page.locator("[data-site-status]")).to_have_text("No site is called like that.")
    page.locator("#site-search").fill("CAF")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Café")).to_be_focused()
    page.locator("#site-search").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_title(re.compile("^Café, last 7 days"))
    assert page.url.endswith("?period=7d")


def test_filter_is_written_and_changed_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator(".filter-groups a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#filter-typed")).to_be_focused()
    page.keyboard.type("PRI")
    expect(page.locator(".filter-value-label")).to_have_text(["/pricing"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#filter-typed")).to_have_value("")
    expect(page.locator(".filter-value-label")).to_have_count(3)
    page.keyboard.press("Enter")

    expect(page.locator(".filter-words")).to_have_text("Page is /pricing")
    expect(page.locator("#filter-dialog")).to_be_hidden()
    expect(page.locator("#content")).to_be_focused()
    assert filters(page) == ["page:is:/pricing"]

    page.locator("a.filter-words").click()
    expect(page.get_by_role("checkbox", name="/pricing")).to_be_checked()
    page.locator("#filter-operator").select_option("is not")
    page.get_by_role("button", name="Change the filter").click()

    expect(page.locator(".filter-words")).to_have_text("Page is not /pricing")
    assert filters(page) == ["page:is_not:/pricing"]
    assert is_same_page(page)

    page.go_back()
    expect(page.locator(".filter-words")).to_have_text("Page is /pricing")


def test_what_is_wrong_with_a_filter_is_said_in_the_dialog(page: Page) -> None:
    page.locator("#filter-open").click()
    page.get_by_role("dialog").get_by_role("link", name="Goal").click()
    page.get_by_role("dialog").get_by_role("button", name="Filter").click()

    expect(page.get_by_role("alert")).to_have_text("Choose a value, or write one.")
    expect(page.locator("#filter-typed")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert filters(page) == []


def test_filters_are_saved_as_a_segment_in_place(page: Page, site: Site) -> None:
    page.get_by_role("link", name="/pricing").click()
    page.wait_for_url("**filter=page**")
    page.get_by_role("link", name=re.compile("^Visits ")).click()
    page.wait_for_url("**metric=visits**")

    page.locator("#segment-save").click()
    page.locator("#segment-name").press("Enter")
    expect(page.locator("#segment-form [role=alert]")).to_have_text("This field is required.")
    page.locator("#segment-name").fill("Prices")
    page.locator("#segment-name").press("Enter")
    expect(page.locator(".filter-words")).to_have_text("Segment Prices")

    segment = Segment.objects.get()
    assert page.url.endswith(f"?period=28d&segment={segment.pk}&metric=visits")
    page.locator("#segments-menu").click()
    page.get_by_role("link", name="Prices", exact=True).click()
    expect(page.locator(".filter-words")).to_have_count(0)


def test_period_is_remembered_and_back_shows_what_was_there(page: Page, site: Site) -> None:
    page.locator("#period-menu").click()
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.locator("#period-menu")).to_contain_text("Today")

    page.go_back()
    expect(page.locator("#period-menu")).to_contain_text("Last 28 days")
    page.go_forward()
    expect(page.locator("#period-menu")).to_contain_text("Today")
    page.goto(reverse("site_report", args=[site.pk]))

    expect(page.locator("#period-menu")).to_contain_text("Today")
    assert page.evaluate("location.search") == "?period=today"


def test_small_screen_has_everything_without_scrolling_sideways(page: Page, site: Site) -> None:
    Segment.objects.create(
        site=site,
        name="Prices",
        filters=[{"dimension": "page", "operator": "is", "values": ["/pricing"]}],
    )
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()

    for place in ("#site-menu", "#now", "#filter-open", "#period-menu", "#more-menu"):
        expect(page.locator(place)).to_be_in_viewport(ratio=1)
    page.locator("#more-menu").click()
    page.locator("#compare-narrow").get_by_role("link", name="Prices").click()
    expect(page.locator(".filter-words")).to_have_text("Segment Prices")
    page.locator("#filter-open").click()

    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_filter_is_a_page_and_a_form_without_javascript(
    page: Page, browser: Browser, live_server: Any, site: Site
) -> None:
    state = page.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=state)
    tab = plain.new_page()
    tab.goto(live_server.url + reverse("site_report", args=[site.pk]))

    tab.locator("#filter-open").click()
    tab.get_by_role("link", name="Page", exact=True).click()
    tab.fill("#filter-typed", "doc")
    tab.keyboard.press("Enter")
    tab.get_by_role("checkbox", name="/docs").check()
    tab.get_by_role("button", name="Filter", exact=True).click()

    expect(tab.locator(".filter-words")).to_have_text("Page is /docs")
    assert "panels=all" in tab.url
    plain.close()
