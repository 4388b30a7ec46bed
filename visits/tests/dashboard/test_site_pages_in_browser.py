"""How the pages of a site are laid out, measured in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize

from accounts.models import User
from sites.models import Site
from visits.models import Refusal, RefusalReason
from visits.tests.factory import make_visit
from visits.tests.named import make_link

PAGES = ("settings", "goals", "sharing", "exclusions", "refusals", "install", "data", "annotations")


@pytest.fixture
def signed_in_at(live_server: Any, browser: Browser, owner: User) -> Any:
    """Return a function that opens a page of the owner's at a width in pixels."""
    client = Client()
    client.force_login(owner)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    contexts = []

    def open_at(width: int, **options: Any) -> Page:
        viewport: ViewportSize = {"width": width, "height": 800}
        context = browser.new_context(base_url=live_server.url, viewport=viewport, **options)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield open_at
    for context in contexts:
        context.close()


def right_edge(page: Page) -> float:
    box = page.locator(".site-page").bounding_box()
    assert box
    return box["x"] + box["width"]


def test_pages_of_a_site_end_at_the_same_edge(signed_in_at: Any, site: Site) -> None:
    page = signed_in_at(1280)
    edges = {}
    for name in PAGES:
        page.goto(reverse(f"site_{name}", args=[site.pk]))
        edges[name] = right_edge(page)

    assert len(set(edges.values())) == 1, edges


def test_numbers_of_refusals_stand_below_their_text_on_a_small_screen(
    signed_in_at: Any, site: Site
) -> None:
    Refusal.objects.create(site=site, reason=RefusalReason.BOT, count=3, hour_at=timezone.now())
    page = signed_in_at(390)
    page.goto(reverse("site_refusals", args=[site.pk]))

    row = page.get_by_role("row", name="Bot or crawler")
    text = row.get_by_role("rowheader").bounding_box()
    number = row.get_by_role("cell").first.bounding_box()
    assert text
    assert number
    assert text["width"] > 250
    assert number["y"] >= text["y"] + text["height"]


def test_cards_of_a_row_have_no_holes(signed_in_at: Any, owner: User, site: Site) -> None:
    named = Site.objects.create(owner=owner, name="zoo.example", domain="zoo.example")
    for each in (site, named):
        make_visit(each, started_at=timezone.now())
    Site.objects.create(owner=owner, name="Waits", domain="waits.example")
    page = signed_in_at(1280)
    page.goto(reverse("site_list"))

    # From the end of what stands in a card to what stands below it: nowhere more than a gap.
    holes = page.locator(".site-card").evaluate_all(
        """cards => cards.map(card => {
          const boxes = [...card.children].map(child => child.getBoundingClientRect());
          return Math.max(...boxes.slice(1).map((box, place) => box.top - boxes[place].bottom));
        })"""
    )
    heights = page.locator(".site-card").evaluate_all(
        "cards => cards.map(card => card.offsetHeight)"
    )
    assert max(holes) <= 16
    assert len(set(heights)) == 1


def test_search_for_sites_has_room_in_german_on_a_small_screen(
    signed_in_at: Any, owner: User, site: Site
) -> None:
    page = signed_in_at(390, locale="de-DE")
    page.goto(reverse("site_list"))

    box = page.locator(".site-search").bounding_box()
    assert box
    assert box["width"] >= 200


def test_copy_button_is_called_without_a_space_before_a_colon(
    signed_in_at: Any, site: Site
) -> None:
    make_link(site, "Agency")
    page = signed_in_at(1280)
    page.goto(reverse("site_sharing", args=[site.pk]))

    assert page.get_by_role("button", name="Copy (address of Agency)", exact=True).count() == 1


def test_what_a_link_shows_looks_like_one_list(signed_in_at: Any, site: Site) -> None:
    page = signed_in_at(1280)
    page.goto(reverse("site_link_add", args=[site.pk]))

    legend = page.locator("legend", has_text="What it shows")
    assert "optional" not in legend.inner_text()
    looks = page.locator("fieldset label").evaluate_all(
        "labels => labels.map(each => [each.offsetLeft, getComputedStyle(each).fontWeight].join())"
    )
    badge = page.locator(".field-check label").last.evaluate(
        "each => getComputedStyle(each).fontWeight"
    )
    assert len(set(looks)) == 1
    assert looks[0].endswith(badge)


def test_chosen_period_keeps_its_key_and_touch_screens_show_none(
    signed_in_at: Any, site: Site
) -> None:
    make_visit(site, started_at=timezone.now())
    report = reverse("site_report", args=[site.pk]) + "?period=7d"
    page = signed_in_at(1280)
    page.goto(report)
    page.locator("#period-menu").click()
    keys = page.locator("#period .menu-item .menu-key:visible")
    edges = keys.evaluate_all(
        "keys => keys.map(key => Math.round(key.getBoundingClientRect().right))"
    )
    assert "W" in keys.all_inner_texts()
    assert len(set(edges)) == 1

    touch = signed_in_at(390, has_touch=True, is_mobile=True)
    touch.goto(report)
    touch.locator("#period-menu").click()

    assert touch.locator("#period .menu-key:visible").count() == 0
