"""The pages of the measured site, the messages they should send, and what tests do with both."""

from typing import Any

from playwright.sync_api import Page

from visits.tests.tracker.websites import Collector, Sent, Website

STUB = (
    "<script>"
    "window.track = window.track || function(){(track.q = track.q || []).push(arguments)};"
    "</script>"
)


def snippet(collector: Collector, attributes: str = "") -> str:
    return f'<script defer src="{collector.origin}/t.js" data-site="KEY" {attributes}></script>'


def document(head: str = "", body: str = "", title: str = "Home") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title><link rel=icon href=data:,>"
        f"{head}</head><body>{body}</body></html>"
    )


def message(website: Website, path: str, referrer: str = "", **more: Any) -> Sent:
    """The message that `path` should send; `referrer` is a path of the same site."""
    return {
        "site": "KEY",
        "url": f"{website.origin}{path}",
        "referrer": f"{website.origin}{referrer}" if referrer else "",
        "screen": "1280x720",
        **more,
    }


def open_counted(page: Page, collector: Collector, website: Website, path: str = "/") -> None:
    """Opens `path` and takes its first message out of the way."""
    page.goto(f"{website.origin}{path}")
    collector.next_message()


def assert_nothing_was_sent(page: Page, collector: Collector) -> None:
    """Sends a mark of its own, last: what comes before it was sent by the tracker."""
    page.evaluate(
        """endpoint => fetch(endpoint, {method: "POST", body: '{"name": "mark"}'})""",
        f"{collector.origin}/mark",
    )

    assert collector.next_message() == {"name": "mark"}
    assert collector.posts.empty()
