"""Debian's Chromium, driven by playwright."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

MISSING = "Chromium is not installed (Debian: apt-get install chromium)."
NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
# example.com is this machine, so that a page can have a real name; there is no other host.
HOSTS = (
    "MAP example.com 127.0.0.1, MAP *.example.com 127.0.0.1, EXCLUDE 127.0.0.1, EXCLUDE localhost"
)
ARGUMENTS = (
    "--no-sandbox",  # the sandbox cannot start as root, nor in most containers
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",  # /dev/shm has 64 MB in a container
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules={HOSTS}, MAP * ~NOTFOUND",
)


def find() -> str | None:
    """Return the path of the browser, None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    return playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
