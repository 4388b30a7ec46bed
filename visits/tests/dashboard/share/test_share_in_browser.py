"""Shared reports in a real browser: which pages may frame them, and that a frame stays one."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sites.models import Site
from visits.models import SharedLink
from visits.tests.factory import make_visit
from visits.tests.named import make_link

PASSWORD = "correct horse"


class FramingPage(BaseHTTPRequestHandler):
    """A page of somebody else, which shows the addresses of its query in frames."""

    def do_GET(self) -> None:
        frames = parse_qs(urlsplit(self.path).query).get("frame", [])
        markup = "".join(
            f'<iframe src="{each}" width="900" height="900"></iframe>' for each in frames
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!doctype html>{markup}".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of another server on this machine: by each of its names it is another origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), FramingPage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def link(site: Site, port: int) -> SharedLink:
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/pricing"])
    return make_link(site, embed_origins=f"http://localhost:{port}")


@pytest.fixture
def context(live_server: Any, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url)
    yield context
    context.close()


def framing(
    context: BrowserContext, origin: str, addresses: list[str], refusals: int
) -> tuple[Page, list[str]]:
    """Return a page that shows these addresses in frames, and so many refusals of the browser."""
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{origin}/?{urlencode({'frame': addresses}, doseq=True)}")
    while len(said) < refusals:
        page.wait_for_event("console")
    return page, said


def test_frame_shows_the_report_on_named_pages_alone(
    context: BrowserContext, live_server: Any, link: SharedLink, port: int
) -> None:
    embedded = live_server.url + reverse("embedded_report", args=[link.slug, "dark"])
    others = [reverse("shared_report", args=[link.slug]), reverse("account_login")]
    others = [live_server.url + each for each in others]

    page, said = framing(context, f"http://localhost:{port}", [embedded, *others], refusals=2)
    report = page.frame_locator("iframe").first
    expect(report.locator("#totals")).to_be_visible()
    expect(report.locator("html")).to_have_attribute("data-theme", "dark")
    expect(report.locator("#panel-pages")).to_contain_text("/pricing")
    report.locator("#panel-pages").get_by_role("link", name="Entry").click()
    expect(report.locator("#panel-pages")).not_to_contain_text("/pricing")
    assert len(said) == 2
    assert all("frame-ancestors 'none'" in each for each in said)

    stranger, said = framing(context, f"http://127.0.0.1:{port}", [embedded], refusals=1)
    assert f"frame-ancestors http://localhost:{port}" in said[0]
    expect(stranger.frame_locator("iframe").locator("#totals")).to_have_count(0)


def test_password_is_typed_and_remembered(
    context: BrowserContext, site: Site, link: SharedLink
) -> None:
    locked = make_link(site, "Locked", password=PASSWORD)
    page = context.new_page()

    page.goto(reverse("shared_report", args=[locked.slug]) + "?period=7d")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#panel-pages")).to_contain_text("/pricing")
    assert page.url.endswith("?period=7d")
    page.reload()
    expect(page.locator("#panel-pages")).to_contain_text("/pricing")
