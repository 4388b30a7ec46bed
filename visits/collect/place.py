"""The place of an address, from the database file that the operator provides."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple

import geoip2.database
import geoip2.errors
import maxminddb
import structlog
from django.conf import settings
from geoip2.models import City, Country

log = structlog.get_logger(__name__)

NAME_MAX_LENGTH = 100
COUNTRY_LENGTH = 2
# What some databases write for an address that belongs to no country.
NO_COUNTRY = ("ZZ", "--")
# A broken file shows itself when it is opened or when a broken part of it is read. A record of an
# unexpected shape makes geoip2 raise whatever its models stumble over.
BROKEN = (
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    maxminddb.InvalidDatabaseError,
)


class LocationKey(NamedTuple):
    """A place: ISO 3166-1 alpha-2 country, English names of region and city; "" means unknown."""

    country: str = ""
    region: str = ""
    city: str = ""


UNKNOWN = LocationKey()
Find = Callable[[str], LocationKey]


def find_place(address: str) -> LocationKey:
    """Return the place of an IP address; without a readable file at GEOIP_PATH every place is unknown.

    A missing or broken file is logged once. Never raises.
    """
    return _places.find(address)


def reset() -> None:
    """Forget the open file and what is known about it. For tests."""
    _places.close()


class Places:
    """The file at GEOIP_PATH: opened at the first question, and again when the setting changes."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._find: Find | None = None
        self._lock = Lock()

    def find(self, address: str) -> LocationKey:
        if self._path != settings.GEOIP_PATH:
            self._open(settings.GEOIP_PATH)
        find = self._find
        if find is None or not address:
            return UNKNOWN
        try:
            return find(address)
        except geoip2.errors.AddressNotFoundError:
            return UNKNOWN
        except maxminddb.InvalidDatabaseError as error:
            self._give_up(error, self._path)
        except BROKEN:
            # No address, an IPv6 address in a database of IPv4, or a record of a strange shape.
            pass
        return UNKNOWN

    def close(self) -> None:
        with self._lock:
            self._path, self._find = None, None

    def _open(self, path: str) -> None:
        with self._lock:
            if path == self._path:
                return  # another thread was faster
            try:
                self._find = _finder(path)
            except BROKEN as error:
                self._give_up(error, path)
            self._path = path

    def _give_up(self, error: Exception, path: str | None) -> None:
        self._find = None
        log.warning(
            "places_unknown", path=path or "GEOIP_PATH is not set", error=type(error).__name__
        )


_places = Places()


def _finder(path: str) -> Find:
    """Return how to ask the file at `path`, which its type decides. Raises one of BROKEN."""
    if not path:
        raise FileNotFoundError
    reader = geoip2.database.Reader(path)
    kind = reader.metadata().database_type
    if "City" in kind:
        return lambda address: _location(reader.city(address))
    if "Enterprise" in kind:
        return lambda address: _location(reader.enterprise(address))
    if "Country" in kind:
        return lambda address: _location(reader.country(address))
    # Files that geoip2 does not know, such as those made of DB-IP's data in npm packages.
    return _flat_finder(maxminddb.open_database(path))


def _location(answer: Country | City) -> LocationKey:
    if not isinstance(answer, City):
        return _key(answer.country.iso_code)
    region = answer.subdivisions[0].name if answer.subdivisions else None
    return _key(answer.country.iso_code, region, answer.city.name)


def _flat_finder(reader: maxminddb.Reader) -> Find:
    def find(address: str) -> LocationKey:
        record = reader.get(address)
        if not isinstance(record, dict):
            return UNKNOWN
        return _key(record.get("country_code"), record.get("state1"), record.get("city"))

    return find


def _key(country: Any, region: Any = None, city: Any = None) -> LocationKey:
    code = country.upper() if isinstance(country, str) else ""
    if len(code) != COUNTRY_LENGTH or code in NO_COUNTRY:
        code = ""
    return LocationKey(code, _cut(region), _cut(city))


def _cut(name: Any) -> str:
    return name[:NAME_MAX_LENGTH] if isinstance(name, str) else ""
