"""Messages that do not arrive at once: what is tried again, when, and that it is known again."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import assert_nothing_was_sent, document, message, snippet
from visits.tests.tracker.websites import Collector, Sent, Website

BREAK_BEACON = "<script>navigator.sendBeacon = () => false;</script>"
# Timers that run when the test says so: ring() runs those that are set and returns their pauses.
TIMERS = """
    window.timers = new Map();
    window.setTimeout = (work, pause) => { timers.set(timers.last = timers.last + 1 || 1, {work, pause});
        return timers.last; };
    window.clearTimeout = timer => timers.delete(timer);
    window.ring = () => [...timers].map(([key, {work, pause}]) => {
        timers.delete(key);
        work();
        return pause;
    });
"""


@pytest.fixture(autouse=True)
def page_without_beacons(page: Page, collector: Collector, website: Website) -> None:
    page.add_init_script(TIMERS)
    website.pages["/"] = document(BREAK_BEACON + snippet(collector))


def open_refused(page: Page, collector: Collector, website: Website, status: int) -> Sent:
    """Opens a page whose message gets `status`, and returns that message when it waits."""
    collector.status = status
    page.goto(website.origin)
    page.wait_for_function("timers.size")
    return collector.next_message()


@pytest.mark.parametrize("status", [429, 503])
def test_message_is_tried_again_later_and_known_by_its_id(
    page: Page, collector: Collector, website: Website, status: int
) -> None:
    refused = open_refused(page, collector, website, status)
    collector.status = 204
    assert_nothing_was_sent(page, collector)

    pauses = page.evaluate("ring()")

    assert pauses == [5000]
    assert refused == message(website, "/", id=refused["id"])
    assert collector.next_message() == refused
    assert page.evaluate("ring()") == []
    assert_nothing_was_sent(page, collector)


def test_pauses_grow_until_a_message_arrives(
    page: Page, collector: Collector, website: Website
) -> None:
    open_refused(page, collector, website, 503)

    pauses = []
    for _ in range(4):
        pauses += page.evaluate("ring()")
        collector.next_message()
        page.wait_for_function("timers.size")

    assert pauses == [5000, 10_000, 20_000, 40_000]


def test_connection_that_fails_is_tried_again(
    page: Page, collector: Collector, website: Website
) -> None:
    page.route(f"{collector.origin}/t", lambda route: route.abort(), times=1)
    page.goto(website.origin)
    page.wait_for_function("timers.size")

    page.evaluate("ring()")

    assert collector.next_message()["url"] == f"{website.origin}/"


@pytest.mark.parametrize("status", [400, 404, 413, 500])
def test_message_that_is_wrong_is_not_tried_again(
    page: Page, collector: Collector, website: Website, status: int
) -> None:
    collector.status = status
    page.goto(website.origin)
    collector.next_message()

    page.evaluate("track('Signup')")

    assert collector.next_message()["name"] == "Signup"
    assert page.evaluate("ring()") == []
    assert_nothing_was_sent(page, collector)


def test_next_message_takes_those_that_wait_along_in_their_order(
    page: Page, collector: Collector, website: Website
) -> None:
    refused = open_refused(page, collector, website, 503)
    collector.status = 204

    page.evaluate("track('Signup')")

    again, signup = collector.next_message(), collector.next_message()
    assert again == refused
    assert signup["name"] == "Signup"
    assert signup["id"] != refused["id"]


def test_what_waits_is_sent_when_the_browser_is_online_again(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    page.goto(website.origin)
    collector.next_message()
    page.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")
    # Until it has failed, there is nothing that could be sent again.
    with page.expect_event("requestfailed"):
        page.evaluate("track('Signup')")

    page.context.set_offline(False)

    sent = collector.next_message()
    assert sent == message(website, "/", name="Signup", id=sent["id"])
    assert_nothing_was_sent(page, collector)


def test_what_waits_leaves_with_the_page(
    page: Page, collector: Collector, website: Website
) -> None:
    beacon = "<script>sent = navigator.sendBeacon.bind(navigator)</script>"
    website.pages["/"] = document(beacon + BREAK_BEACON + snippet(collector))
    website.pages["/next"] = document()
    refused = open_refused(page, collector, website, 503)
    collector.status = 204

    page.evaluate("navigator.sendBeacon = sent")
    page.goto(f"{website.origin}/next")

    assert collector.next_message() == refused
    assert_nothing_was_sent(page, collector)


def test_no_more_than_twenty_messages_wait(
    page: Page, collector: Collector, website: Website
) -> None:
    page.route(f"{collector.origin}/t", lambda route: route.abort(), times=1)
    page.goto(website.origin)
    page.wait_for_function("timers.size")

    page.evaluate("for (let i = 0; i < 30; i++) track('Event ' + i)")

    # The view was on its way again when it was dropped.
    assert "name" not in collector.next_message()
    waited = [collector.next_message()["name"] for _ in range(20)]
    assert waited == [f"Event {number}" for number in range(10, 30)]
    assert_nothing_was_sent(page, collector)


def test_message_that_no_collector_would_take_does_not_hold_up_the_others(
    page: Page, collector: Collector, website: Website
) -> None:
    page.goto(website.origin)
    collector.next_message()

    page.evaluate("track('Large', {props: {text: 'x'.repeat(70000)}}); track('Small')")

    assert collector.next_message()["name"] == "Small"
    assert_nothing_was_sent(page, collector)
