"""The forms of goals and funnels in a real browser: rows and counts refresh in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from sites.models import Site
from testing.tabs import quiet_tab, signed_in
from visits.models import Funnel, Goal
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import make_goal


@pytest.fixture
def context(
    live_server: Any, browser: Browser, owner: User, site: Site
) -> Iterator[BrowserContext]:
    """A browser in which the owner of a site with one sign-up is signed in."""
    visit = make_visit(site, started_at=timezone.now(), pageviews=["/", "/thanks"])
    make_hit(visit, "/thanks", event="Signup", properties={"plan": "Pro"})
    with signed_in(
        browser, live_server.url, owner, viewport={"width": 390, "height": 800}
    ) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with quiet_tab(context) as tab:
        yield tab


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("Boolean(window.isSamePage)"))


def test_goal_is_written_counted_and_stored_without_leaving_the_page(
    page: Page, site: Site
) -> None:
    page.goto(reverse("site_goal_add", args=[site.pk]))
    page.evaluate("isSamePage = true")
    expect(page.get_by_label("Event", exact=True)).to_be_hidden()

    page.get_by_label("An event happens").check()
    expect(page.get_by_label("Page", exact=True)).to_be_hidden()
    page.get_by_label("Event", exact=True).fill("Signup")
    page.get_by_role("button", name="Add a condition").press("Enter")
    expect(page.get_by_label("Property")).to_be_focused()
    page.get_by_label("Property").fill("plan")
    page.get_by_label("Value").fill("Free")
    page.get_by_label("Value").blur()
    expect(page.locator("#goal-preview")).to_contain_text("No visitor")
    page.get_by_label("Value").fill("Pro")
    page.get_by_label("Value").blur()
    expect(page.locator("#goal-preview")).to_contain_text("Visitors")
    assert is_same_page(page)
    page.get_by_label("Name").fill("Paid")
    page.keyboard.press("Enter")

    expect(page.get_by_role("row", name="Paid")).to_contain_text("plan is Pro")
    assert [each["value"] for each in Goal.objects.get().conditions] == ["Pro"]


def test_step_is_moved_by_keyboard_and_keeps_the_focus(page: Page, site: Site) -> None:
    goals = [make_goal(site, name, f"/{name}") for name in ("cart", "thanks")]
    page.goto(reverse("site_funnel_add", args=[site.pk]))
    page.evaluate("isSamePage = true")
    page.get_by_label("Name").fill("Sales")
    steps = page.get_by_label("Goal")
    steps.nth(0).select_option("thanks")
    steps.nth(1).select_option("cart")

    page.get_by_role("button", name="Move step 2 up").press("Enter")

    # The first step cannot go further up.
    expect(page.get_by_role("button", name="Remove step 1")).to_be_focused()
    expect(steps.nth(0)).to_have_value(str(goals[0].pk))
    assert is_same_page(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Sales")).to_be_visible()
    assert Funnel.objects.get().ordered_goals() == goals


def test_goal_is_written_without_javascript(
    context: BrowserContext, browser: Browser, live_server: Any, site: Site
) -> None:
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(live_server.url + reverse("site_goal_add", args=[site.pk]))

    page.get_by_label("Name").fill("Paid")
    page.get_by_label("An event happens").check()
    page.get_by_label("Event", exact=True).fill("Signup")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Property").fill("plan")
    page.get_by_label("Value").fill("Pro")
    page.get_by_role("button", name="Count the last 28 days").click()
    expect(page.locator("#goal-preview")).to_contain_text("Visitors")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("row", name="Paid")).to_contain_text("plan is Pro")
    plain.close()
