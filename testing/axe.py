"""axe-core, which looks for what keeps people out of a page. https://github.com/dequelabs/axe-core"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A page that changes its theme has its new colours with the frame after the next, when all has come to rest.
REST = """async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
}"""
RUN = """async (rules) => {
    const options = { resultTypes: ["violations"], preload: false, iframes: false };
    if (rules.length) options.runOnly = rules;
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.flat().join(" ")} (${failureSummary.split("\\n").at(-1).trim()})`));
}"""


class Look(NamedTuple):
    """How a page is looked at."""

    width: int
    theme: Literal["light", "dark"]


WIDE, NARROW = Look(1280, "light"), Look(390, "dark")
# The other two show the same elements: what can be wrong are colours.
OTHERS = (Look(1280, "dark"), Look(390, "light"))
HEIGHT = 900


@cache
def source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, looks: tuple[Look, ...]) -> list[str]:
    """Return what axe finds on a page in these looks, one after the other, each rule with its element.

    The script comes through the debugger, which no policy of the page concerns.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{source()}; undefined")
    found = []
    for look in looks:
        dress(page, look)
        rules = ["color-contrast"] if look in OTHERS else []
        found += [f"{look.width} {look.theme}: {each}" for each in page.evaluate(RUN, rules)]
    return found


def dress(page: Page, look: Look) -> None:
    page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": HEIGHT})
    page.evaluate(REST)
