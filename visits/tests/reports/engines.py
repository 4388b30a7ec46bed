"""The states in which a site's days can be asked for: from the facts, from the archive, and in between."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sites.models import Site
from visits.tests.reports.naive import Message

# Later than all streams: every day is over.
NOW = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)
Store = Callable[[Site, Sequence[Message]], None]


def _fill_facts(site: Site, messages: Sequence[Message], store: Store) -> None:
    """Close nothing."""
    store(site, messages)


def _fill_and_close(site: Site, messages: Sequence[Message], store: Store) -> None:
    """Close all days, and again after the second half of what comes: it is late for some of them."""
    half = len(messages) // 2
    store(site, messages[:half])
    _close(site, NOW)
    store(site, messages[half:])
    _close(site, NOW)


def _fill_and_close_half(site: Site, messages: Sequence[Message], store: Store) -> None:
    """Close the days up to the middle of what comes; the second half changes some of them."""
    half = len(messages) // 2
    store(site, messages[:half])
    if messages:
        _close(site, dt.datetime.fromtimestamp(messages[half].at, dt.UTC) + ONE_DAY)
    store(site, messages[half:])


@dataclass(frozen=True)
class Engine:
    """How messages get into the tables, and what upkeep has made of them when somebody asks."""

    name: str
    fill: Callable[[Site, Sequence[Message], Store], None]
    has_archive: bool


FACTS = Engine("facts", _fill_facts, has_archive=False)
ENGINES = (
    FACTS,
    # Sums of whole days only.
    Engine("sums", _fill_and_close, has_archive=False),
    Engine("archive", _fill_and_close, has_archive=True),
    Engine("half", _fill_and_close_half, has_archive=True),
)
# Files and sums are the same whatever database they were made of; “half” asks for all three at once.
ENGINES_OF_POSTGRESQL = (FACTS, ENGINES[-1])
# As "archive", asked on other machines; not among ENGINES because every question takes its time.
CLUSTER = Engine("cluster", _fill_and_close, has_archive=True)


def _close(site: Site, now: dt.datetime) -> None:
    importlib.import_module("visits.upkeep.closing").close_sites([site], now)
