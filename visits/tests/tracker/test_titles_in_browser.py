"""What a page is called, told by the messages that know it."""

from __future__ import annotations

from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    READER,
    STUB,
    TALL,
    document,
    engagement,
    event,
    message,
    open_counted,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website

KEEPS_ENGAGEMENT = True


def test_page_that_loads_tells_its_title(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector), title="Grüße &amp; Küsse")

    page.goto(website.origin)

    assert collector.next_message() == message(website, "/", title="Grüße & Küsse")


def test_event_does_not_tell_it_again(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Signup')")

    assert collector.next_message() == event(website, "/", "Signup")


def test_page_that_shows_another_view_tells_each_title_with_its_own_address(
    page: Page, collector: Collector, website: Website
) -> None:
    """Applications change the address first and the title when the other view is drawn."""
    page.add_init_script(READER)
    website.pages["/"] = document(snippet(collector), TALL)
    open_counted(page, collector, website)

    page.evaluate("seconds = 2; history.pushState({}, '', '/a'); document.title = 'A'")
    left, view = sorted(collector.next_messages(2), key=lambda sent: sent["url"])
    page.evaluate("seconds = 4; hide()")

    assert left == engagement(website, "/", 2000, 25)
    assert view == message(website, "/a", referrer="/")
    assert collector.next_message() == {**engagement(website, "/a", 2000, 25), "title": "A"}


def test_view_by_hand_may_name_a_title(page: Page, collector: Collector, website: Website) -> None:
    call = "<script>track('pageview', {url: '/orders/:id', title: 'An order'})</script>"
    website.pages["/"] = document(STUB + call + snippet(collector, "data-manual"))

    page.add_init_script(READER)
    page.goto(website.origin)
    page.evaluate("seconds = 2; hide()")

    view, read = sorted(collector.next_messages(2), key=lambda sent: "engaged" in sent)
    assert view == message(website, "/orders/:id", title="An order")
    assert read == {**engagement(website, "/orders/:id", 2000, 100), "title": "An order"}


def test_form_by_the_name_of_title_stops_nothing(
    page: Page, collector: Collector, website: Website
) -> None:
    """Its element stands in for the title then, and may refer to itself in a circle."""
    form = "<form name=title></form><script>document.title.itself = document.title</script>"
    website.pages["/"] = document(snippet(collector), form)

    page.goto(website.origin)

    sent = collector.next_message()
    assert sent == message(website, "/", title=sent["title"])
    assert isinstance(sent["title"], str)
