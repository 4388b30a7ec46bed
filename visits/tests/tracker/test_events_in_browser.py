"""Custom events by the page's own script, before and after the tracker is there."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    STUB,
    assert_nothing_was_sent,
    document,
    message,
    open_counted,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website


def test_event_carries_its_name_and_props(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Signup', {props: {plan: 'pro', seats: 3, isTrial: true}})")

    assert collector.next_message() == message(
        website, "/", name="Signup", props={"plan": "pro", "seats": 3, "isTrial": True}
    )


def test_event_may_say_that_nobody_acted(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Autoplay', {interactive: false})")

    assert collector.next_message() == message(website, "/", name="Autoplay", interactive=False)


def test_event_before_the_tracker_is_there_follows_the_first_view(
    page: Page, collector: Collector, website: Website
) -> None:
    early = STUB + "<script>track('Early', {props: {plan: 'pro'}})</script>"
    website.pages["/"] = document(early + snippet(collector))

    page.goto(website.origin)

    assert collector.next_messages(2) == [
        message(website, "/"),
        message(website, "/", name="Early", props={"plan": "pro"}),
    ]
    assert_nothing_was_sent(page, collector)


def test_stub_that_a_page_kept_still_works(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(
        STUB + "<script>window.kept = window.track</script>" + snippet(collector)
    )
    open_counted(page, collector, website)

    page.evaluate("kept('Late')")

    assert collector.next_message() == message(website, "/", name="Late")


@pytest.mark.parametrize(
    "call",
    [
        "track()",
        "track('')",
        "track(7)",
        "track(document.body)",
        "track('Cycle', {props: {page: window}})",
        "track(Symbol('Signup'))",
    ],
)
def test_call_that_says_nothing_sends_nothing_and_raises_nothing(
    page: Page, collector: Collector, website: Website, call: str
) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate(f"() => {{ {call} }}")

    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize(
    "theirs", ["function track(name) { return 'theirs ' + name; }", "var track = {q: [['x']]};"]
)
def test_page_keeps_a_track_of_its_own(
    page: Page, collector: Collector, website: Website, theirs: str
) -> None:
    website.pages["/"] = document(f"<script>{theirs} before = track;</script>" + snippet(collector))

    open_counted(page, collector, website)

    assert page.evaluate("track === before")
    assert_nothing_was_sent(page, collector)
