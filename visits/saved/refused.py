"""Refusals of many sites, in the shape of every other answer.

They are counted by the hour: a day has the hours that began in it, in the zone of its site.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sites.clock import day_start
from sites.models import Site
from visits.models import Refusal, RefusalReason
from visits.reports.buckets import bucket_count, bucket_numbers, cut
from visits.reports.days import ONE_DAY, ONE_HOUR
from visits.reports.dimensions import SITE, Dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.interval import Interval
from visits.reports.metrics import Metric, Unit
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report as Result
from visits.reports.results import Row

REFUSED = Metric(
    "refused",
    gettext_lazy("Refused hits"),
    Unit.COUNT,
    gettext_lazy("Hits that were not counted."),
    total="refused",
    is_better_lower=True,
)
Counts = Mapping[tuple[object, ...], int]


def reason_label(reason: str) -> str:
    return str(RefusalReason(reason).label) if reason in RefusalReason.values else reason


REASON = Dimension(
    "reason",
    gettext_lazy("Reason"),
    gettext_lazy("Why a hit was not counted."),
    column="reason",
    words=reason_label,
    metrics=(REFUSED.name,),
)
COLUMNS = {SITE.name: "site", REASON.name: "reason"}


def refusals(
    query: ReportQuery,
    dimensions: tuple[Dimension, ...],
    names: Iterable[str],
    reasons: Collection[str] = (),
) -> Result:
    """Return all rows of refused hits by reason, site or both, in no order; one statement a period.

    `previous` is left out: see `visits.saved.rows`. Without `reasons`, those of all. Raises InvalidQuery
    for filters and other metrics.
    """
    check_refusals(query, names)
    columns = [COLUMNS[dimension.name] for dimension in dimensions]
    counts = _counts(_rows(query, reasons), columns)
    if not dimensions:
        rows = [Row((), query.period.label, (counts.get((), 0),))]
    else:
        sites = {site.pk: site for site in query.sites}
        rows = [_row(dimensions, key, count, sites) for key, count in counts.items()]
    return Result(query, (REFUSED,), rows, len(rows), dimensions)


def check_refusals(query: ReportQuery, names: Iterable[str]) -> None:
    """Raise InvalidQuery for what cannot be known of a refusal."""
    if query.filters:
        raise InvalidQuery("filter", _("Refused hits cannot be filtered: nothing of them is kept."))
    if tuple(names) != (REFUSED.name,):
        raise InvalidQuery("metrics", _("Of refusals, only the refused hits are counted."))


def refusals_by_time(query: ReportQuery, now: dt.datetime, reasons: Collection[str] = ()) -> Result:
    """Return a row for each bucket of the period, as `visits.reports.timeseries` does."""
    interval = query.period.interval
    values = _by_bucket(query.at(query.period), interval, reasons)
    compared = query.at(query.comparison) if query.comparison else None
    before = _by_bucket(compared, interval, reasons) if compared else []
    rows = tuple(
        Row(
            key=(bucket.start.isoformat(),),
            label="",
            values=(values[number],),
            previous=(before[number],) if number < len(before) else None,
            bucket=bucket,
        )
        for number, bucket in enumerate(cut(query.period, interval, query.zone, now))
    )
    return Result(query, (REFUSED,), rows, len(rows), interval=interval)


def _rows(query: ReportQuery, reasons: Collection[str]) -> QuerySet[Refusal]:
    rows = Refusal.objects.filter(_hours(query))
    return rows.filter(reason__in=reasons) if reasons else rows


def _counts(rows: QuerySet[Refusal], columns: list[str]) -> Counts:
    """Return the refused hits by the values of some columns."""
    if not columns:
        return {(): rows.aggregate(total=Sum("count"))["total"] or 0}
    grouped = rows.values(*columns).annotate(total=Sum("count")).order_by()
    return {tuple(key): total for *key, total in grouped.values_list(*columns, "total")}


def _row(
    dimensions: tuple[Dimension, ...],
    key: tuple[object, ...],
    count: int,
    sites: Mapping[int, Site],
) -> Row:
    names = [
        site_names(sites[cast(int, value)]) if dimension is SITE else (str(value),)
        for dimension, value in zip(dimensions, key, strict=True)
    ]
    pairs = list(zip(dimensions, names, strict=True))
    labels = tuple(dimension.words(*each) for dimension, each in pairs)
    return Row(
        key=tuple(text for each in names for text in each),
        label=" · ".join(labels),
        values=(count,),
        labels=labels,
        texts=tuple(dimension.text(*each) for dimension, each in pairs),
    )


def site_names(site: Site) -> tuple[str, ...]:
    """Return a site as rows know it, by the fields of the dimension."""
    return tuple(str(getattr(site, field)) for field in SITE.fields)


def _hours(query: ReportQuery) -> Q:
    """Return the condition of an hour being of the period, in the zone of its site."""
    by_zone: dict[ZoneInfo, list[int]] = defaultdict(list)
    for site in query.sites:
        by_zone[site.zone].append(site.pk)
    hours = Q()
    for zone, site_ids in by_zone.items():
        since, until = _instants(query.period, zone)
        hours |= Q(site__in=site_ids, hour_at__gte=since, hour_at__lt=until)
    return hours


def _instants(period: Period, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return from when until when a period is in a zone; what cuts it is one instant everywhere."""
    since, until = day_start(period.start, zone), day_start(period.end + ONE_DAY, zone)
    return period.since or since, min(until, period.until) if period.until else until


def _by_bucket(query: ReportQuery, interval: Interval, reasons: Collection[str]) -> list[int]:
    period, zone = query.period, query.zone
    number_of = bucket_numbers(period, interval, zone)
    counts = [0] * bucket_count(period, interval, zone)
    rows = _rows(query, reasons).values("site__time_zone", "hour_at")
    totals = rows.annotate(total=Sum("count")).order_by()
    for name, hour_at, total in totals.values_list("site__time_zone", "hour_at", "total"):
        # By hours, an hour is the same instant everywhere; a day is each site's own.
        own = zone if interval is Interval.HOUR else ZoneInfo(name)
        day = hour_at.astimezone(own).date()
        day = min(max(day, period.start), period.end)
        counts[number_of(day, (hour_at - day_start(day, own)) // ONE_HOUR)] += total
    return counts
