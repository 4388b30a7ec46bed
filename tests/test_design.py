"""The design system: few bytes, colours from one place, and words that can be read in both themes."""

from __future__ import annotations

import gzip
import math
import re
from pathlib import Path
from typing import Literal

import pytest

STATIC = Path(__file__).resolve().parent.parent / "tracking_project" / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
TOKENS = STATIC / "css" / "tokens.css"
LARGEST_BYTES = 25_000
COLOUR = re.compile(
    r"\b(?:oklch|oklab|lch|lab|rgba?|hsla?|hwb|color)\(|light-dark\(|#[0-9a-f]{3,8}\b"
    r"|(?<=[ (,:])(?:black|white|gray|grey|red|green|blue|yellow|orange)(?=[ ),;])",
    re.IGNORECASE,
)
TOKEN = re.compile(r"--([\w-]+):\s*(light-dark\((.+?\)|#\w+),\s*(.+)\)|oklch\([^)]*\));")
OKLCH = re.compile(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)")
Theme = Literal["light", "dark"]
Colour = tuple[float, float, float]

# WCAG 2.2, 1.4.3: text, and 1.4.11: what has to be seen to use a page.
TEXT, MARK = 4.5, 3.0
PAIRS = [
    *((ink, surface, TEXT) for ink in ("ink", "muted") for surface in ("page", "panel", "hover")),
    *(("accent", surface, TEXT) for surface in ("page", "panel")),
    *((ink, "accent-wash", TEXT) for ink in ("ink", "muted", "accent-strong")),
    ("ink", "accent-wash-strong", TEXT),
    ("muted", "accent-wash-strong", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-down", "down", TEXT),
    ("on-down", "down-strong", TEXT),
    *(("down", surface, TEXT) for surface in ("page", "panel")),
    *(("up", surface, TEXT) for surface in ("page", "panel", "up-wash")),
    *(("ink", wash, TEXT) for wash in ("up-wash", "down-wash", "warn-wash")),
    *((f"code-{ink}", "code-page", TEXT) for ink in ("ink", "accent")),
    ("code-ink", "code-hover", TEXT),
    ("code-ink", "code-hover-strong", TEXT),
    ("control-edge", "panel", MARK),
    ("control-edge", "page", MARK),
    ("accent", "accent-wash", MARK),
    ("live", "page", MARK),
    ("live", "panel", MARK),
    ("warn-strong", "warn-wash", MARK),
    ("down", "down-wash", MARK),
]


def without_comments(style: str) -> str:
    return re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)


def colours(theme: Theme) -> dict[str, Colour]:
    """Return the linear red, green and blue of each token that is one opaque colour."""
    found = {}
    for name, whole, light, dark in TOKEN.findall(without_comments(TOKENS.read_text())):
        text = whole if not light else {"light": light, "dark": dark}[theme]
        if text == "#fff" or OKLCH.fullmatch(text):
            found[name] = linear(text)
    return found


def linear(text: str) -> Colour:
    """Return linear sRGB of an oklch() colour, cut off where a screen ends.

    https://www.w3.org/TR/css-color-4/#color-conversion-code (2026-11)
    """
    if text == "#fff":
        return (1.0, 1.0, 1.0)
    found = OKLCH.fullmatch(text)
    assert found
    lightness, chroma, hue = (float(part) for part in found.groups())
    lightness, angle = lightness / 100, math.radians(hue)
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return (_cut(red), _cut(green), _cut(blue))


def _cut(part: float) -> float:
    return min(1.0, max(0.0, part))


def contrast(one: Colour, other: Colour) -> float:
    """Return WCAG's contrast of two colours, from 1 to 21."""
    weights = (0.2126, 0.7152, 0.0722)
    dark, light = sorted(
        sum(weight * part for weight, part in zip(weights, colour, strict=True))
        for colour in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast(linear("#fff"), linear("oklch(0% 0 0)")) == pytest.approx(21)
    # Grey #767676 is the lightest that can be read on white.
    assert contrast(linear("#fff"), linear("oklch(56.6% 0 0)")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_pair_can_be_read(theme: Theme, front: str, back: str, least: float) -> None:
    known = colours(theme)

    assert contrast(known[front], known[back]) >= least


def test_all_styles_together_are_small() -> None:
    styles = sum(len(gzip.compress(path.read_bytes(), 9)) for path in STYLES)

    assert styles < LARGEST_BYTES


@pytest.mark.parametrize("path", [path for path in STYLES if path != TOKENS], ids=lambda p: p.name)
def test_colours_are_tokens_only(path: Path) -> None:
    found = COLOUR.findall(without_comments(path.read_text()))

    assert found == []


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_tokens_that_are_used_exist(path: Path) -> None:
    known = set(re.findall(r"(?m)^\s*--([\w-]+):", TOKENS.read_text()))

    assert set(re.findall(r"var\(--([\w-]+)", path.read_text())) <= known
