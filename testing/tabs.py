"""A real browser in which somebody is signed in, and tabs that may not complain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User


# Any: the options are those of playwright.
@contextmanager
def signed_in(browser: Browser, url: str, user: User, **options: Any) -> Iterator[BrowserContext]:
    """Give a browser signed in at the server at `url`, 1280 by 800 unless `options` say otherwise."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    size = {"width": 1280, "height": 800}
    context = browser.new_context(**{"viewport": size, "base_url": url, **options})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    try:
        yield context
    finally:
        context.close()


@contextmanager
def quiet_tab(context: BrowserContext) -> Iterator[Page]:
    """Give a tab; what its console or a script complains about fails the test."""
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    assert complaints == [], complaints
