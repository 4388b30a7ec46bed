"""The benchmark of the owner's pages: figures beside their limits, and what the browser is asked."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.pages import WATCH_SHIFTS, Figure, FirstView, write

SHIFTING = """<!doctype html><title>Moves</title><p id="first">First</p><p>Second</p>
<script>setTimeout(() => {{ document.getElementById("first").style.height = "{height}" }}, 50)</script>"""


@pytest.mark.parametrize(
    ("reached", "limit", "verdict"), [(60, 60, "met"), (60.1, 60, "MISSED"), (1, None, "")]
)
def test_figure_is_judged_by_its_limit(reached: float, limit: float | None, verdict: str) -> None:
    figure = Figure("first paint", "ms CPU", reached, limit)

    assert figure.verdict == verdict
    assert figure.line().endswith(verdict)


def test_figures_are_written_with_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "bench" / "pages.json"

    write([Figure("first view", "kB", 38.8, 60)], path)

    report = json.loads(path.read_text())
    assert report["machine"]
    assert report["figures"] == [
        {"name": "first view", "unit": "kB", "reached": 38.8, "limit": 60, "verdict": "met"}
    ]


@pytest.mark.parametrize(("height", "shifts"), [("300px", True), ("auto", False)])
def test_what_moves_after_it_is_shown_is_noticed(
    browser: Browser, height: str, shifts: bool
) -> None:
    page = browser.new_page()
    page.add_init_script(f"({WATCH_SHIFTS})()")

    page.route(
        "**/*",
        lambda route: route.fulfill(body=SHIFTING.format(height=height), content_type="text/html"),
    )
    page.goto("http://example.com/")
    page.wait_for_timeout(300)

    assert (page.evaluate("window.shifted") > 0) is shifts


def test_first_view_weighs_its_texts_gzipped_and_knows_strangers(browser: Browser) -> None:
    style = "a { color: red } " * 100
    answers = {
        "/": (
            "text/html",
            '<link rel="stylesheet" href="/style.css"><img src="http://cdn.example.com/a.svg">',
        ),
        "/style.css": ("text/css", style),
        "/a.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    }
    page = browser.new_page()
    first_view = FirstView(page)

    def answer(route) -> None:
        path = "/" + route.request.url.split("/", 3)[3]
        content_type, body = answers[path]
        route.fulfill(body=body, content_type=content_type)

    page.route("**/*", answer)
    page.goto("http://example.com/")
    page.wait_for_load_state("networkidle")

    weights = [
        len(gzip.compress(answers[path][1].encode(), mtime=0)) for path in ("/", "/style.css")
    ]
    assert first_view.bytes() == sum(weights)
    assert first_view.strangers("http://example.com/") == 1
