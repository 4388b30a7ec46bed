"""Texts of visitors as people read them: without marks that turn a line around."""

from __future__ import annotations

import re
from urllib.parse import quote

# Marks that change the direction of what follows: “/\u202egnp.exe” would be read as “/exe.png”.
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters (2026-11)
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return a text with its direction marks written out, as %E2%80%AE."""
    return DIRECTION_MARKS.sub(lambda mark: quote(mark.group()), text)
