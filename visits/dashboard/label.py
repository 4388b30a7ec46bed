"""Paths of visitors as they are shown: in two pieces."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

RIGHT_TO_LEFT = ("R", "AL", "AN")
# A path longer than this is shortened in the middle, so that its end stays in sight.
LONG_PATH = 28
TAIL_LENGTH = 14


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in two pieces: the first is shortened where there is no room, the second never."""

    head: str
    tail: str = ""


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
