"""Visitors, owners and pages that do not want to be counted."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import assert_nothing_was_sent, document, message, snippet
from visits.tests.tracker.websites import Collector, Website


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tracking_ignore", "true"),
        ("plausible_ignore", "true"),
        ("umami.disabled", "1"),
        ("skipgc", "t"),
    ],
)
def test_switch_in_local_storage_stops_everything(
    page: Page, collector: Collector, website: Website, key: str, value: str
) -> None:
    website.pages["/"] = document(snippet(collector))
    page.add_init_script(f"localStorage.setItem('{key}', '{value}')")

    page.goto(website.origin)
    page.evaluate("track('Signup')")

    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize("value", ["false", "", "0", "no"])
def test_switch_that_is_off_changes_nothing(
    page: Page, collector: Collector, website: Website, value: str
) -> None:
    website.pages["/"] = document(snippet(collector))
    page.add_init_script(f"localStorage.setItem('tracking_ignore', '{value}')")

    page.goto(website.origin)

    assert collector.next_message() == message(website, "/")


def test_page_that_may_not_use_storage_is_counted(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    website.headers["Content-Security-Policy"] = "sandbox allow-scripts"

    page.goto(website.origin)

    assert collector.next_message() == message(website, "/")


def test_page_switches_the_tracker_off_and_on(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document("<script>trackingDisabled = true</script>" + snippet(collector))
    page.goto(website.origin)
    assert_nothing_was_sent(page, collector)

    page.evaluate("trackingDisabled = false; track('Consent')")

    assert collector.next_message() == message(website, "/", name="Consent")


@pytest.mark.parametrize(
    "signal",
    [
        "Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})",
        "Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})",
    ],
    ids=["Do Not Track", "Global Privacy Control"],
)
def test_browser_that_asks_is_not_counted_where_the_owner_respects_it(
    page: Page, collector: Collector, website: Website, signal: str
) -> None:
    website.pages["/"] = document(snippet(collector, "data-respect-dnt"))
    website.pages["/indifferent"] = document(snippet(collector))
    page.add_init_script(signal)

    page.goto(website.origin)
    assert_nothing_was_sent(page, collector)
    page.goto(f"{website.origin}/indifferent")

    assert collector.next_message() == message(website, "/indifferent")
