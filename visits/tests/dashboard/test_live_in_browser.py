"""The live page in a real browser: it asks for itself, quietly, and says when nobody answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from sites.models import Site
from visits.tests.factory import make_visit

EVERY_MS = 5_000


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    """The time at which the server stands still: a minute that ends changes the page."""
    now = timezone.now()
    monkeypatch.setattr("visits.dashboard.live.timezone", SimpleNamespace(now=lambda: now))
    return now


@pytest.fixture
def page(
    live_server: Any, browser: Browser, owner: User, site: Site, now: dt.datetime
) -> Iterator[Page]:
    """The live page of a site with one visitor on its pricing page; its clock is ours."""
    make_visit(site, started_at=now, pageviews=["/pricing"])
    client = Client()
    client.force_login(owner)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    tab = context.new_page()
    tab.clock.install()
    tab.goto(reverse("site_live", args=[site.pk]))
    yield tab
    context.close()


def test_page_refreshes_itself_around_what_is_focused_and_open(
    page: Page, site: Site, now: dt.datetime
) -> None:
    page.get_by_text("Show as a table").click()
    page.get_by_role("link", name="/pricing").focus()
    make_visit(site, started_at=now, pageviews=["/about"])

    page.clock.fast_forward(EVERY_MS)

    expect(page.get_by_role("link", name="/about")).to_be_visible()
    expect(page).to_have_title("2 now, Example · Django-Tracking")
    expect(page.get_by_role("link", name="/pricing")).to_be_focused()
    expect(page.locator("#live-table")).to_have_attribute("open", "")

    page.evaluate("document.querySelector('.live-figure').isSame = true")
    with page.expect_response("**/live/**"):
        page.clock.fast_forward(EVERY_MS)
    assert page.evaluate("document.querySelector('.live-figure').isSame")


def test_lost_connection_is_said_until_it_is_back(page: Page) -> None:
    status = page.locator("[data-live-status]")
    page.route("**/live/**", lambda route: route.abort())

    page.clock.fast_forward(EVERY_MS)
    expect(status).to_contain_text("The connection is lost.")

    page.unroute_all()
    page.clock.fast_forward(EVERY_MS)
    expect(status).to_be_empty()
