"""The picture that stands before a kind of device."""

from __future__ import annotations

# As visits.collect names them; each is a picture of static/icons/sprite.svg.
KINDS = frozenset(("desktop", "mobile", "tablet", "tv", "console"))


def icon_of(dimension: str, text: str) -> str:
    """Return the name of a value's picture, empty where it has none."""
    return text if dimension == "device" and text in KINDS else ""
