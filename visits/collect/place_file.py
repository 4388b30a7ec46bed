"""One database of places, open: the place of an address in it."""

from __future__ import annotations

import ipaddress
import mmap
import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import geoip2.database
import geoip2.errors
import maxminddb
import structlog
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
IPV4_BYTES = 4
IPV4_TOP_BITS = 16
IPV6_TOP_BITS = 32
# An IPv4 address in the tree of IPv6: 96 zeros before it.
IPV4_DEPTH = 96
NODE_SIZES = (24, 28, 32)
# The separator between the tree of addresses and the records.
SEPARATOR_BYTES = 16
NETWORKS_REMEMBERED = 8192
# About 5 MB when all of them are different cities; a site has visitors from far fewer.
PLACES_REMEMBERED = 16384
# Files that know more are asked first.
DETAILS = ("enterprise", "city", "country")
SAMPLES = 64


class LocationKey(NamedTuple):
    """A place: ISO 3166-1 alpha-2 country, English names of region and city; "" means unknown."""

    country: str = ""
    region: str = ""
    city: str = ""


class Signature(NamedTuple):
    """What changes when a file is replaced or written to."""

    inode: int
    modified_ns: int
    size_bytes: int

    @classmethod
    def of(cls, status: os.stat_result) -> Signature:
        return cls(status.st_ino, status.st_mtime_ns, status.st_size)


UNKNOWN = LocationKey()
Ask = Callable[[str], LocationKey]


class PlaceFile:
    """A file in the MaxMind format.

    Which record an address has is found here, by a walk through the file's tree; what a record says
    is asked of geoip2, once for each record. So addresses are not remembered, only places, and an
    answer takes 3 microseconds (6 with maxminddb's C reader, 15 with geoip2 on top). And nothing but
    Python reads the file: with a damaged one, the C reader may end the process.
    """

    def __init__(self, path: Path) -> None:
        """Open and check the file. Raises one of BROKEN."""
        self.path = path
        with path.open("rb") as file:
            self.signature = Signature.of(os.fstat(file.fileno()))
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._ask, metadata = _open(path)
        if Signature.of(path.stat()) != self.signature:
            raise OSError("The file was replaced while it was opened.")
        self.kind = metadata.database_type
        self._nodes = metadata.node_count
        self._node_bits = metadata.record_size
        self._is_ipv6 = metadata.ip_version == 6
        self._is_damaged = False
        self._places: dict[int, LocationKey] = {}
        self._top = lru_cache(NETWORKS_REMEMBERED)(self._walk)
        self._check()
        self._ipv4_root = self._walk(0, 0, IPV4_DEPTH) if self._is_ipv6 else 0

    def find(self, address: bytes) -> LocationKey:
        """Return the place of a packed address, UNKNOWN when the file does not have it. Never raises."""
        record = self._record_of(address)
        if record <= self._nodes:
            return UNKNOWN
        place = self._places.get(record)
        if place is None:
            place = self._read(address)
            if len(self._places) >= PLACES_REMEMBERED:
                self._places.clear()
            self._places[record] = place
        return place

    @property
    def detail(self) -> int:
        """The place of the file in the order of asking, by what its type promises."""
        kind = self.kind.lower()
        return next((i for i, detail in enumerate(DETAILS) if detail in kind), len(DETAILS))

    def is_untouched(self) -> bool:
        """Return whether the open file is as it was: another one may stand at its path, or none."""
        try:
            return self.path.stat().st_ino != self.signature.inode
        except OSError:
            return True

    def _record_of(self, address: bytes) -> int:
        """Return the number of the record of an address; up to the number of nodes there is none."""
        number = int.from_bytes(address, "big")
        if len(address) == IPV4_BYTES:
            node = self._top(self._ipv4_root, number >> 16, IPV4_TOP_BITS)
            return node if node >= self._nodes else self._walk(node, number, 16)
        if not self._is_ipv6:
            return 0
        node = self._top(0, number >> 96, IPV6_TOP_BITS)
        return node if node >= self._nodes else self._walk(node, number, 96)

    def _walk(self, node: int, number: int, bits: int) -> int:
        """Return where the last `bits` bits of a number lead from a node."""
        # A damaged tree leads anywhere, but never further than the bits; a slice is never too long.
        content, nodes, node_bits = self._content, self._nodes, self._node_bits
        for shift in range(bits - 1, -1, -1):
            if node >= nodes:
                break
            is_right = number >> shift & 1
            if node_bits == 28:
                start = node * 7 + 3 * is_right
                four = int.from_bytes(content[start : start + 4], "big")
                node = four & 0xFFFFFFF if is_right else four >> 8 | (four & 0xF0) << 20
            else:
                size = node_bits >> 3
                start = (2 * node + is_right) * size
                node = int.from_bytes(content[start : start + size], "big")
        return node

    def _read(self, address: bytes) -> LocationKey:
        try:
            return self._ask(str(ipaddress.ip_address(address)))
        except geoip2.errors.AddressNotFoundError:
            return UNKNOWN
        except maxminddb.InvalidDatabaseError as error:
            self._warn_once(error)
        except BROKEN:
            pass  # a record of a strange shape
        return UNKNOWN

    def _warn_once(self, error: Exception) -> None:
        if not self._is_damaged:
            log.warning("places_damaged", path=str(self.path), error=type(error).__name__)
        self._is_damaged = True

    def _check(self) -> None:
        """Raise one of BROKEN when the tree cannot be right or some of the records are damaged."""
        tree_bytes = self._nodes * self._node_bits // 4
        is_possible = self._node_bits in NODE_SIZES and self._nodes > 0
        if not is_possible or tree_bytes + SEPARATOR_BYTES >= len(self._content):
            raise maxminddb.InvalidDatabaseError("The tree does not fit into the file.")
        for address in _samples(self._is_ipv6):
            try:
                self._ask(address)
            except geoip2.errors.AddressNotFoundError:
                continue


def _open(path: Path) -> tuple[Ask, maxminddb.reader.Metadata]:
    """Return how to ask a file, which its type decides, and what it says of itself."""
    # In this mode maxminddb reads with Python alone.
    reader = geoip2.database.Reader(path, mode=maxminddb.MODE_MMAP)
    metadata = reader.metadata()
    kind = metadata.database_type
    if "City" in kind:
        return lambda address: _location(reader.city(address)), metadata
    if "Enterprise" in kind:
        return lambda address: _location(reader.enterprise(address)), metadata
    if "Country" in kind:
        return lambda address: _location(reader.country(address)), metadata
    # Files that geoip2 does not know, such as those made of DB-IP's data in npm packages.
    flat = maxminddb.open_database(path, maxminddb.MODE_MMAP)
    return lambda address: flat_location(flat.get(address)), metadata


def _location(answer: Country | City) -> LocationKey:
    if not isinstance(answer, City):
        return _key(answer.country.iso_code)
    region = answer.subdivisions[0].name if answer.subdivisions else None
    return _key(answer.country.iso_code, region, answer.city.name)


def flat_location(record: object) -> LocationKey:
    """Return the place in a record that has texts by name; every other shape is UNKNOWN."""
    if not isinstance(record, dict):
        return UNKNOWN
    country = record.get("country_code") or record.get("country")
    return _key(country, record.get("state1") or record.get("region"), record.get("city"))


def _key(country: Any, region: Any = None, city: Any = None) -> LocationKey:
    code = country.upper() if isinstance(country, str) else ""
    if len(code) != COUNTRY_LENGTH or code in NO_COUNTRY:
        code = ""
    return LocationKey(code, _cut(region), _cut(city))


def _cut(name: Any) -> str:
    return name[:NAME_MAX_LENGTH] if isinstance(name, str) else ""


def _samples(is_ipv6: bool) -> Iterator[str]:
    """Yield addresses all over the address space that is in use."""
    for number in range(1, SAMPLES):
        yield f"{number * 223 // SAMPLES + 1}.{number * 37 % 256}.{number * 101 % 256}.1"
        if is_ipv6:
            yield f"2{number * 0x0FFF // SAMPLES:03x}:{number * 0x3A7:x}::1"
