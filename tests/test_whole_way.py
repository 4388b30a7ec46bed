"""The main job, end to end: a click in a browser becomes a number on the owner's screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from testing.server import OWNER, PASSWORD, Server, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Headless Chromium says so in its name, and is refused as a bot; people use this one.
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36"
)
VISITED_PAGE = """<!doctype html><title>{path}</title><link rel="icon" href="data:,">
<script defer src="{tracker}/t.js" data-site="{key}"></script>
<a id="next" href="/pricing">Pricing</a>
<button id="join" data-track-event="Sign-up" data-track-prop-plan="free">Join</button>"""
# In a list there is one; of several numbers the first comes beside the name.
NUMBER = ".bars-value, td:not([class])"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("whole-way"), "127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def visited_site(server: Server) -> Iterator[str]:
    """The address of somebody's website on another port, which carries the snippet on each page."""
    [(key,)] = server.rows("SELECT key FROM sites_site")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = VISITED_PAGE.format(path=self.path, tracker=server.url, key=key).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    website = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=website.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{website.server_port}"
    website.shutdown()
    website.server_close()


def visit(browser: Browser, visited_site: str, endpoint: str) -> None:
    """See three pages, one of them by the History API, and fire an event."""
    page = browser.new_context(user_agent=CHROME).new_page()
    with page.expect_response(endpoint):
        page.goto(f"{visited_site}/")
    with page.expect_response(endpoint):
        page.click("#next")
    with page.expect_response(endpoint):
        page.evaluate("history.pushState({}, '', '/pricing/teams')")
    with page.expect_response(endpoint):
        page.click("#join")
    page.context.close()


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/accounts/login/")
    page.fill("input[name=login]", OWNER)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/sites/")


def tiles_of(page: Page) -> dict[str, str]:
    """Return the totals on screen: label and value, without what only screen readers hear."""
    labels = page.locator(".tile-label").all_inner_texts()
    values = page.locator(".tile-value").all_inner_texts()
    shown = [value.split("\n")[0].replace("\xa0", " ") for value in values]
    return dict(zip(labels, shown, strict=True))


def rows_of(page: Page, panel: str) -> dict[str, str]:
    """Return the rows of a panel on screen, as soon as it is there: label and value."""
    page.wait_for_selector(f"#panel-{panel}:not([aria-busy])")
    rows = page.locator(f"#panel-{panel} tbody tr").all()
    return {
        "".join(row.locator(".bars-link span").all_text_contents()): row.locator(NUMBER)
        .first.inner_text()
        .strip()
        for row in rows
    }


def test_what_a_visitor_does_is_what_the_owner_reads(
    browser: Browser, server: Server, visited_site: str
) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, server)
    page.goto(f"{server.url}/sites/1/install/")
    page.wait_for_selector("text=Waiting for your first hit")

    visit(browser, visited_site, f"{server.url}/t")

    page.wait_for_selector("text=/A visitor .* with Chrome/", timeout=5_000)
    page.goto(f"{server.url}/sites/1/?period=today&behaviour=event")
    tiles = tiles_of(page)
    assert tiles["Visitors"] == "1"
    assert tiles["Visits"] == "1"
    assert tiles["Pageviews"] == "3"
    assert tiles["Bounce rate"] == "0 %"
    assert rows_of(page, "pages") == {"/": "1", "/pricing": "1", "/pricing/teams": "1"}
    assert rows_of(page, "behaviour") == {"Sign-up": "1"}
    assert rows_of(page, "devices") == {"Desktop": "1"}
    page.wait_for_selector("#panel-hits:not([aria-busy])")
    assert page.locator("#panel-hits li").count() == 4
    assert problems == []
