"""Custom events by attributes: clicks and keys of a real Chromium."""

from typing import Literal

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


@pytest.fixture(autouse=True)
def open_page_with_marked_elements(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/"] = document(
        snippet(collector),
        """
        <button id="plain" data-track-event="Plain">Go</button>
        <button id="buy" data-track-event="Signup"
            data-track-prop-plan="pro" data-track-prop-seat-count="3" data-other="x">
            <svg width="20" height="20"><rect id="inner" width="20" height="20"/></svg>
        </button>
        <a id="link" href="/next" data-track-event="Leave">Next</a>
        <div onclick="event.stopPropagation()">
            <button id="stopped" data-track-event="Stopped">Go</button>
        </div>
        <button id="empty" data-track-event="">Go</button>
        <p id="unmarked">Text</p>
        """,
    )
    website.pages["/next"] = document()
    open_counted(page, collector, website)


def test_click_sends_the_named_event(page: Page, collector: Collector, website: Website) -> None:
    page.click("#plain")

    assert collector.next_message() == message(website, "/", name="Plain")


def test_click_on_a_child_sends_the_event_with_its_props(
    page: Page, collector: Collector, website: Website
) -> None:
    page.click("#inner")

    assert collector.next_message() == message(
        website, "/", name="Signup", props={"plan": "pro", "seat-count": "3"}
    )


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_keyboard_presses_a_button(page: Page, collector: Collector, key: str) -> None:
    page.press("#plain", key)

    assert collector.next_message()["name"] == "Plain"


def test_keyboard_follows_a_link_and_the_event_is_not_lost(
    page: Page, collector: Collector, website: Website
) -> None:
    page.press("#link", "Enter")

    assert collector.next_message() == message(website, "/", name="Leave")
    page.wait_for_url("**/next")


def test_middle_button_opens_a_link_and_counts(page: Page, collector: Collector) -> None:
    page.click("#link", button="middle")

    assert collector.next_message()["name"] == "Leave"


def test_click_that_the_page_stops_counts(page: Page, collector: Collector) -> None:
    page.click("#stopped")

    assert collector.next_message()["name"] == "Stopped"


@pytest.mark.parametrize(
    ("element", "button"),
    [("#unmarked", "left"), ("#empty", "left"), ("#plain", "middle"), ("#link", "right")],
)
def test_click_without_a_meaning_sends_nothing(
    page: Page, collector: Collector, element: str, button: Literal["left", "middle"]
) -> None:
    page.click(element, button=button)

    assert_nothing_was_sent(page, collector)
