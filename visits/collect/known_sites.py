"""The sites that this process knows, with their rules: a change is visible within two seconds."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import NamedTuple

from django.db import Error, OperationalError, connection

from sites.models import Site
from visits.collect.exclusion import Rules
from visits.collect.site_day import SiteDay, site_days

# Two seconds are promised; reading itself takes some of them.
FRESH_SECONDS = 1.5
SITES_REMEMBERED = 20_000

# A site is asked for by its key or by its id.
Lookup = str | int


class KnownSite(NamedTuple):
    site: Site
    rules: Rules
    read_at: float


class UnknownSite(LookupError):
    """No site has this key or id."""


class KnownSites:
    def __init__(self) -> None:
        self.known: OrderedDict[Lookup, KnownSite] = OrderedDict()
        self.unknown_until: dict[Lookup, float] = {}
        # Asking a database that is away takes a second, and all sites would wait for each other.
        self.away_until = 0.0

    def forget(self) -> None:
        self.known.clear()
        self.unknown_until.clear()
        self.away_until = 0.0

    def recall(self, lookup: Lookup) -> KnownSite | None:
        """Return a site that was read just now, None when it has to be read. Raises UnknownSite."""
        known = self.known.get(lookup)
        if known is not None and time.monotonic() < known.read_at + FRESH_SECONDS:
            return known
        if self.unknown_until and time.monotonic() < self.unknown_until.get(lookup, 0.0):
            raise UnknownSite
        return None

    def has(self, lookup: Lookup) -> bool:
        """Tell whether a site was there when it was last read, however long ago."""
        return lookup in self.known

    def read(self, lookup: Lookup) -> KnownSite:
        """Return a site from the database. While that is away, what was known stays known.

        Raises UnknownSite, and a database error for a site that nobody asked for before.
        """
        if (known := self.recall(lookup)) is not None:
            return known
        try:
            known = self._ask(lookup)
        except Site.DoesNotExist:
            self.known.pop(lookup, None)
            self._note_unknown(lookup)
            raise UnknownSite from None
        except Error:
            known = self.known.get(lookup)
            if known is None:
                raise
            known = known._replace(read_at=self.away_until - FRESH_SECONDS)
        self._remember(lookup, known)
        return known

    def rules_of(self, site: Site) -> Rules:
        """Return the rules of a site that the caller has at hand, such as that of an import."""
        known = self.recall(site.pk)
        if known is None:
            known = KnownSite(site, Rules.of(site), time.monotonic())
            self._remember(site.pk, known)
        return known.rules

    def _ask(self, lookup: Lookup) -> KnownSite:
        if time.monotonic() < self.away_until:
            raise OperationalError("The database was away a moment ago.")
        try:
            return _read(lookup)
        except Error:
            self.away_until = time.monotonic() + FRESH_SECONDS
            if not connection.in_atomic_block:
                connection.close()
            raise

    def _remember(self, lookup: Lookup, known: KnownSite) -> None:
        self.known[lookup] = known
        self.known.move_to_end(lookup)
        if len(self.known) > SITES_REMEMBERED:
            self.known.popitem(last=False)

    def _note_unknown(self, lookup: Lookup) -> None:
        # Keys that somebody makes up must not fill the memory.
        if len(self.unknown_until) > SITES_REMEMBERED:
            self.unknown_until.clear()
        self.unknown_until[lookup] = time.monotonic() + FRESH_SECONDS


def _read(lookup: Lookup) -> KnownSite:
    read_at = time.monotonic()
    site = Site.objects.get(pk=lookup) if isinstance(lookup, int) else Site.objects.get(key=lookup)
    return KnownSite(site, Rules.of(site), read_at)


known_sites = KnownSites()


def read_known(lookup: Lookup, at: int) -> tuple[KnownSite, SiteDay]:
    """Return a site and its day at an instant. Raises UnknownSite and DatabaseError."""
    known = known_sites.read(lookup)
    return known, site_days.read(known.site.time_zone, at)
