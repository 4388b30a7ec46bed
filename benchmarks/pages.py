"""What the owner's pages cost: `make bench-pages` prints a table and writes var/bench/pages.json.

On the demo site, as operators serve it: the server's CPU time of a page and of each of its parts, the
weight of the first view, and how far anything moves after it is shown. RUNS changes how often is asked.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, StorageState

from benchmarks.databases import BENCH
from benchmarks.demo_site import SCHEMES, DemoServer, NoBrowser, demo_server, open_browser
from benchmarks.machine import describe_machine
from benchmarks.processes import cpu_seconds

# The kernel counts in hundredths of a second: a figure is the mean of a batch.
BATCHES, BATCH = 7, 20
REPORT = "/sites/1/?period=12mo"
WIDTHS = (1280, 390)
WATCH_SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({type: "layout-shift", buffered: true});
}"""
TEXTS = ("document", "stylesheet", "script")


@dataclass(frozen=True)
class Figure:
    """A figure beside the most that it may be; `limit` is None where none was set."""

    name: str
    unit: str
    reached: float
    limit: float | None = None

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "met" if self.reached <= self.limit else "MISSED"

    def line(self) -> str:
        limit = "" if self.limit is None else f"{self.limit:g}"
        return f"{self.name:<44}{self.reached:>10.4g} {self.unit:<6}{limit:>8}  {self.verdict}"


def measure(server: DemoServer, browser: Browser, runs: int) -> Iterator[Figure]:
    """Yield the figures of the report of twelve months and of its parts."""
    context = browser.new_context()
    server.sign_in(context)
    state = context.storage_state()
    parts = _parts(context, server)
    context.close()
    asking = Asking(server, _cookies(state), runs)
    yield Figure("first paint", "ms CPU", asking.cpu_ms(REPORT), 80)
    for part in parts:
        yield Figure(f"part {part}", "ms CPU", asking.cpu_ms(REPORT, part), 60)
    yield from _views(server, browser, state)


@dataclass(frozen=True)
class Asking:
    """Asks a server as a browser that is signed in."""

    server: DemoServer
    cookies: str
    runs: int

    def cpu_ms(self, path: str, target: str = "") -> float:
        """Return the median of the server's CPU time for a page, or for the part of it named `target`."""
        for _ in range(3):
            self._ask(path, target)
        return statistics.median(self._batch_ms(path, target) for _ in range(self.runs))

    def _batch_ms(self, path: str, target: str) -> float:
        began = cpu_seconds(self.server.serving.pid)
        for _ in range(BATCH):
            self._ask(path, target)
        return (cpu_seconds(self.server.serving.pid) - began) / BATCH * 1000

    def _ask(self, path: str, target: str) -> None:
        headers = {"Cookie": self.cookies, "Accept-Encoding": "gzip"}
        if target:
            headers |= {"HX-Request": "true", "HX-Target": target}
        request = urllib.request.Request(self.server.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


def _cookies(state: StorageState) -> str:
    return "; ".join(f"{each['name']}={each['value']}" for each in state["cookies"])


def _parts(context: BrowserContext, server: DemoServer) -> list[str]:
    """Return the ids of the parts that the report asks for by itself."""
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("hx-target", "")))
    page.goto(server.url + REPORT)
    page.wait_for_load_state("networkidle")
    page.close()
    return sorted(filter(None, set(asked)))


def _views(server: DemoServer, browser: Browser, state: StorageState) -> Iterator[Figure]:
    """Yield what the browser measures: weight once, shifts for each width and scheme."""
    for number, (width, scheme) in enumerate(_looks()):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state
        )
        page = context.new_page()
        page.add_init_script(f"({WATCH_SHIFTS})()")
        first_view = FirstView(page)
        page.goto(server.url + REPORT)
        page.wait_for_load_state("networkidle")
        if number == 0:
            yield Figure("first view, gzipped", "kB", first_view.bytes() / 1000, 60)
            yield Figure("requests to other hosts", "", first_view.strangers(server.url), 0)
        yield Figure(f"layout shift, {width} px, {scheme}", "", page.evaluate("window.shifted"), 0)
        context.close()


def _looks() -> Iterator[tuple[int, Any]]:
    for width in WIDTHS:
        for scheme in SCHEMES:
            yield width, scheme


class FirstView:
    """What a page loads before its lists ask for themselves."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer))

    def bytes(self) -> int:
        texts = [answer for answer in self.answers if answer.request.resource_type in TEXTS]
        return sum(len(gzip.compress(answer.body(), mtime=0)) for answer in texts)

    def strangers(self, url: str) -> int:
        return sum(not answer.url.startswith((url, "data:")) for answer in self.answers)


def write(figures: Iterable[Figure], path: Path) -> None:
    report = {
        "machine": describe_machine(),
        "figures": [{**asdict(figure), "verdict": figure.verdict} for figure in figures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    figures: list[Figure] = []
    runs = int(os.environ.get("RUNS") or BATCHES)
    print("Making the demo site …", file=sys.stderr)
    try:
        with open_browser() as browser, demo_server() as server:
            for figure in measure(server, browser, runs):
                figures.append(figure)
                print(figure.line(), flush=True)
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return 1
    write(figures, BENCH / "pages.json")
    print(describe_machine())
    return 0


if __name__ == "__main__":
    sys.exit(main())
