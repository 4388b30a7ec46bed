"""The one question that is put to the facts: integers in, sums out, and no names of any engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from operator import add
from zoneinfo import ZoneInfo

Names = tuple[str, ...]
Key = tuple[int | str | Names | dt.date, ...]
Sums = tuple[int, ...]
# First and last days, both included.
Ranges = tuple[tuple[dt.date, dt.date], ...]


class Fact(Enum):
    VISIT = "visit"
    PAGEVIEW = "pageview"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Only:
    """Facts whose `column` holds one of these ids; with `is_excluded`, any other one."""

    column: str
    values: frozenset[int]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class HitLike:
    """What a hit can be like: a pageview or an event, of certain pages or event names (`only`, columns
    `page` and `event_name`), with one of each set of properties, read at least so far."""

    fact: Fact
    only: tuple[Only, ...] = ()
    properties: tuple[frozenset[int], ...] = ()
    scroll_at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Having:
    """Visits that have a hit like one of `likes`; with `is_excluded`, those that have none."""

    likes: tuple[HitLike, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A column to group by.

    The values are its ids; with `fields`, the texts of these fields of the dimension rows, so that ids
    of one name are one. `places` has a number for each id where a scan has no texts: equal numbers are
    one value.
    """

    column: str
    fields: tuple[str, ...] = ()
    places: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """Sums over the facts of some sites and days, for each combination of the values in `group_by`.

    Columns of all facts: `site`, `day`, `minute` (of the day, from 0), `hour` (of sixty minutes each,
    from 0), `clock_hour` (as clocks show it); `entry_page`, `exit_page`, `source`, `client`,
    `location`, `campaign`, `screen`, `language` of the visit. Of hits: `page`; of events: `event_name`,
    `property` (one group for each that the event carries) and `currency`.

    `only` are conditions on columns of the visit, `like` on the hit itself, `having` on its visit;
    `began_from` (included) and `began_before` (excluded) on the instant in which the visit began.

    All sums can be added up over anything but `distinct_visitors` and `distinct_visits`: those over
    days and sites alone, because a visitor belongs to one day of one site. By parts of a day, a
    distinct visitor is in that of the visit that was collected first. `first_visits` and `first_views`
    are the visitors where nothing asked differs between a visitor's visits. Without groups there is one
    row, of zeros when there are no facts. Parts of a day are those of the hit; with
    `is_timed_by_visits`, those in which its visit began.

    `zones` are those of the sites, in their order; `given_up` are sites whose visits up to an id are
    being removed; `site_days` says which days are asked of which sites, where they are not the same.
    """

    fact: Fact
    site_ids: tuple[int, ...]
    zones: tuple[ZoneInfo, ...]
    first_day: dt.date
    last_day: dt.date
    group_by: tuple[Group, ...] = ()
    sums: tuple[str, ...] = ()
    only: tuple[Only, ...] = ()
    like: HitLike | None = None
    having: tuple[Having, ...] = ()
    began_from: dt.datetime | None = None
    began_before: dt.datetime | None = None
    is_timed_by_visits: bool = False
    given_up: tuple[tuple[int, int], ...] = ()
    site_days: tuple[tuple[tuple[int, ...], Ranges], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(group.column for group in self.group_by)


# Parts of a day, as columns to group by.
TIMES = frozenset(("minute", "hour", "clock_hour"))
DISTINCT = frozenset(("distinct_visitors", "distinct_visits"))

# What can be summed up of each fact.
SUMS: Mapping[Fact, frozenset[str]] = {
    Fact.VISIT: frozenset(
        (
            "first_visits",
            "distinct_visitors",
            "visits",
            "pageviews",
            "events",
            "bounces",
            "duration_seconds",
        )
    ),
    # `engaged_views` and `scrolled_views` are those that told how long and how far.
    Fact.PAGEVIEW: frozenset(
        (
            "first_views",
            "distinct_visitors",
            "distinct_visits",
            "pageviews",
            "engaged_seconds",
            "engaged_views",
            "scroll_percent",
            "scrolled_views",
        )
    ),
    Fact.EVENT: frozenset(
        (
            "distinct_visitors",
            "distinct_visits",
            "events",
            "amount_micros",
        )
    ),
}


def fold(answers: Iterable[Mapping[Key, Sums]]) -> dict[Key, Sums]:
    """Return the rows of several answers, with those of one key added up."""
    first, *others = sorted(answers, key=len, reverse=True) or [{}]
    folded = dict(first)
    for answer in others:
        for key, sums in answer.items():
            known = folded.get(key)
            folded[key] = sums if known is None else tuple(map(add, known, sums))
    return folded


def fold_rows(rows: Iterable[tuple[Key, Sums]]) -> dict[Key, Sums]:
    """Return the rows with those of one key added up."""
    folded: dict[Key, Sums] = {}
    for key, sums in rows:
        known = folded.setdefault(key, sums)
        if known is not sums:
            folded[key] = tuple(map(add, known, sums))
    return folded
