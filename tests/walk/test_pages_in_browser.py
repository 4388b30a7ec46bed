"""A walk over every page in a real browser: nothing is refused by the policy, nothing comes from another
host, nothing breaks, and axe finds nothing that keeps people out."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from sites.models import Site
from testing.axe import NARROW, OTHERS, WIDE, Look, violations
from testing.pages import OF_ADMIN, OF_ANYBODY, OF_OWNERS, OF_STAFF, addresses
from testing.tour import EDITOR, OPEN_MENUS, open_editor, open_help, open_tabs, read_series
from testing.watched import Complaints, settle, watch
from tests.walk.conftest import Open
from visits.tests.named import make_link

# What most people see, in every look.
MOST_SEEN = {"site_report", "site_live", "site_settings", "account_login"}
# What owners see, too, with less around it.
SHARED = ("shared_", "embedded_", "demo_")
PASSWORD = "correct horse"
# All but those that are chosen anew with another one.
TABS_AT_LEAST = 22
LIVE_MS = 5_000

Found = dict[str, list[str]]


def looks_of(name: str) -> tuple[Look, ...]:
    """Return how a page is looked at: in two ways that have nothing in common, if it is not a special one."""
    if name in MOST_SEEN:
        return (WIDE, *OTHERS, NARROW)
    if name.startswith(SHARED):
        return (WIDE,) if name.startswith("shared_") else (NARROW,)
    return (NARROW,) if name in OF_STAFF else (WIDE, NARROW)


def walk(page: Page, said: Complaints, pages: dict[str, str]) -> Found:
    """Return what is wrong with pages, by their names."""
    found: Found = {}
    for name, address in pages.items():
        page.goto(address)
        settle(page)
        found[name] = [*violations(page, looks_of(name)), *said.taken()]
    return {name: complaints for name, complaints in found.items() if complaints}


def test_pages_of_everybody(
    open_browser: Open, host: str, values: dict[str, object], site: Site
) -> None:
    page = open_browser().new_page()
    said = watch(page, host)
    locked = make_link(site, "Locked", password=PASSWORD)
    more = addresses({"shared_report"}, {"slug": locked.slug})
    pages = {**addresses(OF_ANYBODY, values), "locked": more["shared_report"], "gone": "/gone/"}

    assert walk(page, said, pages) == {}


def test_pages_of_owners(
    open_browser: Open, host: str, values: dict[str, object], owner: User
) -> None:
    page = open_browser(owner).new_page()
    said = watch(page, host)
    report = addresses({"site_report"}, values)["site_report"]
    wrong = {"wrong": f"{report}?period=never"}

    assert walk(page, said, addresses(OF_OWNERS | OF_STAFF, values) | wrong) == {}


def test_pages_of_the_admin(
    open_browser: Open, host: str, values: dict[str, object], owner: User
) -> None:
    """Those that are ours, and a list and a form in Django's way with our theme."""
    page = open_browser(owner).new_page()
    said = watch(page, host)
    stock = {
        "list": reverse("admin:sites_site_changelist"),
        "form": reverse("admin:visits_report_add"),
    }

    assert walk(page, said, addresses(OF_ADMIN, values) | stock) == {}


def test_everything_on_a_report_opens(
    open_browser: Open, host: str, values: dict[str, object], owner: User
) -> None:
    """Every tab of every panel, every menu and every dialog: with complaints of neither browser nor axe."""
    page = open_browser(owner).new_page()
    said = watch(page, host)
    page.goto(addresses({"site_report"}, values)["site_report"])
    settle(page)

    opened = list(open_tabs(page))
    read_series(page)
    open_help(page)
    found = violations(page, (WIDE,))
    page.keyboard.press("Escape")
    open_editor(page)
    page.locator(EDITOR).get_by_role("link", name="Page", exact=True).click()
    expect(page.locator("#filter-typed")).to_be_focused()
    found += violations(page, (WIDE,))
    page.keyboard.press("Escape")
    page.evaluate(OPEN_MENUS)
    found += violations(page, (NARROW,))

    assert len(opened) >= TABS_AT_LEAST
    assert found == []
    assert said == []


def test_live_page_refreshes_itself(
    open_browser: Open, host: str, values: dict[str, object], owner: User
) -> None:
    page = open_browser(owner).new_page()
    said = watch(page, host)
    page.clock.install()
    page.goto(addresses({"site_live"}, values)["site_live"])

    with page.expect_response("**/live/**"):
        page.clock.fast_forward(LIVE_MS)
    settle(page)

    assert said == []
