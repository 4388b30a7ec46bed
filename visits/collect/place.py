"""The place of an address, from the database file that the operator provides."""

from __future__ import annotations

from threading import Lock
from typing import Any, NamedTuple

import maxminddb
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

NAME_MAX_LENGTH = 100
COUNTRY_LENGTH = 2
# What some databases write for an address that belongs to no country.
NO_COUNTRY = ("ZZ", "--")
# A broken file shows itself when it is opened or when a broken part of it is read.
BROKEN = (OSError, ValueError, maxminddb.InvalidDatabaseError)


class LocationKey(NamedTuple):
    """A place: ISO 3166-1 alpha-2 country, English names of region and city; "" means unknown."""

    country: str = ""
    region: str = ""
    city: str = ""


UNKNOWN = LocationKey()


def find_place(address: str) -> LocationKey:
    """Return the place of an IP address; without a readable file at GEOIP_PATH every place is unknown.

    A missing or broken file is logged once. Never raises.
    """
    return _places.find(address)


def reset() -> None:
    """Forget the open file and what is known about it. For tests."""
    _places.close()


class Places:
    """The file at GEOIP_PATH: opened at the first question, and again when the setting changes.

    geoip2 builds a tree of some thirty objects for each answer and knows only its own record types;
    maxminddb, on which it stands, answers in a fifth of the time and reads every `.mmdb` file.
    """

    def __init__(self) -> None:
        self._path = ""
        self._reader: maxminddb.Reader | None = None
        self._lock = Lock()

    def find(self, address: str) -> LocationKey:
        if self._path != settings.GEOIP_PATH:
            self._open(settings.GEOIP_PATH)
        reader = self._reader
        if reader is None or not address:
            return UNKNOWN
        try:
            record = reader.get(address)
        except ValueError:
            # No address, or an IPv6 address in a database of IPv4.
            return UNKNOWN
        except BROKEN as error:
            self._give_up(error)
            return UNKNOWN
        return _location(record) if isinstance(record, dict) else UNKNOWN

    def close(self) -> None:
        with self._lock:
            self._path, self._reader = "", None

    def _open(self, path: str) -> None:
        with self._lock:
            if path == self._path:
                return  # another thread was faster
            try:
                self._reader = maxminddb.open_database(path) if path else None
            except BROKEN as error:
                self._give_up(error, path)
            self._path = path

    def _give_up(self, error: Exception, path: str = "") -> None:
        self._reader = None
        log.warning("places_unknown", path=path or self._path, error=type(error).__name__)


_places = Places()


def _location(record: dict[str, Any]) -> LocationKey:
    """Return the place in a record: nested as in GeoIP2, GeoLite2 and DB-IP's files, or flat."""
    country = record.get("country")
    if isinstance(country, dict):
        regions = record.get("subdivisions")
        region = regions[0] if isinstance(regions, list) and regions else None
        return _key(country.get("iso_code"), _name(region), _name(record.get("city")))
    # As in the npm packages that are made of DB-IP's data.
    return _key(record.get("country_code"), record.get("state1"), record.get("city"))


def _name(entry: Any) -> Any:
    names = entry.get("names") if isinstance(entry, dict) else None
    return names.get("en") if isinstance(names, dict) else None


def _key(country: Any, region: Any, city: Any) -> LocationKey:
    code = country.upper() if isinstance(country, str) else ""
    if len(code) != COUNTRY_LENGTH or code in NO_COUNTRY:
        code = ""
    return LocationKey(code, _cut(region), _cut(city))


def _cut(name: Any) -> str:
    return name[:NAME_MAX_LENGTH] if isinstance(name, str) else ""
