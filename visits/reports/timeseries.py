"""Series: metrics by the minutes, hours, days, weeks or months of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import cast

from visits.reports import date_words
from visits.reports.buckets import bucket_count, bucket_numbers, cut
from visits.reports.measure import Split, measure
from visits.reports.metrics import Metric, NamedSum, Value, add_sums, columns_of, metrics_of_totals
from visits.reports.period import Interval
from visits.reports.query import ReportQuery
from visits.reports.results import Bucket, Report, Row
from visits.reports.scan import Group

# What numbers within a day are grouped by; longer intervals are folded from days.
UNITS = {Interval.MINUTE: "minute", Interval.HOUR: "hour"}


def timeseries(
    query: ReportQuery,
    metrics: Iterable[str],
    now: dt.datetime,
    interval: Interval | None = None,
) -> Report:
    """Return a row for each bucket of the period, empty and future ones included, in their order.

    The buckets of a metric that is a count add up to its total. By the day and longer, metrics describe
    the visits that began then. By the hour and the minute, pageviews and events are those of the hour;
    the hits of a visit that goes on after midnight are at the end of its day, and a visitor is counted
    in the hour of the first visit. A row's `previous` is the bucket of the same number in the
    comparison, None beyond its end. Without `interval`, the period's own. A scan for each kind of facts
    and period. Raises InvalidQuery for an unknown metric, or an interval that does not suit the period.
    """
    known = metrics_of_totals(metrics)
    interval = interval or query.period.interval
    values = _values(query.at(query.period), interval, known)
    before = _values(query.at(query.comparison), interval, known) if query.comparison else []
    rows = tuple(
        Row(
            key=(_key(bucket, interval),),
            label=_label(bucket, interval),
            values=values[number],
            previous=before[number] if number < len(before) else None,
            bucket=bucket,
        )
        for number, bucket in enumerate(cut(query.period, interval, query.zone, now))
    )
    return Report(query, known, rows, total_rows=len(rows), interval=interval)


def _values(
    query: ReportQuery, interval: Interval, metrics: tuple[Metric, ...]
) -> list[tuple[Value, ...]]:
    """Return the metrics' values for each bucket of the query's period."""
    names = columns_of(metrics)
    unit = UNITS.get(interval)
    groups = (Group("day"), Group(unit)) if unit else (Group("day"),)
    number_of = bucket_numbers(query.period, interval, query.zone)
    buckets: list[NamedSum] = [{} for _ in range(_count(query, interval))]
    for key, sums in measure(query, Split(groups), names).rows.items():
        bucket = buckets[number_of(*cast(tuple[dt.date, int], key))]
        for name, value in zip(names, sums, strict=True):
            bucket[name] = add_sums(bucket[name], value) if name in bucket else value
    return [
        tuple(metric.value(bucket) if bucket else metric.nothing for metric in metrics)
        for bucket in buckets
    ]


def _count(query: ReportQuery, interval: Interval) -> int:
    return bucket_count(query.period, interval, query.zone)


def _key(bucket: Bucket, interval: Interval) -> str:
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return bucket.start.isoformat(timespec="minutes")
        case Interval.MONTH:
            return f"{bucket.start:%Y-%m}"
        case _:
            return bucket.start.date().isoformat()


def _label(bucket: Bucket, interval: Interval) -> str:
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return date_words.clock(bucket.start)
        case Interval.MONTH:
            return date_words.month(bucket.start.date())
        case _:
            return date_words.day_of_week(bucket.start.date())
