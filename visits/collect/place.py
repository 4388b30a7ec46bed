"""The place of an address, from the databases that the operator provides or `make geoip` installed."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from threading import Lock

import structlog

from visits.collect.place_file import BROKEN, UNKNOWN, LocationKey, PlaceFile, Signature
from visits.models.place_files import place_files

__all__ = ["UNKNOWN", "LocationKey", "find_place", "reset"]

log = structlog.get_logger(__name__)

# How often the server looks whether a file was replaced, which takes 20 microseconds.
CHECK_SECONDS = 3.0
NO_FILE = "none: set GEOIP_PATH or run make geoip"
# ::ffff:192.0.2.1 is how IPv6 writes an address of IPv4.
MAPPED_IPV4 = bytes(10) + b"\xff\xff"


def find_place(address: str) -> LocationKey:
    """Return the place of an IP address; without a readable database every place is unknown.

    A missing or broken file is logged once. Never raises.
    """
    return _places.find(address)


def reset() -> None:
    """Forget the open files and what is known about them. For tests."""
    _places.close()


class Places:
    """The databases in use: opened at the first question, and again when one of them is replaced.

    A file that cannot be read does not take the place of one that was renamed or deleted: that one
    is still there for who has it open.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.close()

    def close(self) -> None:
        self._check_at = 0.0
        self._files: tuple[PlaceFile, ...] = ()
        self._seen: dict[Path, Signature | None] | None = None

    def find(self, address: str) -> LocationKey:
        now = time.monotonic()
        if now >= self._check_at:
            self._check(now)
        if not self._files:
            return UNKNOWN
        try:
            packed = _pack(address) if address else b""
        except (OSError, ValueError):
            return UNKNOWN  # no address
        for file in self._files if packed else ():
            place = file.find(packed)
            if place != UNKNOWN:
                return place
        return UNKNOWN

    def _check(self, now: float) -> None:
        """Look for other files; while one thread does, the others use what is open."""
        if not self._lock.acquire(blocking=self._seen is None):
            return
        try:
            self._check_at = now + CHECK_SECONDS
            seen = {path: _signature(path) for path in place_files()}
            if seen != self._seen:
                self._open(seen)
                self._seen = seen
        finally:
            self._lock.release()

    def _open(self, seen: dict[Path, Signature | None]) -> None:
        if not seen:
            log.warning("places_unknown", path=NO_FILE)
        known = {file.path: file for file in self._files}
        opened = [_opened(path, signature, known.get(path)) for path, signature in seen.items()]
        self._files = tuple(sorted(filter(None, opened), key=lambda file: file.detail))
        if self._seen is not None:
            log.info("places_opened", paths=[str(file.path) for file in self._files])


_places = Places()


def _signature(path: Path) -> Signature | None:
    try:
        return Signature.of(path.stat())
    except OSError:
        return None


def _opened(path: Path, signature: Signature | None, before: PlaceFile | None) -> PlaceFile | None:
    if before is not None and before.signature == signature:
        return before
    try:
        return PlaceFile(path)
    except BROKEN as error:
        is_kept = before is not None and before.is_untouched()
        event = "places_not_updated" if is_kept else "places_unknown"
        log.warning(event, path=str(path), error=type(error).__name__)
        return before if is_kept else None


def _pack(address: str) -> bytes:
    """Return an address as 4 or 16 bytes. Raises OSError or ValueError when it is none."""
    if ":" not in address:
        return socket.inet_pton(socket.AF_INET, address)
    packed = socket.inet_pton(socket.AF_INET6, address)
    return packed.removeprefix(MAPPED_IPV4)
