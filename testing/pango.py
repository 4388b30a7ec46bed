"""Debian's Pango, without which no PDF is drawn."""

from __future__ import annotations

from ctypes.util import find_library

from testing import tools

MISSING = "Pango is not installed (Debian: apt-get install libpangoft2-1.0-0)."


def find() -> str | None:
    """Return the name of the library, None when there is none."""
    return find_library("pangoft2-1.0") and find_library("harfbuzz")


def require() -> None:
    """Skip the test where there is no Pango; in CI it fails."""
    if find() is None:
        tools.missing(MISSING)
