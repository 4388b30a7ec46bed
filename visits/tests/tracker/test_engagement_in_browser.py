"""How a page was read: time in front of somebody, and how far down."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    READER,
    TALL,
    assert_nothing_was_sent,
    document,
    engagement,
    message,
    open_counted,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website

KEEPS_ENGAGEMENT = True

# The browser tells of a scroll with the next frame.
SCROLL_TO = """y => new Promise(resolve => {
    addEventListener("scroll", () => setTimeout(resolve), {once: true});
    scrollTo(0, y);
})"""


@pytest.fixture(autouse=True)
def reader(page: Page, collector: Collector, website: Website) -> None:
    page.add_init_script(READER)
    website.pages["/"] = document(snippet(collector), TALL)


def test_page_that_is_left_tells_how_long_it_was_read_and_how_far(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)
    page.evaluate("seconds = 5")
    page.evaluate(SCROLL_TO, 720)
    page.evaluate(SCROLL_TO, 300)

    page.evaluate("hide()")

    assert collector.next_message() == engagement(website, "/", 5000, 50)
    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize(
    "doing",
    [
        "seconds = 2; hide(); seconds = 60; show(); seconds = 61; hide()",
        "seconds = 2; look_away(); seconds = 60; look_away(false); seconds = 61; hide()",
        "seconds = 2; look_away(); seconds = 60; hide(); show(); look_away(false); seconds += 1;"
        " hide()",
    ],
    ids=["tab in the background", "another window in front", "both"],
)
def test_only_time_in_front_of_somebody_counts(
    page: Page, collector: Collector, website: Website, doing: str
) -> None:
    open_counted(page, collector, website)

    page.evaluate(doing)

    told = [collector.next_message()]
    while sum(sent["engaged"] for sent in told) < 3000:
        told.append(collector.next_message())
    assert sum(sent["engaged"] for sent in told) == 3000
    assert_nothing_was_sent(page, collector)


def test_each_message_tells_only_what_is_new(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)

    page.evaluate("seconds = 2; hide()")
    first = collector.next_message()
    page.evaluate("seconds = 9; show(); seconds = 12; hide()")

    assert first == engagement(website, "/", 2000, 25)
    assert collector.next_message() == engagement(website, "/", 3000, 25)


def test_less_than_a_second_is_kept_until_there_is_more(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)

    page.evaluate("seconds = 0.75; hide()")
    assert_nothing_was_sent(page, collector)
    page.evaluate("show(); seconds = 1.5; hide()")

    assert collector.next_message() == engagement(website, "/", 1500, 25)


def test_glance_that_goes_further_down_is_told(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)
    page.evaluate("seconds = 0.5")
    page.evaluate(SCROLL_TO, 9999)

    page.evaluate("hide(); show(); hide()")

    assert collector.next_message() == engagement(website, "/", 500, 100)
    assert_nothing_was_sent(page, collector)


def test_page_that_fits_on_the_screen_was_seen_wholly(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/short"] = document(snippet(collector), "Short")
    open_counted(page, collector, website, "/short")

    page.evaluate("seconds = 1; hide()")

    assert collector.next_message() == engagement(website, "/short", 1000, 100)


def test_following_a_link_tells_how_the_page_was_read(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/next"] = document()
    open_counted(page, collector, website)
    page.evaluate("seconds = 4")

    page.goto(f"{website.origin}/next")

    assert collector.next_message() == engagement(website, "/", 4000, 25)
    assert_nothing_was_sent(page, collector)


def test_page_that_is_left_without_being_hidden_tells_once_how_it_was_read(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)

    page.evaluate("seconds = 4; dispatchEvent(new PageTransitionEvent('pagehide'))")

    assert collector.next_message() == engagement(website, "/", 4000, 25)
    page.evaluate("seconds = 9; hide()")
    assert_nothing_was_sent(page, collector)


def test_time_in_the_back_forward_cache_does_not_count_where_pages_are_not_hidden(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)
    page.evaluate("seconds = 4; dispatchEvent(new PageTransitionEvent('pagehide'))")
    collector.next_message()

    page.evaluate(
        "seconds = 60; dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    assert collector.next_message() == message(website, "/", referrer="/", title="Home")
    page.evaluate("seconds = 61; hide()")

    assert collector.next_message() == engagement(website, "/", 1000, 25)


@pytest.mark.parametrize(
    "navigation",
    ["history.pushState({}, '', '/a')", "history.replaceState({}, '', '/a')"],
    ids=["pushState", "replaceState"],
)
def test_view_within_a_page_is_read_from_its_own_beginning(
    page: Page, collector: Collector, website: Website, navigation: str
) -> None:
    open_counted(page, collector, website)
    page.evaluate(SCROLL_TO, 720)

    page.evaluate(f"seconds = 4; {navigation}")
    left = collector.next_messages(2)
    page.evaluate(SCROLL_TO, 0)
    page.evaluate("seconds = 6; hide()")

    assert left == [message(website, "/a", referrer="/"), engagement(website, "/", 4000, 50)]
    assert collector.next_message() == engagement(website, "/a", 2000, 25)


def test_way_back_tells_of_the_page_that_was_left(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)
    page.evaluate("history.pushState({}, '', '/a')")
    collector.next_message()

    page.evaluate("seconds = 3; history.back()")

    assert collector.next_messages(2) == [
        message(website, "/", referrer="/a"),
        engagement(website, "/a", 3000, 25),
    ]


def test_redirect_is_read_as_the_view_that_was_counted(
    page: Page, collector: Collector, website: Website
) -> None:
    open_counted(page, collector, website)

    page.evaluate("history.replaceState({}, '', '/login'); seconds = 2; hide()")

    assert collector.next_message() == engagement(website, "/", 2000, 25)


def test_time_before_a_page_is_seen_does_not_count(
    page: Page, collector: Collector, website: Website
) -> None:
    page.add_init_script("isHidden = true")
    page.goto(website.origin)
    assert_nothing_was_sent(page, collector)

    page.evaluate("seconds = 60; show(); seconds = 62; hide()")

    assert collector.next_messages(2) == [message(website, "/"), engagement(website, "/", 2000, 25)]


@pytest.mark.parametrize("at_first", ["true", "false"])
def test_reading_is_not_told_of_somebody_who_opted_out(
    page: Page, collector: Collector, website: Website, at_first: str
) -> None:
    page.add_init_script(f"window.trackingDisabled = {at_first}")
    page.goto(website.origin)
    if at_first == "false":
        collector.next_message()

    page.evaluate(f"trackingDisabled = !{at_first}; seconds = 5; hide()")

    assert_nothing_was_sent(page, collector)


def test_owner_may_do_without(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/"] = document(snippet(collector, 'data-off="404 engagement"'), TALL)
    open_counted(page, collector, website)

    page.evaluate("seconds = 5; hide()")

    assert_nothing_was_sent(page, collector)
