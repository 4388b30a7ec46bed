"""A browser without JavaScript: what a report offers is done by links and forms."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from sites.models import Site
from tests.walk.conftest import Open
from visits.dashboard.panels.choice import PANELS
from visits.models import Annotation, Segment
from visits.tests.factory import make_visit

ROWS_OF_PAGE = 50


@pytest.fixture
def page(open_browser: Open, values: dict[str, object], owner: User, site: Site) -> Page:
    """The report, as soon as it has led to the one with all panels."""
    with transaction.atomic():
        make_visit(site, pageviews=[f"/old-{number:02}" for number in range(ROWS_OF_PAGE)])
    page = open_browser(owner, java_script_enabled=False).new_page()
    page.goto(reverse("site_report", args=[site.pk]))
    page.wait_for_url("**panels=all**")
    return page


def test_all_panels_come_with_the_page(page: Page) -> None:
    for panel in PANELS:
        expect(page.locator(f"#panel-{panel.name}:not([aria-busy])")).to_have_count(1)
        assert page.locator(f"#panel-{panel.name} tbody tr").count() > 0

    expect(page.locator("#panel-hits")).to_contain_text("/pricing")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_period_comparison_and_filter_are_links_and_forms(page: Page) -> None:
    page.locator("#period-menu").click()
    page.get_by_role("link", name="Last 7 days").click()
    expect(page.locator("#period-menu")).to_contain_text("Last 7 days")
    page.locator("#period-menu").click()
    page.fill("#period-from", "2026-05-01")
    page.fill("#period-to", "2026-05-05")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#panel-pages")).to_contain_text("/old-")
    page.locator("#compare-menu").click()
    page.locator("#compare").get_by_role("link", name="No comparison").click()
    expect(page.locator("#compare-menu")).to_contain_text("No comparison")

    page.locator("[data-filter-open]").first.click()
    page.get_by_role("link", name="Page", exact=True).click()
    page.fill("#filter-typed", "/old-07")
    page.get_by_role("button", name="Search").click()
    page.get_by_label(re.compile("^/old-07")).check()
    page.get_by_role("button", name="Filter", exact=True).click()

    expect(page.locator(".filter-words")).to_have_text("Page is /old-07")
    expect(page.locator("#panel-devices tbody")).to_contain_text("Desktop")
    page.get_by_role("link", name="Remove the filter Page is /old-07").click()
    expect(page.locator(".filter-words")).to_have_count(0)


def test_details_are_put_in_order_searched_turned_and_exported(page: Page, site: Site) -> None:
    page.goto(reverse("site_details", args=[site.pk, "page"]) + "?period=all")
    names = page.locator("#details-table tbody th")
    expect(names).to_have_count(ROWS_OF_PAGE + 1)

    page.get_by_role("link", name="Next").click()
    assert names.count() < ROWS_OF_PAGE
    page.get_by_role("link", name="Page", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Page")
    expect(names.nth(1)).to_have_text("/")
    page.get_by_role("searchbox").fill("old-1")
    page.keyboard.press("Enter")
    expect(names).to_have_text(["Everything", *(f"/old-1{number}" for number in range(10))])

    address = page.get_by_role("link", name="Export CSV").evaluate("(link) => link.href")
    rows = list(csv.DictReader(io.StringIO(page.request.get(address).text())))
    assert [row["page"] for row in rows] == [f"/old-1{number}" for number in range(10)]


def test_segments_are_saved_chosen_and_deleted(page: Page, site: Site) -> None:
    page.goto(reverse("site_report", args=[site.pk]) + "?filter=browser:is:Firefox&panels=all")

    page.get_by_text("Save as segment").click()
    page.locator(".filter-save").get_by_role("textbox").fill("Foxes")
    page.keyboard.press("Enter")

    expect(page.locator(".filter-words")).to_contain_text("Foxes")
    segment = Segment.objects.get(name="Foxes")
    page.goto(reverse("site_segment_delete", args=[site.pk, segment.pk]))
    page.locator("main button[type=submit]").click()
    assert not Segment.objects.filter(name="Foxes").exists()


def test_notes_are_written_and_shown(page: Page, site: Site) -> None:
    page.goto(reverse("site_annotation_add", args=[site.pk]))
    page.locator("main input[name=text]").fill("The shop opened")

    page.locator("main button[type=submit]").click()

    assert Annotation.objects.filter(text="The shop opened").count() == 1
    page.goto(reverse("site_report", args=[site.pk]))
    expect(page.locator(".series")).to_contain_text("The shop opened")
