"""Takes a picture of every page of the demo site: `make screenshots` writes them to docs/screenshots.

Each at two widths and in both themes. Of the report it makes the picture of the front page and the README,
too, and of some pages the small pictures that the documents show. PAGES, separated by commas, takes some of
the pages only.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from tqdm import tqdm

from benchmarks.demo_site import (
    EMAIL,
    SCHEMES,
    STAFF_EMAIL,
    DemoServer,
    NoBrowser,
    demo_server,
    open_browser,
)

PROJECT = Path(__file__).resolve().parent.parent
SCREENSHOTS = PROJECT / "docs" / "screenshots"
FRONT_PICTURES = PROJECT / "tracking_project" / "static" / "img"
WIDTHS = (1280, 390)
HEIGHT = 900
# Of the picture on the front page, in CSS pixels; it has two of its own for each.
FRONT_SIZE = {"width": 1168, "height": 730}
WEBP_QUALITY = 0.82
# What moves or tells the time would make each picture another one.
STILL = "reduce"
STRANGERS: Mapping[str, str] = {
    "front": "/",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "not-found": "/nothing/",
}
SETTINGS = "/sites/1/settings/"
OWNERS: Mapping[str, str] = {
    "sites": "/sites/",
    "add": "/sites/add/",
    "report": "/sites/1/",
    "report-12-months": "/sites/1/?period=12mo",
    "report-filtered": "/sites/1/?filter=source:is:Google",
    "report-funnel": "/sites/1/?behaviour=funnel",
    "report-flow": "/sites/1/?behaviour=flow",
    "details": "/sites/1/details/page/",
    "filter": "/sites/1/filter/",
    "live": "/sites/1/live/",
    "install": "/sites/1/install/",
    "general": SETTINGS,
    "goals": f"{SETTINGS}goals/",
    "funnels": f"{SETTINGS}funnels/",
    "segments": f"{SETTINGS}segments/",
    "sharing": f"{SETTINGS}sharing/",
    "exclusions": f"{SETTINGS}exclusions/",
    "refusals": "/sites/1/refusals/",
    "annotations": "/sites/1/annotations/",
    "data": f"{SETTINGS}data/",
    "profile": "/accounts/profile/",
}
STAFF: Mapping[str, str] = {
    "admin": "/admin/",
    "admin-checks": "/admin/checks/",
    "admin-report": "/admin/visits/report/1/view/",
    "admin-report-form": "/admin/visits/report/1/change/",
    "admin-schedule": "/admin/visits/schedule/add/",
    "admin-sites": "/admin/sites/site/",
    "admin-hits": "/admin/visits/hit/",
}
# A report that everybody may see; its address is made with it.
SHARED = "shared"
# Name, width and theme of the pictures in the documents, which show what is seen before scrolling.
OF_DOCUMENTS: tuple[tuple[str, int, Any], ...] = (
    ("report", 1280, "light"),
    ("report", 390, "dark"),
    ("details", 1280, "light"),
    ("live", 1280, "light"),
    ("admin", 1280, "light"),
    ("admin-report", 1280, "light"),
)
TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality);
}"""


class Missing(Exception):
    """A page is not there; the message is its address."""


def take_all(server: DemoServer, browser: Browser, wanted: frozenset[str]) -> None:
    """Write the pictures of the pages that are wanted, of all of them for none. Raises Missing."""
    state, of_staff = _state(server, browser, EMAIL), _state(server, browser, STAFF_EMAIL)
    pages = {**STRANGERS, **OWNERS, **STAFF, SHARED: _share(server, browser, state)}
    states = {**dict.fromkeys(OWNERS, state), **dict.fromkeys(STAFF, of_staff)}
    names = [name for name in pages if not wanted or name in wanted]
    looks: list[tuple[int, Any]] = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
    with tqdm(total=len(names) * len(looks), unit=" pictures", disable=None) as bar:
        for width, scheme in looks:
            size = {"width": width, "height": HEIGHT}
            for name in names:
                context = _context(browser, size, scheme, states.get(name))
                page = _open(context, server.url + pages[name])
                page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()
                bar.update()
    for name, width, scheme in OF_DOCUMENTS:
        if name in names:
            context = _context(browser, {"width": width, "height": HEIGHT}, scheme, states[name])
            path = SCREENSHOTS / f"{name}-{width}-{scheme}.webp"
            _write_webp(_open(context, server.url + pages[name]), path)
            context.close()
    if "report" in names:
        _take_front_pictures(server, browser, state)


def _share(server: DemoServer, browser: Browser, state: StorageState) -> str:
    """Make the report public, as its owner does, and return the address of it."""
    context = _context(browser, {"width": WIDTHS[0], "height": HEIGHT}, SCHEMES[0], state)
    page = _open(context, f"{server.url}{SETTINGS}sharing/")
    page.locator("form[action$='/public/'] button").click()
    address = page.locator(".shared-link-address a").first.get_attribute("href") or ""
    context.close()
    return urlsplit(address).path


def _state(server: DemoServer, browser: Browser, email: str) -> StorageState:
    context = browser.new_context()
    server.sign_in(context, email)
    state = context.storage_state()
    context.close()
    return state


def _context(
    browser: Browser, size: Any, scheme: Any, state: StorageState | None, scale: int = 1
) -> BrowserContext:
    return browser.new_context(
        viewport=size,
        color_scheme=scheme,
        storage_state=state,
        device_scale_factor=scale,
        reduced_motion=STILL,
    )


def _open(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    answer = page.goto(url)
    if answer is None or (answer.status == 404 and "/nothing/" not in url):
        raise Missing(url)
    page.locator("[aria-busy=true]").first.wait_for(state="detached")
    return page


def _take_front_pictures(server: DemoServer, browser: Browser, state: StorageState) -> None:
    for scheme in SCHEMES:
        context = _context(browser, FRONT_SIZE, scheme, state, scale=2)
        page = _open(context, f"{server.url}/sites/1/")
        _write_webp(page, FRONT_PICTURES / f"report-{scheme}.webp")
        context.close()


def _write_webp(page: Page, path: Path) -> None:
    png = base64.b64encode(page.screenshot()).decode()
    blank = page.context.new_page()
    webp = blank.evaluate(TO_WEBP, [f"data:image/png;base64,{png}", WEBP_QUALITY])
    path.write_bytes(base64.b64decode(webp.partition(",")[2]))


def main() -> int:
    wanted = frozenset(filter(None, os.environ.get("PAGES", "").split(",")))
    SCREENSHOTS.mkdir(exist_ok=True)
    print("Making the demo site …", file=sys.stderr)
    try:
        with open_browser() as browser, demo_server() as server:
            take_all(server, browser, wanted)
    except (NoBrowser, Missing) as error:
        print(f"Not there: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
