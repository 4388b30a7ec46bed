"""The details of a dimension in a real browser: the table is refreshed in place, and can be taken away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from sites.models import Site
from testing.tabs import quiet_tab, signed_in
from visits.tests.factory import make_visit
from visits.tests.files.formulas import FORMULAS

FORMULA = """async () => {
    const { csvOf } = await import(document.querySelector("script[src*=table]").src);
    const table = document.createElement("table");
    const row = table.insertRow();
    for (const text of ["=1+1", 'say "no"', "plain"]) row.insertCell().textContent = text;
    return csvOf(table);
}"""
SAFE = """async (texts) => {
    const { formulaSafe } = await import(document.querySelector("script[src*=table]").src);
    return texts.map(formulaSafe);
}"""
QUOTED = '"\'=1+1","say ""no""","plain"'


@pytest.fixture
def page(live_server: Any, browser: Browser, owner: User, site: Site) -> Iterator[Page]:
    """The report of a site with a visit of sixty pages and one of long ago."""
    now = timezone.now()
    make_visit(site, started_at=now - dt.timedelta(days=40), pageviews=["/page-00"])
    pages = ["/=page", *(f"/page-{number:02}" for number in range(59))]
    make_visit(site, started_at=now, pageviews=pages)
    make_visit(site, started_at=now, pageviews=["/page-00"])
    with (
        signed_in(
            browser,
            live_server.url,
            owner,
            viewport={"width": 1280, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        ) as context,
        quiet_tab(context) as tab,
    ):
        tab.goto(reverse("site_report", args=[site.pk]) + "?period=28d")
        yield tab


def test_changes_come_when_somebody_looks_and_details_are_a_link_away(page: Page) -> None:
    row = page.locator("#panel-pages tbody tr").first
    expect(row.locator(".bars-change")).to_be_empty()

    row.hover()
    expect(row.locator(".change")).to_have_text("↑up 100\N{NO-BREAK SPACE}%")
    page.locator("#panel-pages .bars-foot a").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pages")
    assert page.url.endswith("/details/page/?period=28d")


def test_search_order_and_pages_refresh_the_table_in_place(page: Page) -> None:
    page.goto("details/page/?period=28d".join(page.url.split("?period=28d")))
    page.evaluate("isSamePage = true")
    names = page.locator("#details-table tbody th")

    page.get_by_role("link", name="Next").click()
    expect(names.nth(1)).to_have_text("/page-49")
    page.get_by_role("link", name="Page", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Page")
    expect(page.locator("#details-sort-name")).to_be_focused()
    page.get_by_role("searchbox").press_sequentially("=page")
    expect(names).to_have_text(["Everything", "/=page"])

    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("[data-choice-status]")).to_have_text("Pages: 1 row with “=page”")
    assert page.url.endswith("/details/page/?search=%3Dpage&period=28d&sort=name")
    assert page.evaluate("isSamePage")
    page.get_by_role("button", name="Copy as CSV").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    header, total, row = page.evaluate("navigator.clipboard.readText()").split("\r\n")
    assert header.startswith('"Page","Visitors","Share"')
    assert (total[:15], row[:11]) == ('"Everything",2,', '"/=page",1,')
    assert page.evaluate(FORMULA) == QUOTED
    texts, cells = zip(*FORMULAS, strict=True)
    assert page.evaluate(SAFE, list(texts)) == list(cells)
    page.go_back()
    expect(names).to_have_count(51)
