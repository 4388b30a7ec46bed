"""Texts of visitors as they are shown: paths in two pieces, and no marks that turn a line around."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

# Marks that change the direction of what follows: “/\u202egnp.exe” would be read as “/exe.png”.
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters (2026-11)
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = ("R", "AL", "AN")
# A path longer than this is shortened in the middle, so that its end stays in sight.
LONG_PATH = 28
TAIL_LENGTH = 14


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in two pieces: the first is shortened where there is no room, the second never."""

    head: str
    tail: str = ""


def visible(text: str) -> str:
    """Return a text with its direction marks written out, as %E2%80%AE."""
    return DIRECTION_MARKS.sub(lambda mark: quote(mark.group()), text)


def pieces(path: str) -> Pieces:
    """Return a path in two pieces; a short one, and one that reads from the right, stays whole."""
    if len(path) <= LONG_PATH or not _can_be_cut(path):
        return Pieces(path)
    return Pieces(path[:-TAIL_LENGTH], path[-TAIL_LENGTH:])


def _can_be_cut(path: str) -> bool:
    reads_from_right = any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in path)
    # An accent, a joiner or a skin tone belongs to the sign before it.
    is_attached = unicodedata.category(path[-TAIL_LENGTH]) in ("Mn", "Mc", "Me", "Cf", "Sk")
    was_joined = unicodedata.category(path[-TAIL_LENGTH - 1]) == "Cf"
    return not (reads_from_right or is_attached or was_joined)
