"""Text that strangers send, made fit for a database column."""

from __future__ import annotations

import re

# Control characters (NUL among them, which PostgreSQL refuses), those that turn the direction of the
# text around them, and lone surrogates (which no UTF-8 has, though JSON can spell them).
UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean_text(text: str, max_length: int) -> str:
    """Return `text` without what UNSTORABLE names, cut to `max_length` characters."""
    # Cut before the search too: the pattern should never see a megabyte.
    return UNSTORABLE.sub("", text[: max_length * 2]).strip()[:max_length]
