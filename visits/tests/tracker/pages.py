"""The pages of the measured site, the messages they should send, and what tests do with both."""

from typing import Any

from playwright.sync_api import Page

from visits.tests.tracker.websites import Collector, Sent, Website

STUB = (
    "<script>"
    "window.track = window.track || function(){(track.q = track.q || []).push(arguments)};"
    "</script>"
)

# A clock, a window and a tab of its own for a page: seconds, look_away(), hide() and show().
READER = """
    window.seconds = 0;
    performance.now = () => window.seconds * 1000;
    const hidden = Object.getOwnPropertyDescriptor(Document.prototype, "hidden").get;
    Object.defineProperty(document, "hidden", {
        get: () => Boolean(window.isHidden || hidden.call(document))
    });
    document.hasFocus = () => !window.isElsewhere;
    window.hide = (isHidden = true) => {
        window.isHidden = isHidden;
        document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
    };
    window.show = () => hide(false);
    window.look_away = (isElsewhere = true) => {
        window.isElsewhere = isElsewhere;
        dispatchEvent(new Event(isElsewhere ? "blur" : "focus"));
    };
"""
# Four screens of 720 pixels: the first is a quarter of the page.
TALL = (
    "<style>body { margin: 0 } a { position: absolute }</style><div style='height: 2880px'></div>"
)


def snippet(collector: Collector, attributes: str = "") -> str:
    return f'<script defer src="{collector.origin}/t.js" data-site="KEY" {attributes}></script>'


def document(head: str = "", body: str = "", title: str = "Home") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title><link rel=icon href=data:,>"
        f"{head}</head><body>{body}</body></html>"
    )


def message(website: Website, path: str, referrer: str = "", **more: Any) -> Sent:
    """The message that `path` should send; `referrer` is a path of the same site.

    Only the view of a page that has just been loaded knows its title.
    """
    sent = {
        "site": "KEY",
        "url": f"{website.origin}{path}",
        "referrer": f"{website.origin}{referrer}" if referrer else "",
        "screen": "1280x720",
    }
    is_first_view = not referrer and "name" not in more
    return {**sent, **({"title": "Home"} if is_first_view else {}), **more}


def event(website: Website, path: str, name: str, **props: str) -> Sent:
    """The message of an event that happened on `path`, the first page of its visit."""
    sent = message(website, path, name=name)
    return {**sent, "props": props} if props else sent


def engagement(website: Website, path: str, engaged: int, scroll: int) -> Sent:
    """The message that tells how the view of `path` was read; `engaged` is in milliseconds."""
    url = f"{website.origin}{path}"
    told = {"title": "Home", "engaged": engaged, "scroll": scroll}
    return {"site": "KEY", "name": "engagement", "url": url, **told}


def open_counted(page: Page, collector: Collector, website: Website, path: str = "/") -> None:
    """Opens `path` and takes its first message out of the way."""
    page.goto(f"{website.origin}{path}")
    collector.next_message()


MARK = {"name": "mark"}


def assert_nothing_was_sent(page: Page, collector: Collector) -> None:
    """Sends a mark of its own, last: what comes before it was sent by the tracker."""
    page.evaluate(
        "([endpoint, mark]) => fetch(endpoint, {method: 'POST', body: JSON.stringify(mark)})",
        [f"{collector.origin}/mark", MARK],
    )

    assert collector.next_message() == MARK
    assert collector.posts.empty()
