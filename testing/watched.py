"""A tab in which nothing goes unnoticed: messages, errors, dialogs and requests to other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request

    from accounts.models import User

# What Chromium says of a page whose status is one of an error, whatever is on it.
OF_STATUS = "Failed to load resource: the server responded with a status of"
# Schemes of what is in the page itself.
INNER = {"data", "blob", "about"}
SETTLED = """() => document.readyState === "complete"
    && !document.querySelector("[aria-busy=true], .htmx-request, .htmx-swapping, .htmx-settling")"""


class Complaints(list[str]):
    """What a tab complained about since somebody asked."""

    def taken(self) -> list[str]:
        said = list(self)
        self.clear()
        return said


def watch(page: Page, host: str) -> Complaints:
    """Return where everything is written down that a page of `host` should not do."""
    said = Complaints()

    def hear(message: ConsoleMessage) -> None:
        if not message.text.startswith(OF_STATUS):
            said.append(f"console: {message.text}")

    def close(dialog: Dialog) -> None:
        said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def follow(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INNER and f"{parts.scheme}://{parts.netloc}" != host:
            said.append(f"request: {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("dialog", close)
    page.on("request", follow)
    return said


def sign_in(context: BrowserContext, person: User, host: str) -> None:
    """Give a browser the session of somebody."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": host}])


def settle(page: Page) -> None:
    """Wait until nothing of a page is still to come."""
    page.wait_for_function(SETTLED)
