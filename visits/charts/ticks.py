"""The words below a series: few, and where people expect them - full hours, Mondays, the first of a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from visits.reports import date_words as words
from visits.reports.days import MONTHS_OF_YEAR, ONE_DAY, ONE_MINUTE
from visits.reports.interval import Interval
from visits.reports.results import Bucket

# So many fit below the drawing of a large screen; on a small one every other is left out.
MOST_TIMES = MOST_DAYS = 8
MOST_MONTHS = 13
MOST_YEARS = 11
DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """A word below a drawing. x is in percent of its width."""

    x: float
    label: str
    anchor: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """Ticks stand where the number of a unit changes, when there are not too many of them."""

    unit: Callable[[dt.datetime], Hashable]
    label: Callable[[dt.datetime], str]
    most: int


def _minutes(length: int) -> Rung:
    def unit(at: dt.datetime) -> Hashable:
        return (at.date(), (60 * at.hour + at.minute) // length)

    return Rung(unit, words.clock, MOST_TIMES)


def _weeks(length: int) -> Rung:
    def unit(at: dt.datetime) -> Hashable:
        # The first of January of the year 1 was a Monday.
        return (at.toordinal() - 1) // (DAYS_OF_WEEK * length)

    return Rung(unit, words.day_in_year, MOST_DAYS)


def _months(length: int) -> Rung:
    def unit(at: dt.datetime) -> Hashable:
        return (at.year * MONTHS_OF_YEAR + at.month - 1) // length

    return Rung(unit, _month, MOST_MONTHS)


def _years(length: int) -> Rung:
    return Rung(lambda at: at.year // length, lambda at: str(at.year), MOST_YEARS)


def _month(at: dt.datetime) -> str:
    """Return the name of a month; January has the year with it."""
    return words.month(at.date()) if at.month == 1 else words.month_in_year(at.date())


DAYS = Rung(lambda at: at.date(), words.day_in_year, MOST_DAYS)
OF_TIMES = tuple(map(_minutes, (5, 15, 30, 60, 120, 180, 360, 720)))
OF_WEEKS = tuple(map(_weeks, (1, 2)))
OF_MONTHS = (*map(_months, (1, 2, 3, 6)), *map(_years, (1, 2, 5)))
# From the finest on; the first one with few enough ticks is taken.
LADDERS: Mapping[Interval, tuple[Rung, ...]] = {
    Interval.MINUTE: (*OF_TIMES, DAYS, *OF_WEEKS, *OF_MONTHS),
    Interval.HOUR: (*OF_TIMES, DAYS, *OF_WEEKS, *OF_MONTHS),
    Interval.DAY: (DAYS, *OF_WEEKS, *OF_MONTHS),
    Interval.WEEK: (*OF_WEEKS, *OF_MONTHS),
    Interval.MONTH: OF_MONTHS,
}


def ticks(buckets: Sequence[Bucket], interval: Interval, all_xs: Sequence[float]) -> list[Tick]:
    """Return the ticks of a series; one at least."""
    rung, places = _climb(buckets, LADDERS[interval], _first_of(buckets[0].start, interval))
    return [
        Tick(
            x=all_xs[place],
            label=_label(rung, buckets, place),
            anchor=_anchor(all_xs[place]),
            is_minor=number % 2 == 1,
        )
        for number, place in enumerate(places)
    ]


def _first_of(start: dt.datetime, interval: Interval) -> dt.datetime:
    """Return when the week or the month of an instant began, of which the period may have cut a part."""
    match interval:
        case Interval.WEEK:
            return start - start.weekday() * ONE_DAY
        case Interval.MONTH:
            return start.replace(day=1)
        case _:
            return start


def _climb(
    buckets: Sequence[Bucket], ladder: Iterable[Rung], first: dt.datetime
) -> tuple[Rung, list[int]]:
    for rung in ladder:
        places = _changes(rung, buckets, first)
        if 0 < len(places) <= rung.most:
            return rung, places
    return DAYS, [0]


def _changes(rung: Rung, buckets: Sequence[Bucket], first: dt.datetime) -> list[int]:
    """Return where the unit changes: an hour that comes twice is one, a day may begin at one o'clock.

    One place more than there may be is enough to know that there are too many.
    """
    last = rung.unit((first.astimezone(dt.UTC) - ONE_MINUTE).astimezone(first.tzinfo))
    places = []
    for place, bucket in enumerate(buckets):
        unit = rung.unit(bucket.start)
        if unit != last:
            places.append(place)
            if len(places) > rung.most:
                break
        last = unit
    return places


def _label(rung: Rung, buckets: Sequence[Bucket], place: int) -> str:
    """Return the word of a tick; among times, a day that begins is named."""
    start = buckets[place].start
    if rung.label is words.clock and start.date() != buckets[max(place - 1, 0)].start.date():
        return words.day_in_year(start.date())
    return rung.label(start)


def _anchor(x: float) -> str:
    # At the left there is room: the words of the vertical axis stand there.
    return "end" if x > 96 else "middle"
