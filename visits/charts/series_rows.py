"""The buckets of a series in words: a row for each, or one for minutes in which nothing happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby

from django.utils.translation import gettext as _

from visits.charts.bucket_label import first_day, label, last_day, partial_note
from visits.charts.marks import Note
from visits.charts.table import SeriesRow
from visits.reports import date_words as words
from visits.reports.days import ONE_DAY, ONE_HOUR, ONE_MINUTE
from visits.reports.metrics import Metric, Unit, Value, number
from visits.reports.period import Interval
from visits.reports.results import Bucket, change_rate
from visits.templatetags.stats import change, metric_exact, metric_value

# Intervals of which a bucket is an instant to somebody who lives elsewhere, and how long it is.
LENGTHS = {Interval.MINUTE: ONE_MINUTE, Interval.HOUR: ONE_HOUR}


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of a report and those that they are compared with, in how they are called."""

    shown: list[Bucket]
    before: Sequence[Bucket]
    interval: Interval
    has_year: bool
    now: dt.datetime


class Rows:
    """Makes rows of the begun buckets of a series: of their values, and of what these are compared with."""

    def __init__(
        self,
        metric: Metric,
        values: Sequence[Value],
        before: Sequence[Value],
        buckets: Buckets,
        notes_of: Mapping[int, list[Note]],
    ) -> None:
        self.buckets, self.notes_of = buckets, notes_of
        self.values = values
        self.before = [*before[: len(values)], *[None] * (len(values) - len(before))]
        # Of a day by the minute, most numbers come again.
        self._exact, self._change = cache(partial(_exact, metric)), cache(_change_text)

    def each(self) -> list[SeriesRow]:
        """Return a row for each bucket."""
        return [self._row(place) for place in range(len(self.values))]

    def shortened(self) -> Iterator[SeriesRow]:
        """Yield the same rows, with minutes one after the other in which nothing happened as one."""
        if self.buckets.interval is not Interval.MINUTE:
            yield from self.each()
            return
        for quiet, group in groupby(range(len(self.values)), key=self._quiet):
            places = list(group)
            if quiet is None:
                yield from map(self._row, places)
            else:
                yield self._row_of_several(places)

    def _quiet(self, place: int) -> tuple[Value, Value, bool] | None:
        """Return what is alike in quiet minutes that are told as one, None where something happened."""
        value, before = self.values[place], self.before[place]
        if number(value) or number(before) or place in self.notes_of:
            return None
        if self.buckets.shown[place].is_partial:
            return None
        return value, before, place < len(self.buckets.before)

    def _row_of_several(self, places: Sequence[int]) -> SeriesRow:
        first, last = self._row(places[0]), places[-1]
        if last == places[0]:
            return first
        has_before = bool(first.before_label)
        return replace(
            first,
            label=_until(first.label, self.buckets.shown[last]),
            before_label=_until(first.before_label, self.buckets.before[last])
            if has_before
            else "",
            count=len(places),
        )

    def _row(self, place: int) -> SeriesRow:
        buckets = self.buckets
        bucket, has_before = buckets.shown[place], place < len(buckets.before)
        value, before = self.values[place], self.before[place]
        row_before = buckets.shown[place - 1] if place else None
        return SeriesRow(
            label=label(bucket, buckets.interval, has_year=buckets.has_year),
            partial=partial_note(bucket, buckets.interval, buckets.now),
            days=_days(bucket, row_before),
            value=self._exact(value),
            before_label=_before_label(buckets, place) if has_before else "",
            before=self._exact(before) if has_before else "",
            change="" if bucket.is_partial else self._change(change_rate(value, before)),
            notes=self.notes_of.get(place, []),
            at=_instant(bucket, row_before, buckets.interval),
        )


def _until(label: str, last: Bucket) -> str:
    return words.span(label, words.clock(last.start))


def _exact(metric: Metric, value: Value) -> str:
    """Return counts and amounts in full; a column of seconds or shares is read in short."""
    is_in_full = metric.unit in (Unit.COUNT, Unit.MONEY)
    return metric_exact(value, metric) if is_in_full else metric_value(value, metric)


def _change_text(rate: float | None) -> str:
    return "" if rate is None else change(rate)


def _before_label(buckets: Buckets, place: int) -> str:
    """Return what a bucket is compared with; of a day that still runs, only as much as has elapsed."""
    bucket = buckets.before[place]
    named = label(bucket, buckets.interval, has_year=buckets.has_year)
    if buckets.interval is not Interval.DAY or not bucket.is_partial:
        return named
    return _("%(day)s until %(time)s") % {"day": named, "time": words.clock(bucket.end)}


def _days(bucket: Bucket, row_before: Bucket | None) -> str:
    """Return the first and the last day, nothing where that is the one after the day of the row before."""
    first, last = first_day(bucket), last_day(bucket)
    if first != last:
        return f"{first.isoformat()} {last.isoformat()}"
    is_expected = row_before is not None and first == last_day(row_before) + ONE_DAY
    return "" if is_expected else first.isoformat()


def _instant(bucket: Bucket, row_before: Bucket | None, interval: Interval) -> str:
    """Return when a minute or an hour begins, nothing where that is one after the row before."""
    length = LENGTHS.get(interval)
    if length is None:
        return ""
    is_expected = (
        row_before is not None
        and bucket.start - row_before.start == length
        and bucket.start.utcoffset() == row_before.start.utcoffset()
    )
    return "" if is_expected else bucket.start.isoformat(timespec="minutes")
