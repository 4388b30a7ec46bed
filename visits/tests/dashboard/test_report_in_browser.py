"""A report in a real browser: links refresh their part, and the address has everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from accounts.models import User
from sites.models import Site
from testing.tabs import quiet_tab, signed_in
from visits.tests.factory import make_visit

TOP_WITHIN_MAIN = """() => {
    const { activeElement: element } = document;
    return element.closest("main") ? element.getBoundingClientRect().top : Infinity;
}"""
TOPS = "() => [...document.querySelectorAll('.bars')].map((panel) => panel.offsetTop)"


def hold_panels(route: Route) -> None:
    """Let everything through but the panels, which never arrive."""
    if not route.request.headers.get("hx-target", "").startswith("panel-"):
        route.continue_()


def break_pages(route: Route) -> None:
    """Answer the panel of the pages as a broken server does."""
    if route.request.headers.get("hx-target") == "panel-pages":
        route.fulfill(status=500)
    else:
        route.continue_()


@pytest.fixture
def context(
    live_server: Any, browser: Browser, owner: User, site: Site
) -> Iterator[BrowserContext]:
    """A browser in which the owner of a site with one visit is signed in."""
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/pricing"])
    with signed_in(
        browser, live_server.url, owner, viewport={"width": 1280, "height": 700}
    ) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """The report; it knows `isSamePage` until another page is opened."""
    with quiet_tab(context) as tab:
        tab.goto(reverse("site_report", args=[site.pk]))
        expect(tab.locator("[aria-busy=true]")).to_have_count(0)
        tab.evaluate("isSamePage = true")
        yield tab


def parameters(page: Page) -> str:
    return page.evaluate("[...new URLSearchParams(location.search)].sort().join(' ')")


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("Boolean(window.isSamePage)"))


def test_tab_refreshes_its_panel_where_it_is(page: Page) -> None:
    page.evaluate("scrollTo(0, 400)")

    page.get_by_role("link", name="Channels").click()

    expect(page.locator("#panel-sources [aria-current]")).to_have_text("Channels")
    expect(page.locator("#panel-sources [aria-current]")).to_be_focused()
    expect(page.locator("[data-choice-status]")).to_have_text("Channel: 1 row")
    assert page.evaluate("scrollY") == 400
    assert parameters(page) == "period,28d sources,channel"
    assert is_same_page(page)


def test_choices_add_up_over_partial_refreshes(page: Page) -> None:
    page.get_by_role("link", name="Channels").click()
    page.wait_for_url("**sources=channel**")
    page.get_by_role("link", name=re.compile("^Visits ")).click()
    page.wait_for_url("**metric=visits**")
    page.locator("#period-menu").click()
    page.get_by_role("link", name="Last 7 days").click()
    page.wait_for_url("**period=7d**")

    expect(page.locator("#panel-sources [aria-current]")).to_have_text("Channels")
    expect(page.locator(".tile[aria-current] .tile-label")).to_have_text("Visits")
    expect(page).to_have_title(re.compile("last 7 days"))
    assert parameters(page) == "metric,visits period,7d sources,channel"
    assert is_same_page(page)


def test_custom_days_keep_what_was_chosen_before(page: Page) -> None:
    page.get_by_role("link", name="Channels").click()
    page.wait_for_url("**sources=channel**")

    page.locator("#period-menu").click()
    page.fill("#period-from", "2026-01-01")
    page.fill("#period-to", "2026-01-05")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**from=2026-01-01**")

    assert parameters(page) == "from,2026-01-01 sources,channel to,2026-01-05"
    assert is_same_page(page)


def test_panels_come_by_themselves_and_nothing_jumps(page: Page) -> None:
    expect(page.locator("[aria-busy]")).to_have_count(0)
    arrived = page.evaluate(TOPS)
    page.route("**/sites/**", hold_panels)

    page.locator("#period-menu").click()
    page.get_by_role("link", name="Last 7 days").click()
    page.wait_for_url("**period=7d**")

    expect(page.locator("[aria-busy]")).to_have_count(6)
    # Below the last but one, which is as high as its rows, are the newest hits only.
    assert page.evaluate(TOPS)[:-1] == arrived[:-1]
    assert page.locator("#panel-sources .bars-problem").is_hidden()


def test_panel_that_does_not_arrive_says_so_and_can_be_asked_again(
    context: BrowserContext, site: Site
) -> None:
    page = context.new_page()
    page.route("**/sites/**", break_pages)
    page.goto(reverse("site_report", args=[site.pk]))
    pages = page.locator("#panel-pages")
    expect(pages).to_contain_text("This list has not arrived")
    expect(page.locator("[data-choice-status]")).to_have_text("Pages could not be loaded.")
    expect(page.locator("#panel-sources")).to_contain_text("Direct")

    page.unroute_all()
    pages.get_by_role("link", name="Try again").click()

    expect(pages).to_contain_text("/pricing")
    assert page.evaluate("location.search") == "?period=28d"


def test_row_filters_and_chip_takes_the_filter_away(page: Page, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/"])
    page.get_by_role("link", name="Entry").click()
    page.wait_for_url("**pages=entry_page**")

    page.locator("#panel-devices").get_by_role("link", name="Desktop").click()
    page.wait_for_url("**filter=device**")
    # htmx would write into the console that the list is no longer asked for.
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.locator("#panel-devices").get_by_role("link", name="Browsers").click()
    page.wait_for_url("**devices=browser**")
    page.locator("#panel-devices").get_by_role("link", name="Firefox").click()
    page.wait_for_url("**filter=browser**")

    expect(page.locator(".filter-words")).to_have_text(["Device is Desktop", "Browser is Firefox"])
    expect(page.locator("#panel-pages [aria-current]")).to_have_text("Entry")
    expect(page.locator("#content")).to_be_focused()
    assert parameters(page) == (
        "devices,browser filter,browser:is:Firefox filter,device:is:desktop pages,entry_page"
        " period,28d"
    )

    page.get_by_role("link", name="Remove the filter Device is Desktop").click()

    expect(page.locator(".filter-words")).to_have_text(["Browser is Firefox"])
    expect(page.locator("#panel-devices tbody")).to_contain_text("Firefox 120")
    assert parameters(page) == (
        "devices,browser filter,browser:is:Firefox pages,entry_page period,28d"
    )
    assert is_same_page(page)


def test_interval_stays_with_other_periods(page: Page) -> None:
    page.get_by_role("link", name="Week", exact=True).click()
    page.wait_for_url("**interval=week**")
    expect(page.locator("#interval-week")).to_be_focused()

    page.locator("#period-previous").click()
    page.wait_for_url("**period=custom**")

    expect(page.locator(".intervals [aria-current]")).to_have_text("Week")
    assert is_same_page(page)


def test_comparison_is_right_for_every_period(page: Page) -> None:
    compare = page.locator("#compare")
    page.locator("#period-menu").click()
    page.get_by_role("link", name="All time").click()
    expect(page.locator("#period-menu")).to_contain_text("All time")
    expect(compare.locator("summary")).to_have_count(0)

    page.locator("#period-menu").click()
    page.get_by_role("link", name="Last 24 hours").click()
    compare.locator("summary").click()
    page.fill("#compare-from", "2026-01-01")
    page.fill("#compare-to", "2026-01-31")
    page.get_by_role("button", name="Compare").click()

    expect(compare.locator("summary")).to_contain_text("Jan 2026")
    assert parameters(page) == "compare_from,2026-01-01 compare_to,2026-01-31 period,24h"
    assert is_same_page(page)


def test_links_of_a_report_after_a_wrong_choice_lead_to_the_default(
    context: BrowserContext, site: Site
) -> None:
    page = context.new_page()
    page.goto(reverse("site_report", args=[site.pk]) + "?period=century")
    expect(page.locator("#panel-sources")).to_contain_text("Direct")

    page.get_by_role("link", name="Channels").click()

    expect(page.locator("#panel-sources [aria-current]")).to_have_text("Channels")
    assert parameters(page) == "period,28d sources,channel"


def test_back_shows_what_was_there_before(page: Page) -> None:
    page.get_by_role("link", name="Channels").click()
    page.wait_for_url("**sources=channel**")

    page.go_back()

    expect(page.locator("#panel-sources [aria-current]")).to_have_text("Sources")


def test_series_is_read_out_after_a_refresh(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Pageviews ")).click()
    page.wait_for_url("**metric=pageviews**")

    page.get_by_role("group", name=re.compile("^Series")).focus()
    page.keyboard.press("ArrowLeft")

    expect(page.locator("[data-part=value]")).to_have_text("2")


def test_keyboard_never_goes_below_the_bar(page: Page) -> None:
    bar = page.locator(".masthead").bounding_box()
    tops = []

    for _ in range(30):
        page.keyboard.press("Tab")
        tops.append(page.evaluate(TOP_WITHIN_MAIN))

    assert bar is not None
    assert min(tops) >= bar["height"]


def test_menu_of_many_sites_stays_on_the_screen(page: Page, owner: User) -> None:
    for number in range(40):
        Site.objects.create(owner=owner, name=f"Site {number}", domain=f"{number}.example")
    page.reload()

    page.locator(".report-site summary").click()
    page.get_by_role("link", name="Add a site").scroll_into_view_if_needed()

    expect(page.get_by_role("link", name="Add a site")).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0


def test_who_has_signed_out_elsewhere_is_asked_to_sign_in(
    page: Page, context: BrowserContext
) -> None:
    context.clear_cookies()

    page.get_by_role("link", name="Channels").click()

    page.wait_for_url("**/accounts/login/**")


def test_waiting_panel_of_who_has_signed_out_asks_to_sign_in(
    page: Page, context: BrowserContext, owner: User
) -> None:
    waiting = Site.objects.create(owner=owner, name="New", domain="new.example")
    page.goto(reverse("site_install", args=[waiting.pk]))
    page.wait_for_selector("text=Waiting for your first hit")

    context.clear_cookies()

    page.wait_for_url("**/accounts/login/**")


def test_same_choices_are_plain_links_without_javascript(
    context: BrowserContext, browser: Browser, live_server: Any, site: Site
) -> None:
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(live_server.url + reverse("site_report", args=[site.pk]))

    page.get_by_role("link", name="Channels").click()
    page.locator("#period-menu").click()
    page.get_by_role("link", name="Last 7 days").click()
    page.get_by_role("link", name="Desktop").click()

    expect(page.locator("#panel-sources [aria-current]")).to_have_text("Channels")
    expect(page.locator(".filter-words")).to_have_text("Device is Desktop")
    expect(page.locator("#panel-hits")).to_contain_text("/pricing")
    assert page.url.endswith("?period=7d&filter=device%3Ais%3Adesktop&sources=channel&panels=all")
    plain.close()
