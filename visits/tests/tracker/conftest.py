"""A measured web site, a collector on another origin, and a browser tab that looks at the site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from visits.tests.tracker.websites import Collector, Website, running
from visits.tracker import MINIFIED_PATH


@pytest.fixture
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    site = Collector(
        script=MINIFIED_PATH.read_text(encoding="utf-8"),
        keeps_engagement=getattr(request.module, "KEEPS_ENGAGEMENT", False),
    )
    with running(site, "127.0.0.1"):
        yield site


@pytest.fixture
def website() -> Iterator[Website]:
    """By another name than the collector, so that the browser takes it for another site."""
    site = Website()
    with running(site, "localhost"):
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh tab on a screen of 1280x720; an exception that reaches its page fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, screen={"width": 1280, "height": 720}
    )
    tab = context.new_page()
    exceptions: list[str] = []
    tab.on("pageerror", lambda error: exceptions.append(str(error)))
    yield tab
    context.close()
    assert exceptions == []


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser prints in the console of `page`, in order."""
    printed: list[str] = []
    page.on("console", lambda message: printed.append(message.text))
    return printed
