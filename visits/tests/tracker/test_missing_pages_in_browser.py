"""Pages that say that they are not there."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import assert_nothing_was_sent, document, message, snippet
from visits.tests.tracker.websites import Collector, Website


@pytest.mark.parametrize(
    ("status", "attributes"),
    [(404, ""), (200, 'data-status="404"')],
    ids=["by the browser", "by the page"],
)
def test_page_that_is_not_there_is_a_view_and_an_event_that_nobody_caused(
    page: Page, collector: Collector, website: Website, status: int, attributes: str
) -> None:
    website.statuses["/lost"] = status
    website.pages["/lost"] = document(snippet(collector, attributes))

    page.goto(f"{website.origin}/lost")

    assert collector.next_messages(2) == [
        message(website, "/lost"),
        message(website, "/lost", name="404", interactive=False),
    ]
    page.evaluate("history.pushState({}, '', '/a')")
    assert collector.next_message()["url"] == f"{website.origin}/a"
    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize(
    ("status", "attributes"),
    [(200, ""), (500, ""), (404, 'data-off="404"'), (404, 'data-status="200"')],
)
def test_other_pages_are_views_only(
    page: Page, collector: Collector, website: Website, status: int, attributes: str
) -> None:
    website.statuses["/page"] = status
    website.pages["/page"] = document(snippet(collector, attributes))

    page.goto(f"{website.origin}/page")

    assert collector.next_message() == message(website, "/page")
    assert_nothing_was_sent(page, collector)
