"""A report by keyboard alone: every control is reached in the order in which it is read, and what opens
closes again and gives the focus back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from testing.pages import addresses
from testing.tour import EDITOR, HELP
from testing.watched import settle
from tests.walk.conftest import Open

# What a person can do something with, and sees or would see on reaching it: numbered as it is read.
NUMBER_CONTROLS = """() => {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const isReached = (element) => element.checkVisibility({ visibilityProperty: true })
        && !element.disabled && element.tabIndex >= 0;
    const found = [...document.querySelectorAll(controls)].filter(isReached);
    found.forEach((element, place) => { element.dataset.place = place; });
    return found.map((element) => element.outerHTML.slice(0, 120));
}"""
FOCUSED = "() => Number(document.activeElement.dataset.place ?? -1)"
IS_IN_SIGHT = """() => {
    const { top, bottom, width } = document.activeElement.getBoundingClientRect();
    return width > 0 && bottom > 0 && top < innerHeight;
}"""
CONTROLS_AT_LEAST, MENUS_AT_LEAST = 60, 5
MENUS = "details.menu > summary"


@pytest.fixture
def page(open_browser: Open, values: dict[str, object], owner: User) -> Page:
    """The report, with a filter."""
    page = open_browser(owner).new_page()
    report = addresses({"site_report"}, values)["site_report"]
    page.goto(f"{report}?filter=browser:is:Firefox&compare=none")
    settle(page)
    return page


def test_tab_reaches_every_control_in_the_order_in_which_it_is_read(page: Page) -> None:
    controls = page.evaluate(NUMBER_CONTROLS)
    visited: list[int] = []

    for _ in controls:
        page.keyboard.press("Tab")
        visited.append(page.evaluate(FOCUSED))
        assert page.evaluate(IS_IN_SIGHT), controls[visited[-1]]

    missed = [each for place, each in enumerate(controls) if place not in visited]
    assert len(controls) >= CONTROLS_AT_LEAST
    assert missed == []
    assert visited == sorted(visited)


def test_menus_open_and_close_by_keyboard(page: Page) -> None:
    menus = [menu for menu in page.locator(MENUS).all() if menu.is_visible()]

    for summary in menus:
        menu = summary.locator("xpath=..")
        summary.focus()
        page.keyboard.press("Enter")
        expect(menu).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        assert menu.evaluate("(menu) => menu.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()

    assert len(menus) >= MENUS_AT_LEAST


@pytest.mark.parametrize(
    ("opener", "dialog"), [("[data-filter-open]", EDITOR), ("#more-menu", HELP)]
)
def test_dialogs_keep_the_focus_and_give_it_back(page: Page, opener: str, dialog: str) -> None:
    control = page.locator(opener).locator("visible=true").first
    control.focus()
    page.keyboard.press("Enter" if dialog == EDITOR else "?")
    expect(page.locator(dialog)).to_be_visible()

    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "(id) => document.activeElement === document.body"
            " || document.querySelector(id).contains(document.activeElement)",
            dialog,
        )
    page.keyboard.press("Escape")

    expect(page.locator(dialog)).to_be_hidden()
    expect(control).to_be_focused()
