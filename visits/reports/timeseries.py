"""Series: metrics by the hours, days or months of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from visits.reports.buckets import bucket_count, cut, day_start, months_between
from visits.reports.metrics import Metric, Value, columns_of, get_metrics
from visits.reports.period import Interval, Period
from visits.reports.query import ReportQuery
from visits.reports.results import Bucket, Report, Row
from visits.reports.scan import Fact, Key, Scan, fold
from visits.reports.scan_orm import scan_facts

# Hits have an hour of their own; any other metric is one of visits, in the hour in which they began.
FACTS_BY_HOUR = {"pageviews": Fact.PAGEVIEW, "events": Fact.EVENT}


def timeseries(query: ReportQuery, metrics: Iterable[str], now: dt.datetime) -> Report:
    """Return a row for each bucket of the period, empty and future ones included, in their order.

    The buckets of a metric that is a count add up to its total. By the day and the month, metrics
    describe the visits that began then. By the hour, pageviews and events are those of the hour; the
    hits of a visit that goes on after midnight are in the last hour of its day. A row's `previous` is
    the bucket of the same number in the comparison, None beyond its end. One statement for each period;
    by the hour, one more for pageviews and for events. Raises InvalidQuery for an unknown metric.
    """
    known = get_metrics(metrics)
    interval = query.period.interval
    buckets = cut(query.period, interval, query.site.zone, now)
    values = _values(query, interval, known)
    before = _values(query.at(query.comparison), interval, known) if query.comparison else []
    rows = tuple(
        Row(
            key=(_key(bucket, interval),),
            label=_label(bucket, interval),
            values=values[number],
            previous=before[number] if number < len(before) else None,
            bucket=bucket,
        )
        for number, bucket in enumerate(buckets)
    )
    return Report(query, known, rows, total_rows=len(rows), interval=interval)


def _values(
    query: ReportQuery, interval: Interval, metrics: Sequence[Metric]
) -> list[tuple[Value, ...]]:
    """Return the metrics' values for each bucket of the query's period."""
    facts = [_fact(metric, interval) for metric in metrics]
    sums = {
        fact: _sums(
            query,
            interval,
            fact,
            columns_of(metric for metric, own in zip(metrics, facts, strict=True) if own is fact),
        )
        for fact in dict.fromkeys(facts)
    }
    return [
        tuple(metric.value(sums[fact][number]) for metric, fact in zip(metrics, facts, strict=True))
        for number in range(bucket_count(query.period, interval, query.site.zone))
    ]


def _fact(metric: Metric, interval: Interval) -> Fact:
    return FACTS_BY_HOUR.get(metric.name, Fact.VISIT) if interval is Interval.HOUR else Fact.VISIT


def _sums(
    query: ReportQuery, interval: Interval, fact: Fact, columns: tuple[str, ...]
) -> list[dict[str, int]]:
    """Return the sums of each bucket, in their order."""
    is_hourly = interval is Interval.HOUR
    scan = Scan(
        fact,
        (query.site.pk,),
        query.period.start,
        query.period.end,
        group_by=("hour",) if is_hourly else ("day",),
        sums=columns,
        hours_from=day_start(query.period.start, query.site.zone) if is_hourly else None,
    )
    count = bucket_count(query.period, interval, query.site.zone)
    rows = scan_facts(scan).items()
    by_number = fold(((_number(key, query.period, interval, count),), sums) for key, sums in rows)
    nothing = (0,) * len(columns)
    return [
        dict(zip(columns, by_number.get((number,), nothing), strict=True))
        for number in range(count)
    ]


def _number(key: Key, period: Period, interval: Interval, count: int) -> int:
    """Return the number of the bucket that a scanned hour or day falls into."""
    (value,) = key
    if isinstance(value, dt.date):
        is_monthly = interval is Interval.MONTH
        return months_between(period.start, value) if is_monthly else (value - period.start).days
    # A visit may go on after midnight, and a log may tell of a hit before it too late.
    return min(max(int(value), 0), count - 1)


def _key(bucket: Bucket, interval: Interval) -> str:
    match interval:
        case Interval.HOUR:
            return bucket.start.isoformat(timespec="minutes")
        case Interval.DAY:
            return bucket.start.date().isoformat()
        case _:
            return f"{bucket.start:%Y-%m}"


def _label(bucket: Bucket, interval: Interval) -> str:
    match interval:
        case Interval.HOUR:
            return f"{bucket.start:%H:%M}"
        case Interval.DAY:
            return f"{bucket.start:%a} {bucket.start.day} {bucket.start:%b}"
        case _:
            return f"{bucket.start:%b %Y}"
