"""In which language somebody is answered: their own choice, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

View = TypeVar("View", bound=Callable[..., Any])

# No longer than the longest code of Django, "zh-hant", with room for one more part.
CODE_MAX_LENGTH = 16


def language_choices() -> list[tuple[str, Any]]:
    """Return what a person can choose; each language is named in itself, so that its readers find it."""
    return [("", _("As the browser asks")), *settings.LANGUAGES]


def browser_language(request: HttpRequest) -> str:
    """Return the first language of Accept-Language that there is, else the installation's.

    Django's own function reads a cookie first, which could be of another program on this host.
    """
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def chosen_language(user: Any) -> str:
    """Return the language that a user has chosen and that there still is, else ""."""
    language = getattr(user, "language", "")
    return language if language in dict(settings.LANGUAGES) else ""


def for_programs(view: View) -> View:
    """Mark a view whose answers are read by programs: in one language, whoever asks."""
    # A function takes any attribute; its type names none.
    view.is_for_programs = True  # type: ignore[attr-defined]
    return view
