"""The tracker is a guest: whatever the page is like, it stays as it was."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    assert_nothing_was_sent,
    document,
    message,
    open_counted,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website

BREAK_BEACON = "<script>navigator.sendBeacon = () => { throw new Error('mine'); };</script>"
BREAK_FETCH = "<script>window.fetch = () => { throw new Error('mine'); };</script>"


def test_console_stays_silent(
    page: Page, complaints: list[str], collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Signup')")
    collector.next_message()
    assert_nothing_was_sent(page, collector)

    assert complaints == []


@pytest.mark.parametrize(
    "obstacle",
    [
        BREAK_BEACON,
        "<script>navigator.sendBeacon = undefined;</script>",
        "<script>navigator.sendBeacon = () => false;</script>",
    ],
    ids=["throws", "is absent", "refuses"],
)
def test_broken_beacon_gives_way_to_fetch(
    page: Page,
    complaints: list[str],
    collector: Collector,
    website: Website,
    obstacle: str,
) -> None:
    website.pages["/"] = document(obstacle + snippet(collector))

    page.goto(website.origin)

    received = collector.next_post()
    assert len(received.message["id"]) in range(10, 65)
    assert {**received.message, "id": ""} == message(website, "/", id="")
    assert received.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert_nothing_was_sent(page, collector)
    assert complaints == []


def test_page_that_breaks_both_ways_works_as_before(
    page: Page, complaints: list[str], collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(BREAK_BEACON + BREAK_FETCH + snippet(collector))
    website.pages["/next"] = document()

    page.goto(website.origin)
    page.evaluate("track('Signup'); history.pushState({}, '', '/a')")

    assert page.evaluate("location.pathname") == "/a"
    assert complaints == []
    page.goto(f"{website.origin}/next")
    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize(
    ("obstacle", "is_counted"),
    [
        ("Object.freeze(Object.prototype); Object.freeze(Array.prototype)", True),
        ("Object.freeze(history)", True),
        ("Array.prototype.toJSON = () => 'mine'", True),
        ("Object.defineProperty(window, 'track', {value: undefined})", True),
        ("Math.random = performance.getEntriesByType = undefined", True),
        ("document.hasFocus = () => { throw new Error('mine'); }", False),
        ("JSON.stringify = () => { throw new Error('mine'); }", False),
        ("JSON = Promise = undefined", False),
        ("addEventListener = () => { throw new Error('mine'); }", False),
    ],
)
def test_page_that_changes_the_language_works_as_before(
    page: Page,
    complaints: list[str],
    collector: Collector,
    website: Website,
    obstacle: str,
    is_counted: bool,
) -> None:
    website.pages["/"] = document(
        f"<script>{obstacle}</script>" + snippet(collector), "<p>Text</p>"
    )

    page.goto(website.origin)

    if is_counted:
        assert collector.next_message() == message(website, "/")
    page.mouse.click(20, 20)
    outcome = page.evaluate("history.pushState({}, '', '/a'); location.pathname")
    assert outcome == "/a"
    assert complaints == []


def test_connection_that_fails_raises_nothing_in_the_page(
    page: Page, complaints: list[str], collector: Collector, website: Website
) -> None:
    failing = "<script>window.fetch = () => Promise.reject(new Error('mine'));</script>"
    website.pages["/"] = document(
        "<script>addEventListener('unhandledrejection', () => console.log('unhandled'));"
        "navigator.sendBeacon = undefined;</script>" + failing + snippet(collector),
    )

    page.goto(website.origin)
    page.evaluate("track('Signup')")
    # The browser reports a rejection nobody handled after the task it happened in.
    page.evaluate("new Promise(resolve => setTimeout(resolve))")

    assert complaints == []


def test_policy_that_forbids_connections_leaves_the_page_alone(
    page: Page, complaints: list[str], collector: Collector, website: Website
) -> None:
    website.headers["Content-Security-Policy"] = "connect-src 'self'"
    website.pages["/"] = document(
        snippet(collector), "<script>addEventListener('load', () => isDone = true)</script>"
    )

    page.goto(website.origin)
    page.evaluate("track('Signup'); history.pushState({}, '', '/a')")

    assert page.evaluate("isDone && location.pathname") == "/a"
    assert collector.posts.empty()
    # One line of the browser's own for each of the three messages, and none of ours.
    assert len(complaints) == 3
    assert all("Content Security Policy" in line for line in complaints)


@pytest.mark.parametrize("status", [204, 503])
def test_answer_of_the_collector_does_not_matter_to_the_page(
    page: Page, collector: Collector, website: Website, status: int
) -> None:
    collector.status = status
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Signup')")

    assert collector.next_message()["name"] == "Signup"


@pytest.mark.parametrize("missing", ["navigator.sendBeacon", "window.fetch"])
def test_globals_of_the_page_do_not_confuse_the_tracker(
    page: Page, collector: Collector, website: Website, missing: str
) -> None:
    theirs = "let history = [], navigator = 1, screen = 2, URL = 3, fetch = 4, performance = 5, start = 6;"
    website.pages["/"] = document(
        f"<script>{missing} = undefined;</script><script>{theirs}</script>" + snippet(collector)
    )
    open_counted(page, collector, website)

    page.evaluate("window.history.pushState({}, '', '/a')")

    sent = collector.next_message()
    assert sent["url"] == f"{website.origin}/a"
    assert sent["referrer"] == f"{website.origin}/"


def test_tracker_leaves_one_function_and_one_mark_in_the_page(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(
        "<script>namesBefore = Object.keys(window)</script>" + snippet(collector)
    )

    open_counted(page, collector, website)

    added = page.evaluate("Object.keys(window).filter(name => !namesBefore.includes(name))")
    assert sorted(added) == ["namesBefore", "track", "trackingLoaded"]


def test_nothing_is_left_in_the_browser(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Signup')")
    collector.next_message()

    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
