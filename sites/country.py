"""Countries by their codes, as a person chooses them."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

# The lists are files and no module: `sites` does not know `visits`, and one list of countries a
# language is enough.
FOLDER: Path = settings.BASE_DIR / "visits" / "data"
ENGLISH = FOLDER / "countries.json"


def country_names() -> dict[str, str]:
    """Return names by ISO 3166-1 alpha-2 codes in the reader's language, else English; sorted by name."""
    return _names_in(get_language() or "")


@cache
def _names_in(language: str) -> dict[str, str]:
    # The language is one of the installation's own: no path is made of what somebody sent.
    path = FOLDER / f"countries.{language.partition('-')[0]}.json"
    text = (path if path.exists() else ENGLISH).read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(text)
    return dict(sorted(names.items(), key=lambda country: _plain(country[1])))


def _plain(name: str) -> str:
    """Return a name without marks on its letters: Ägypten stands beside Afghanistan."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
