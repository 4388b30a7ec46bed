"""A real Chromium opens measured pages: what a view sends, and where."""

from pathlib import Path

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


def test_page_that_loads_is_counted_once(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/pricing"] = document(snippet(collector))

    page.goto(f"{website.origin}/pricing?utm_source=letter#plans")

    assert collector.next_message() == message(website, "/pricing?utm_source=letter")
    assert_nothing_was_sent(page, collector)


def test_message_is_plain_text_for_the_origin_of_the_script(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))

    page.goto(website.origin)

    received = collector.next_post()
    assert received.path == "/t"
    assert received.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert received.headers["Cookie"] is None


def test_link_to_another_page_tells_where_it_was_followed(
    page: Page, collector: Collector, website: Website
) -> None:
    website.headers["Referrer-Policy"] = "unsafe-url"
    website.pages["/"] = document(snippet(collector), '<a href="/next">Next</a>')
    website.pages["/next"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.click("a")

    assert collector.next_message() == message(website, "/next", referrer="/", title="Home")


def test_module_finds_its_own_options(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/copy.js"] = collector.script
    website.pages["/"] = document(
        f'<script type="module" src="/copy.js" data-site="KEY" data-host="{collector.origin}">'
        "</script>"
    )

    page.goto(website.origin)

    assert collector.next_message() == message(website, "/")


def test_two_copies_of_the_script_count_once(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector) * 2)

    page.goto(website.origin)
    page.evaluate("track('Signup')")

    messages = collector.next_messages(2)
    assert [sent.get("name") for sent in messages] == [None, "Signup"]
    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize("host", ["{origin}", "{origin}/"], ids=["origin", "origin with a slash"])
def test_owner_may_name_another_host_for_the_messages(
    page: Page, collector: Collector, website: Website, host: str
) -> None:
    website.pages["/copy.js"] = collector.script
    address = host.format(origin=collector.origin)
    website.pages["/"] = document(
        f'<script defer src="/copy.js" data-site="KEY" data-host="{address}"></script>'
    )

    page.goto(website.origin)

    assert collector.next_post().path == "/t"


@pytest.mark.parametrize(("attributes", "counted"), [("", ["/"]), ("data-iframe", ["/", "/inner"])])
def test_page_inside_another_counts_only_when_the_owner_says_so(
    page: Page,
    collector: Collector,
    website: Website,
    attributes: str,
    counted: list[str],
) -> None:
    website.pages["/"] = document(snippet(collector), '<iframe src="/inner"></iframe>')
    website.pages["/inner"] = document(snippet(collector, attributes))

    page.goto(website.origin)

    urls = sorted(collector.next_message()["url"] for _ in counted)
    assert urls == [f"{website.origin}{path}" for path in counted]
    assert_nothing_was_sent(page, collector)


def test_page_opened_from_a_disk_is_not_counted(
    page: Page, collector: Collector, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.html"
    saved.write_text(document(snippet(collector)), encoding="utf-8")

    page.goto(saved.as_uri())

    assert_nothing_was_sent(page, collector)
