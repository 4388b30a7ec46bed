"""The series in a real browser: days are marked by mouse, finger and keys, and opened as a report."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from sites.models import Site
from testing.tabs import quiet_tab, signed_in
from visits.models import Annotation
from visits.tests.factory import make_visit
from visits.tests.named import make_annotation

DAYS = 10


@pytest.fixture
def today(site: Site) -> dt.date:
    return site.day_of(timezone.now())


@pytest.fixture
def page(
    live_server: Any, browser: Browser, owner: User, site: Site, today: dt.date
) -> Iterator[Page]:
    """The report of ten days by the day, with a note on the third."""
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/pricing"])
    make_annotation(site, "Newsletter <b>sent</b>", today - dt.timedelta(days=7))
    with (
        signed_in(
            browser, live_server.url, owner, viewport={"width": 1280, "height": 700}, has_touch=True
        ) as context,
        quiet_tab(context) as tab,
    ):
        first = today - dt.timedelta(days=DAYS - 1)
        tab.goto(f"{reverse('site_report', args=[site.pk])}?period=custom&from={first}&to={today}")
        tab.evaluate("isSamePage = true")
        expect(tab.locator("[aria-busy]")).to_have_count(0)
        yield tab


def spot(page: Page, bucket: int) -> tuple[float, float]:
    """Return where a bucket of the ten is on the screen."""
    box = page.locator("[data-series-data]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * bucket / (DAYS - 1), box["y"] + 150


def readout(page: Page, part: str) -> Locator:
    return page.locator(f"[data-part={part}]")


def day_of(today: dt.date, bucket: int) -> dt.date:
    return today - dt.timedelta(days=DAYS - 1 - bucket)


def iso(today: dt.date, bucket: int) -> str:
    return day_of(today, bucket).isoformat()


def test_dragging_opens_the_days_that_were_marked(page: Page, today: dt.date) -> None:
    page.mouse.move(*spot(page, 2))
    page.mouse.down()
    page.mouse.move(*spot(page, 5), steps=3)
    expect(readout(page, "label")).to_have_text(re.compile(" – "))
    page.mouse.up()

    page.wait_for_url(f"**?period=custom&from={iso(today, 2)}&to={iso(today, 5)}")

    expect(page.locator("[data-series]")).to_have_attribute("data-count", "4")
    expect(page.locator("[data-choice-status]")).to_contain_text("Example")
    page.get_by_role("link", name=re.compile("^Back to")).click()
    page.wait_for_url(f"**?period=custom&from={iso(today, 0)}&to={iso(today, 9)}")
    expect(page.locator("[data-series]")).to_have_attribute("data-count", str(DAYS))
    assert page.evaluate("Boolean(window.isSamePage)")
    page.go_back()
    expect(page.locator("[data-series]")).to_have_attribute("data-count", "4")


def test_escape_lets_go_of_marked_days(page: Page) -> None:
    before = page.url
    page.mouse.move(*spot(page, 2))
    page.mouse.down()
    page.mouse.move(*spot(page, 5), steps=3)

    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".series-selection.is-active")).to_have_count(0)
    expect(page.locator("[data-series-readout]")).to_be_hidden()
    assert page.url == before


def test_keys_read_out_mark_and_open_days(page: Page, today: dt.date) -> None:
    series = page.get_by_role("group", name=re.compile("^Series"))
    series.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-series-said]")).to_have_text(re.compile(", 0"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-series-said]")).to_contain_text("Newsletter <b>sent</b>")

    page.keyboard.press("Enter")
    page.wait_for_url(f"**?period=custom&from={iso(today, 1)}&to={iso(today, 3)}")

    expect(series).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**?period=custom&from={iso(today, 3)}&to={iso(today, 3)}")
    expect(page.locator(".intervals [aria-current]")).to_have_text("Hour")


def test_finger_marks_days_and_is_asked(page: Page, today: dt.date) -> None:
    before = page.url
    wire = page.context.new_cdp_session(page)

    def touch(kind: str, bucket: int | None = None) -> None:
        x, y = spot(page, bucket) if bucket is not None else (0, 0)
        points = [] if bucket is None else [{"x": x, "y": y}]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 2)
    for bucket in (3, 4):
        touch("touchMove", bucket)
    touch("touchEnd")
    assert page.url == before

    page.get_by_role("link", name="Show these days").click()

    page.wait_for_url(f"**?period=custom&from={iso(today, 2)}&to={iso(today, 4)}")


def test_tap_shows_and_opens_nothing(page: Page, today: dt.date) -> None:
    before = page.url
    show_day = page.get_by_role("link", name="Show this day")
    page.touchscreen.tap(*spot(page, 4))
    link = show_day.bounding_box()
    assert link is not None
    below_link = (link["x"] + 10, link["y"] + 10)
    page.keyboard.press("Escape")

    page.touchscreen.tap(*below_link)

    expect(show_day).to_be_visible()
    assert page.url == before
    page.touchscreen.tap(*below_link)
    page.wait_for_url(f"**?period=custom&from={iso(today, 4)}&to={iso(today, 4)}")


def test_note_is_read_out_and_another_one_added(page: Page, site: Site, today: dt.date) -> None:
    page.locator("[data-mark]").hover()
    expect(readout(page, "notes")).to_have_text("Newsletter <b>sent</b>")

    page.mouse.click(*spot(page, 4))
    page.get_by_role("link", name="Add a note").click()
    expect(page.get_by_label("Day")).to_have_value(iso(today, 4))
    page.get_by_label("Note").fill("Sale begins")
    page.get_by_role("button", name="Save").click()

    page.wait_for_url(f"**?period=custom&from={iso(today, 0)}&to={iso(today, 9)}")
    expect(page.locator(".series-notes summary")).to_have_text("2 notes")
    assert Annotation.objects.filter(site=site, day=day_of(today, 4)).exists()


def test_nothing_shifts_after_the_series_is_drawn(page: Page) -> None:
    page.evaluate(
        """() => {
            shifted = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) shifted += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
        }"""
    )

    page.mouse.move(*spot(page, 2))
    page.mouse.move(*spot(page, 9))
    page.wait_for_timeout(50)

    assert page.evaluate("shifted") == 0
