"""Only what somebody has been shown is done: a page carries what it counted, signed, and brings it back."""

from __future__ import annotations

import json

from django.core import signing
from django.http import HttpRequest

FIELD = "counted"
SALT = "visits.admin.looked_at"
# What was counted longer ago may have become something else.
MAX_AGE = 3600
CHANGED = "That is not what was counted last. Nothing was done: look at the numbers again."


def sealed(*parts: object) -> tuple[str, str]:
    """Return the hidden field, name and value, that says what was counted."""
    return FIELD, signing.dumps(_text(parts), salt=SALT)


def is_what_was_shown(request: HttpRequest, *parts: object) -> bool:
    """Tell whether a form that came back was shown with the numbers of just this."""
    try:
        shown = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return False
    return bool(shown == _text(parts))


def _text(parts: tuple[object, ...]) -> str:
    return json.dumps(parts, default=str)
