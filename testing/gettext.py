"""GNU gettext, which finds the words that are to be translated."""

from __future__ import annotations

import shutil

MISSING = "GNU gettext is not installed (Debian: apt-get install gettext)."


def find() -> str | None:
    """Return the path of xgettext, None when it is not installed."""
    return shutil.which("xgettext")
