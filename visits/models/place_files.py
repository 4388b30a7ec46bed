"""Which databases of places are in use, and whom their licences ask to name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import maxminddb
from django.conf import settings

# Where `make geoip` puts its database, below VAR_DIR.
INSTALLED_FOLDER = "geoip"
SUFFIX = ".mmdb"
# A folder is seldom changed: the types of a few files are all that there is to remember.
FILES_REMEMBERED = 16


class Attribution(NamedTuple):
    """What a page that shows places has to say, and the page it links to."""

    text: str
    url: str


# By the type or the name of a file; as the licences of the free databases ask, November 2026:
# db-ip.com/db/lite.php (CC BY 4.0), dev.maxmind.com/geoip/geolite2-free-geolocation-data (EULA).
ATTRIBUTIONS = (
    (re.compile("db-?ip"), Attribution("IP geolocation by DB-IP", "https://db-ip.com")),
    (
        re.compile("geolite2"),
        Attribution(
            "This product includes GeoLite2 Data created by MaxMind", "https://www.maxmind.com"
        ),
    ),
)


def place_files() -> tuple[Path, ...]:
    """Return the paths of the databases in use; none is checked.

    GEOIP_PATH names them: a file, a folder of `.mmdb` files, or several separated by commas. When it
    is empty, they are those in VAR_DIR/geoip.
    """
    return tuple(_named_files(settings.GEOIP_PATH or str(settings.VAR_DIR / INSTALLED_FOLDER)))


def place_attributions() -> tuple[Attribution, ...]:
    """Return what pages that show places have to say, each once; nothing without a readable file."""
    found = [_attribution(path) for path in place_files()]
    return tuple(dict.fromkeys(attribution for attribution in found if attribution))


def _named_files(text: str) -> Iterator[Path]:
    # The functions of os.path: those of Path raise where a folder may not be entered.
    if os.path.isdir(text):
        yield from sorted(Path(text).glob(f"*{SUFFIX}"))
    elif "," in text and not os.path.exists(text):
        for name in filter(None, map(str.strip, text.split(","))):
            yield from _named_files(name)
    elif settings.GEOIP_PATH:
        yield Path(text)


def _attribution(path: Path) -> Attribution | None:
    try:
        status = path.stat()
    except OSError:
        return None
    label = f"{_type_of(path, status.st_mtime_ns, status.st_size)} {path.name}".lower()
    return next((asked for pattern, asked in ATTRIBUTIONS if pattern.search(label)), None)


@lru_cache(maxsize=FILES_REMEMBERED)
def _type_of(path: Path, modified_ns: int, size_bytes: int) -> str:
    """Return the type that a file says it has, "" when it is no database; read once for each state."""
    try:
        with maxminddb.open_database(path, maxminddb.MODE_FILE) as reader:
            return str(reader.metadata().database_type)
    except (OSError, ValueError, LookupError, TypeError, maxminddb.InvalidDatabaseError):
        return ""
