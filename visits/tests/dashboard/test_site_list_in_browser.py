"""My sites in a real browser: the list follows what is typed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect

from accounts.models import User
from sites.models import Site


def test_list_follows_the_search(
    live_server: Any, browser: Browser, owner: User, site: Site
) -> None:
    Site.objects.create(owner=owner, name="<b>Bakery</b>", domain="bakery.example")
    client = Client()
    client.force_login(owner)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(reverse("site_list"))
    expect(page.locator(".site-card")).to_have_count(2)

    page.get_by_label("Search my sites").press_sequentially("bak")

    expect(page.locator(".site-card")).to_have_count(1)
    expect(page.get_by_role("link", name="<b>Bakery</b>")).to_be_visible()
    expect(page.get_by_label("Search my sites")).to_be_focused()
    assert page.url.endswith("?q=bak")
    assert complaints == []
    context.close()
