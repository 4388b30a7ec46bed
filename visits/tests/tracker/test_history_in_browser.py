"""Navigation without loading: which of it a real Chromium reports as a view."""

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

KEEPS_ENGAGEMENT = True


@pytest.fixture(autouse=True)
def single_page_application(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/"] = document(snippet(collector, 'data-off="engagement"'))
    page.add_init_script("window.seconds = 0; performance.now = () => window.seconds * 1000;")
    open_counted(page, collector, website)


def test_pushed_address_is_a_view_that_came_from_the_one_before(
    page: Page, collector: Collector, website: Website
) -> None:
    page.evaluate("history.pushState({}, '', '/a?tab=1#top')")
    first = collector.next_message()
    page.evaluate("history.pushState({}, '', '/b')")
    second = collector.next_message()

    assert first == message(website, "/a?tab=1", referrer="/")
    assert second == message(website, "/b", referrer="/a?tab=1")


def test_replaced_path_is_a_view(page: Page, collector: Collector, website: Website) -> None:
    page.evaluate("seconds = 1; history.replaceState({}, '', '/welcome')")

    assert collector.next_message()["url"] == f"{website.origin}/welcome"


@pytest.mark.parametrize(
    "redirect",
    [
        "seconds = 0.9; history.replaceState({}, '', '/login')",
        "seconds = 0.9; history.replaceState({}, '', '/login'); history.replaceState({}, '', '/')",
    ],
    ids=["once", "and back"],
)
def test_path_replaced_right_after_its_view_is_a_redirect(
    page: Page, collector: Collector, redirect: str
) -> None:
    page.evaluate(redirect)

    assert_nothing_was_sent(page, collector)


def test_pushed_path_that_redirects_is_one_view(
    page: Page, collector: Collector, website: Website
) -> None:
    page.evaluate("history.pushState({}, '', '/a'); history.replaceState({}, '', '/b')")
    pushed = collector.next_message()
    assert_nothing_was_sent(page, collector)
    page.evaluate("history.pushState({}, '', '/c')")

    assert pushed == message(website, "/a", referrer="/")
    assert collector.next_message() == message(website, "/c", referrer="/a")


@pytest.mark.parametrize(
    "navigation",
    [
        "history.replaceState({}, '', '/')",
        "history.replaceState({}, '', '/?sort=name')",
        "history.pushState({}, '', '/')",
        "history.pushState({}, '', '/#part')",
        "location.hash = 'part'",
    ],
)
def test_same_page_is_not_counted_again(page: Page, collector: Collector, navigation: str) -> None:
    page.evaluate(navigation)

    assert_nothing_was_sent(page, collector)


def test_view_keeps_the_query_that_it_was_counted_with(
    page: Page, collector: Collector, website: Website
) -> None:
    page.evaluate("history.replaceState({}, '', '/?sort=name')")
    page.evaluate("history.pushState({}, '', '/?sort=name#part')")
    page.evaluate("history.pushState({}, '', '/a')")

    assert collector.next_message() == message(website, "/a", referrer="/")


def test_way_back_is_a_view(page: Page, collector: Collector, website: Website) -> None:
    page.evaluate("history.pushState({}, '', '/a')")
    collector.next_message()

    page.evaluate("history.back()")

    assert collector.next_message() == message(website, "/", referrer="/a")


def test_page_gets_from_its_history_what_it_would_get_without_the_tracker(
    page: Page, collector: Collector
) -> None:
    outcome = page.evaluate(
        """() => {
            try {
                return String(history.pushState({}, "", "https://elsewhere.example/"));
            } catch (error) {
                return error.name;
            }
        }"""
    )

    assert outcome == "SecurityError"
    assert_nothing_was_sent(page, collector)


def test_page_that_wraps_the_history_itself_gets_its_own_answer(
    page: Page, collector: Collector, website: Website
) -> None:
    wrap = "<script>history.pushState = (state, title, url) => 'went to ' + url;</script>"
    website.pages["/wrapped"] = document(wrap + snippet(collector))
    open_counted(page, collector, website, "/wrapped")

    answer = page.evaluate("history.pushState({}, '', '/a')")

    assert answer == "went to /a"
