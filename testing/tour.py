"""Going through all that a report can show: tabs, menus, dialogs, and the numbers below the pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from testing.watched import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The tabs of panels, and the parts of the one that is chosen.
CHOICES = ".bars .tabs a, .bars .variants a, .bars .keys a"
NAMES = f"""() => [...document.querySelectorAll("{CHOICES}")].map(
    (link) => `${{link.closest(".bars").id}} ${{link.dataset.choice}}`)"""
CLICK = f"""(name) => [...document.querySelectorAll("{CHOICES}")].find(
    (link) => `${{link.closest(".bars").id}} ${{link.dataset.choice}}` === name).click()"""
OPEN_MENUS = "() => document.querySelectorAll('details').forEach((menu) => { menu.open = true; })"
HELP = "#shortcuts"
EDITOR = "#filter-dialog"


def open_tabs(page: Page) -> Iterator[str]:
    """Open every tab of every panel and every part of a tab, one after the other; yield what was opened."""
    opened: list[str] = []
    while waiting := [name for name in page.evaluate(NAMES) if name not in opened]:
        page.evaluate(CLICK, waiting[0])
        settle(page)
        opened.append(waiting[0])
        yield waiting[0]


def read_series(page: Page) -> None:
    """Point at each quarter of the series."""
    box = page.locator("[data-series-data]").bounding_box()
    assert box is not None
    for quarter in range(5):
        page.mouse.move(box["x"] + (box["width"] - 1) * quarter / 4, box["y"] + 100)


def open_help(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator(HELP)).to_be_visible()


def open_editor(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator(f"{EDITOR} [data-filter-editor]")).to_be_visible()
