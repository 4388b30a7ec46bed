"""Series: metrics by the minutes, hours, days, weeks or months of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from visits.reports.buckets import UNITS, bucket_count, bucket_numbers, cut
from visits.reports.days import ONE_DAY, day_start
from visits.reports.metrics import Metric, Value, columns_of, get_metrics
from visits.reports.period import Interval, Period
from visits.reports.query import ReportQuery
from visits.reports.results import Bucket, Report, Row
from visits.reports.scan import Fact, Key, Scan, Sums, fold
from visits.reports.scan_orm import scan_facts

# Hits have an hour of their own; any other metric is one of visits, in the hour in which they began.
FACTS_BY_HOUR = {"pageviews": Fact.PAGEVIEW, "events": Fact.EVENT}
# When the visit began, and when the fact itself happened.
INSTANTS = {
    Fact.VISIT: ("started_at",),
    Fact.PAGEVIEW: ("visit__started_at", "at"),
    Fact.EVENT: ("visit__started_at", "at"),
}


def timeseries(
    query: ReportQuery,
    metrics: Iterable[str],
    now: dt.datetime,
    interval: Interval | None = None,
) -> Report:
    """Return a row for each bucket of the period, empty and future ones included, in their order.

    Without an interval it is the period's own. The buckets of a metric that is a count add up to its
    total. By the day and longer, metrics describe the visits that began then. By the hour and the
    minute, pageviews and events are those of the hour; the hits of a visit that goes on after midnight
    are in the last hour of its day. A row's `previous` is the bucket of the same number in the
    comparison, None beyond its end. One statement for each period; by the hour, one more for pageviews
    and for events. Raises InvalidQuery for an unknown metric.
    """
    known = get_metrics(metrics)
    interval = interval or query.period.interval
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
    return FACTS_BY_HOUR.get(metric.name, Fact.VISIT) if interval in UNITS else Fact.VISIT


def _sums(
    query: ReportQuery, interval: Interval, fact: Fact, columns: tuple[str, ...]
) -> list[dict[str, int]]:
    """Return the sums of each bucket, in their order."""
    is_by_instant = interval in UNITS or _is_cut(query.period)
    scan = Scan(
        fact,
        (query.site.pk,),
        query.period.start,
        query.period.end,
        group_by=("day", *INSTANTS[fact]) if is_by_instant else ("day",),
        sums=columns,
    )
    rows = scan_facts(scan).items()
    by_number = fold(_numbered(rows, query, interval))
    nothing = (0,) * len(columns)
    return [
        dict(zip(columns, by_number.get((number,), nothing), strict=True))
        for number in range(bucket_count(query.period, interval, query.site.zone))
    ]


def _is_cut(period: Period) -> bool:
    return period.since is not None or period.until is not None


def _numbered(
    rows: Iterable[tuple[Key, Sums]], query: ReportQuery, interval: Interval
) -> Iterator[tuple[Key, Sums]]:
    """Yield the sums of the visits that began within the period, by the number of their bucket."""
    period, zone = query.period, query.site.zone
    number_of = bucket_numbers(period, interval, zone)
    starts = {day: day_start(day, zone) for day in period.days()}
    for (day, *instants), sums in rows:
        assert isinstance(day, dt.date)
        if not instants:
            yield (number_of(day, 0),), sums
            continue
        began, at = instants[0], instants[-1]
        assert isinstance(began, dt.datetime)
        assert isinstance(at, dt.datetime)
        if _has(period, began):
            unit = (at - starts[day]) // UNITS.get(interval, ONE_DAY)
            yield (number_of(day, unit),), sums


def _has(period: Period, began: dt.datetime) -> bool:
    is_late_enough = period.since is None or began >= period.since
    return is_late_enough and (period.until is None or began < period.until)


def _key(bucket: Bucket, interval: Interval) -> str:
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return bucket.start.isoformat(timespec="minutes")
        case Interval.DAY | Interval.WEEK:
            return bucket.start.date().isoformat()
        case _:
            return f"{bucket.start:%Y-%m}"


def _label(bucket: Bucket, interval: Interval) -> str:
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return f"{bucket.start:%H:%M}"
        case Interval.DAY | Interval.WEEK:
            return f"{bucket.start:%a} {bucket.start.day} {bucket.start:%b}"
        case _:
            return f"{bucket.start:%b %Y}"
