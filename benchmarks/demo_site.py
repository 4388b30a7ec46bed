"""The demo site, served as operators serve it, with its owner signed in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.databases import environment, run_folder, sqlite_url
from benchmarks.serving import HOST, Serving, serve
from testing import chromium
from testing.server import PROJECT

EMAIL = "demo@example.com"
STAFF_EMAIL = "staff@example.com"
SCHEMES = ("light", "dark")


class NoBrowser(Exception):
    """There is no Chromium; the message says how to get one."""


@dataclass(frozen=True)
class DemoServer:
    """A running server with one site, number 1."""

    serving: Serving
    password: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.serving.port}"

    def sign_in(self, context: BrowserContext, email: str = EMAIL) -> None:
        """Sign the owner of the demo site in, or a superuser as STAFF_EMAIL."""
        page = context.new_page()
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", self.password)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{self.url}/sites/**")
        page.close()


@contextmanager
def demo_server() -> Iterator[DemoServer]:
    """Make the demo in a folder of its own, close its days and serve it until the block ends."""
    with run_folder() as folder:
        database = sqlite_url(folder / "tracking.sqlite3")
        for command in (["migrate"], ["demo"], ["closedays"]):
            _manage(command, database, folder)
        password = (folder / "demo_password").read_text(encoding="utf-8").strip()
        staff = ["createowner", STAFF_EMAIL, "--superuser", "--password", password]
        _manage(staff, database, folder)
        with serve(database, folder) as serving:
            yield DemoServer(serving, password)


def _manage(command: list[str], database_url: str, folder: Path) -> None:
    variables = environment(database_url, folder, SITE_URL=f"http://{HOST}")
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=variables,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Run Chromium until the block ends. Raises NoBrowser."""
    executable = chromium.find()
    if executable is None:
        raise NoBrowser(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, executable)
        try:
            yield browser
        finally:
            browser.close()
