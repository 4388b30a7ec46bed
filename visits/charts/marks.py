"""The notes of a report's days as marks on its series."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from visits.models import Annotation
from visits.reports import date_words as words
from visits.reports.results import Bucket
from visits.reports.visible import visible


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is shown. `pk` is for those who may change it."""

    pk: int
    day: str
    iso_day: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a series has notes. x is in percent of its width, `title` has all of their texts."""

    x: float
    number: int
    title: str


def notes(annotations: Iterable[Annotation]) -> list[Note]:
    return [
        Note(each.pk, words.full_day(each.day), each.day.isoformat(), visible(each.text))
        for each in annotations
    ]


def notes_by_bucket(found: Iterable[Note], buckets: Sequence[Bucket]) -> Mapping[int, list[Note]]:
    """Return the notes by the number of their bucket: of hours, the first one of the day."""
    days = [bucket.start.date() for bucket in buckets]
    by_bucket = defaultdict(list)
    for note in found:
        by_bucket[_number(dt.date.fromisoformat(note.iso_day), days)].append(note)
    return by_bucket


def _number(day: dt.date, days: Sequence[dt.date]) -> int:
    first = bisect_left(days, day)
    is_its_own = first < len(days) and days[first] == day
    return first if is_its_own else max(bisect_right(days, day) - 1, 0)


def marks(by_bucket: Mapping[int, Sequence[Note]], all_xs: Sequence[float]) -> list[Mark]:
    return [
        Mark(all_xs[number], number, "\n".join(f"{note.day}: {note.text}" for note in found))
        for number, found in sorted(by_bucket.items())
    ]
