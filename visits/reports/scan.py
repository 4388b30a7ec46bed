"""The one question that is put to the facts: integers in, sums out, and no names of any engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from operator import add

Key = tuple[int | str | dt.date, ...]
Sums = tuple[int, ...]


class Fact(Enum):
    VISIT = "visit"
    PAGEVIEW = "pageview"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Only:
    """Facts whose `column` holds one of these values."""

    column: str
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scan:
    """Sums over the facts of some sites and days, for each value of the columns in `group_by`.

    A column is one of the fact's own (`day`, `site`, `client`, ...: integers), a text of a dimension
    (`source__name`), or `hour`: whole hours since `hours_from`, which may be negative. Of dimensions,
    ids are cheaper. Texts are for `distinct_visitors`, which cannot be added up over ids of one name.
    All other sums can be added up over anything; `distinct_visitors` over days and sites, because a
    visitor's id belongs to one day of one site.
    """

    fact: Fact
    site_ids: tuple[int, ...]
    first_day: dt.date
    last_day: dt.date
    group_by: tuple[str, ...]
    sums: tuple[str, ...]
    only: tuple[Only, ...] = ()
    hours_from: dt.datetime | None = None


def fold(rows: Iterable[tuple[Key, Sums]]) -> dict[Key, Sums]:
    """Return the rows with those of one key added up."""
    folded: dict[Key, Sums] = {}
    for key, sums in rows:
        known = folded.get(key)
        folded[key] = sums if known is None else tuple(map(add, known, sums))
    return folded
