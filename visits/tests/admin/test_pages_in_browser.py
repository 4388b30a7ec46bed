"""The admin in a real browser, under the product's own content security policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from accounts.models import User
from sites.models import Site
from visits.tests.admin.factories import make_hit
from visits.tests.saved.making import make_report

WIDE, NARROW = 1280, 390


@pytest.fixture
def session(live_server: Any, staff: User) -> Any:
    client = Client()
    client.force_login(staff)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": live_server.url}


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow and dark"])
def page(request: pytest.FixtureRequest, browser: Browser, session: Any) -> Iterator[Page]:
    """A tab in which staff is signed in; whatever the browser complains about fails the test."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=session["url"]
    )
    context.add_cookies([session])
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert complaints == []


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "visits_hit_changelist",
        "visits_hit_change",
        "sites_site_changelist",
        "sites_site_change",
        "sites_site_delete",
    ],
)
def test_page_fits_and_obeys_the_policy(name: str, page: Page, site: Site) -> None:
    hit = make_hit(site, "/" + "a-very-long-path-" * 25, event="Signup")
    arguments = {
        "visits_hit_change": [hit.pk],
        "sites_site_change": [site.pk],
        "sites_site_delete": [site.pk],
    }

    page.goto(reverse(f"admin:{name}", args=arguments.get(name, [])))

    assert "Django-Tracking" in page.title()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_theme_follows_the_choice_of_the_product(page: Page) -> None:
    page.goto(reverse("admin:index"))
    backgrounds = []

    for theme in ("light", "dark"):
        page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
        page.reload()
        backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert backgrounds == ["oklch(0.985 0.004 95)", "oklch(0.19 0.015 265)"]


@pytest.mark.parametrize("page", [(NARROW, "dark")], indirect=True)
def test_preview_follows_the_form_of_a_report(page: Page, site: Site) -> None:
    report = make_report(dimension="channel", period="28d")

    page.goto(reverse("admin:visits_report_change", args=[report.pk]))
    page.locator("#report-answer").get_by_text("Last 28 days").wait_for()
    page.get_by_label("Period:").select_option("7d")

    page.locator("#report-answer").get_by_text("Last 7 days").wait_for()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
