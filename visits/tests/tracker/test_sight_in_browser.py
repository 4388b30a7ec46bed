"""Pages that are loaded and not seen, and seen and not loaded."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from testing import chromium
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

# A tab of this browser is always in sight; this stands in for one that is not, and for show().
HIDDEN = """
    Object.defineProperty(document, "hidden", {get: () => !window.isShown});
    window.show = () => {
        window.isShown = true;
        document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
    };
"""


def test_unseen_page_is_counted_when_somebody_looks_at_it(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    page.add_init_script(HIDDEN)
    page.goto(website.origin)
    assert_nothing_was_sent(page, collector)

    page.evaluate("show()")

    assert collector.next_message() == message(website, "/")


def test_event_of_an_unseen_page_follows_its_view(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector))
    page.add_init_script(HIDDEN)
    page.goto(website.origin)
    page.evaluate("track('Loaded')")
    assert_nothing_was_sent(page, collector)

    page.evaluate("show()")

    assert collector.next_messages(2) == [
        message(website, "/"),
        message(website, "/", name="Loaded"),
    ]


def test_prerendered_page_is_counted_only_when_it_is_opened(
    browser: Browser, collector: Collector, website: Website, tmp_path: Path
) -> None:
    website.pages["/"] = document(
        '<script type="speculationrules">'
        '{"prerender": [{"urls": ["/next"], "eagerness": "immediate"}]}</script>',
        '<a href="/next">Next</a><script>'
        "fetch('/gate').then(() => document.querySelector('a').click())</script>",
    )
    website.pages["/next"] = document(
        snippet(collector),
        "<script>addEventListener('DOMContentLoaded', () => "
        f"fetch('{collector.origin}/mark', {{method: 'POST', "
        "body: JSON.stringify({isPrerendering: document.prerendering})}))</script>",
    )
    with _chromium_without_developer_tools(f"{website.origin}/", tmp_path):
        assert collector.next_message() == {"isPrerendering": True}
        assert collector.posts.empty()

        website.gate.set()

        assert collector.next_message()["url"] == f"{website.origin}/next"


def test_page_from_the_back_forward_cache_is_seen_and_read_anew(
    browser: Browser, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector), '<a href="/next">Next</a>' + TALL)
    website.pages["/next"] = document(snippet(collector))
    with _tab_with_back_forward_cache(browser) as page:
        page.add_init_script(READER)
        # Playwright knows nothing of a page that comes back like this.
        page.add_init_script(
            "addEventListener('pageshow', event => event.persisted"
            " && setTimeout(() => { seconds = 7; hide(); }))"
        )
        open_counted(page, collector, website)
        page.evaluate("seconds = 5; document.querySelector('a').click()")
        _, read = collector.next_messages(2)

        page.evaluate("setTimeout(() => history.back())")
        again, reread = collector.next_messages(2)

    assert read == engagement(website, "/", 5000, 25)
    assert again == message(website, "/", referrer="/", title="Home")
    assert reread == engagement(website, "/", 2000, 25)


@contextmanager
def _tab_with_back_forward_cache(browser: Browser) -> Iterator[Page]:
    """Playwright switches that cache off in every browser it starts."""
    with browser.browser_type.launch(
        executable_path=chromium.find(),
        args=list(chromium.ARGUMENTS),
        ignore_default_args=["--disable-back-forward-cache"],
    ) as caching:
        context = caching.new_context(
            viewport={"width": 1280, "height": 720}, screen={"width": 1280, "height": 720}
        )
        yield context.new_page()


@contextmanager
def _chromium_without_developer_tools(url: str, profile: Path) -> Iterator[None]:
    """Chromium prerenders nothing while its developer tools, and so Playwright, are attached."""
    command = [str(chromium.find()), *chromium.ARGUMENTS, "--headless", "--remote-debugging-port=0"]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={profile}", url], stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
