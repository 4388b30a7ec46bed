"""Countries by their codes, as a person chooses them."""

from __future__ import annotations

import json
from functools import cache

from django.conf import settings

# The list that reports take their names from, too. It is a file and no module: `sites` does not know
# `visits`, and one list of countries is enough.
COUNTRIES_PATH = settings.BASE_DIR / "visits" / "data" / "countries.json"


@cache
def country_names() -> dict[str, str]:
    """Return English names by ISO 3166-1 alpha-2 codes, sorted by name."""
    names: dict[str, str] = json.loads(COUNTRIES_PATH.read_text(encoding="utf-8"))
    return dict(sorted(names.items(), key=lambda country: country[1]))
