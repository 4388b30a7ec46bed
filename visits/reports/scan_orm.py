"""Answers scans with the Django ORM, on every database that Django knows."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Aggregate,
    BigIntegerField,
    BooleanField,
    Count,
    F,
    Func,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.sql.compiler import SQLCompiler

from visits.models import Hit, HitProperty, Visit
from visits.models.time import to_day
from visits.reports.day_time import day_time
from visits.reports.scan import (
    TIMES,
    Fact,
    Having,
    HitLike,
    Key,
    Only,
    Ranges,
    Scan,
    Sums,
    fold_rows,
)

# Parts of a day are grouped by slots of an instant. Since 2012 clocks change at quarters of an hour only,
# so that a quarter lies in one hour.
SLOT_SECONDS = {"minute": 60, "hour": 900, "clock_hour": 900}
# More minutes than there are from 1970 to 2097; visits have ids below a hundred thousand million.
MINUTES = 1 << 26
# A database takes only so deep a condition.
MAX_RANGES = 50
# As parameters up to here; longer lists travel as one.
MAX_PARAMETERS = 200
VISIT_COLUMNS = frozenset(
    (
        "entry_page",
        "exit_page",
        "source",
        "location",
        "campaign",
        "screen",
        "language",
    )
)


class Among(Func):
    """`column IN (ids)` with any number of ids, as one parameter."""

    output_field = BooleanField()

    def __init__(self, column: str, ids: Iterable[int]) -> None:
        super().__init__(F(column))
        self.ids = sorted(ids)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        sql, params = compiler.compile(self.source_expressions[0])
        among = f"{sql} IN (SELECT value FROM json_each(%s))"  # noqa: S608 (no value is in it)
        return among, (*params, json.dumps(self.ids))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::bigint[])", (*params, self.ids)


def scan_orm(scan: Scan, days: Ranges) -> dict[Key, Sums]:
    """Return the sums by the values of the group columns over these ranges of days.

    One statement; two when distinct visitors are asked by parts of a day beside other sums.
    """
    if "distinct_visitors" not in scan.sums or TIMES.isdisjoint(scan.columns):
        return _grouped(scan, days, scan.sums)
    others = tuple(name for name in scan.sums if name != "distinct_visitors")
    rows = _grouped(scan, days, others) if others else {}
    visitors = _visitors_by_time(scan, days)
    position = scan.sums.index("distinct_visitors")
    nothing = (0,) * len(others)
    merged = {}
    for key in rows.keys() | visitors.keys():
        sums = list(rows.get(key, nothing))
        sums.insert(position, visitors.get(key, 0))
        merged[key] = tuple(sums)
    return merged


def counted_rows(scan: Scan, days: Ranges) -> QuerySet[Any]:
    """Return the facts that a scan adds up over these ranges of days, in no order."""
    return Facts.of(scan).rows(scan, days)


def _grouped(scan: Scan, days: Ranges, names: Sequence[str]) -> dict[Key, Sums]:
    facts = Facts.of(scan)
    # Names of their own: an annotation must not be called like a field.
    sums = {f"sum_{name}": facts.sum(name) for name in names}
    rows = _with_slots(facts, scan, facts.rows(scan, days))
    if not scan.group_by:
        totals = rows.aggregate(**sums)
        return {(): tuple(totals[name] or 0 for name in sums)}
    columns = _columns(facts, scan)
    grouped = rows.values(*columns).annotate(**sums).values_list(*columns, *sums).order_by()
    width = len(columns)
    keys = _Keys(scan)
    rows_of_keys = ((row[:width], _numbers(row[width:])) for row in grouped)
    if keys.is_plain:
        return dict(rows_of_keys)
    return fold_rows((keys.key(key), sums) for key, sums in rows_of_keys)


def _numbers(sums: tuple[int | None, ...]) -> Sums:
    """Return sums as numbers: the sum of nothing is null in a database."""
    return tuple(number or 0 for number in sums) if None in sums else cast(Sums, sums)


def _visitors_by_time(scan: Scan, days: Ranges) -> Counter[Key]:
    """Count each visitor in the time of the visit that was collected first, as `is_first` does.

    One number has both, the visit's id and the minute in which it began: so its minimum says when.
    """
    facts = Facts.of(scan)
    rows = facts.rows(scan, days).annotate(**_days_of_slots(facts))
    *others, slot = columns = _columns(facts, scan)
    integer = BigIntegerField()
    minute = CombinedExpression(F(facts.instant), "/", Value(60, integer), output_field=integer)
    numbered = CombinedExpression(
        CombinedExpression(F(facts.visit_id), "*", Value(MINUTES, integer), output_field=integer),
        "+",
        minute,
        output_field=integer,
    )
    firsts = rows.values(*others, facts.visitor).annotate(**{slot: Min(numbered)}).order_by()
    keys = _Keys(scan, seconds=60)
    return Counter(
        keys.key((*row, number % MINUTES)) for *row, number in firsts.values_list(*columns)
    )


class Facts:
    """A table of facts and the paths from its rows to everything that is asked of them."""

    def __init__(
        self, scan: Scan, rows: QuerySet[Any], hit: str, visit: str, own: Mapping[str, str]
    ) -> None:
        self.scan, self.base, self.hit, self.visit, self.own = scan, rows, hit, visit, own
        self.fact = scan.fact

    @classmethod
    def of(cls, scan: Scan) -> Facts:
        if scan.fact is Fact.VISIT:
            return cls(scan, Visit.objects.all(), "", "", {})
        if "property" in scan.columns:
            own = {"property": "property", "currency": "hit__revenues__currency"}
            return cls(scan, HitProperty.objects.all(), "hit__", "hit__visit__", own)
        own = {"currency": "revenues__currency"}
        return cls(scan, Hit.objects.all(), "", "visit__", own)

    @property
    def visit_id(self) -> str:
        return "pk" if self.fact is Fact.VISIT else f"{self.hit}visit_id"

    @property
    def visitor(self) -> str:
        return f"{self.visit}visitor"

    @property
    def instant(self) -> str:
        is_of_visits = self.fact is Fact.VISIT or self.scan.is_timed_by_visits
        return f"{self.visit}started_at" if is_of_visits else f"{self.hit}at"

    def path(self, column: str) -> str:
        """Return the way from a row to a column of the scan."""
        if column in self.own:
            return self.own[column]
        return f"{self.visit if column in VISIT_COLUMNS else self.hit}{column}"

    def sum(self, name: str) -> Aggregate:
        """Return how a sum is made.

        Booleans are counted, because PostgreSQL does not add them up; by themselves, so that the index
        is enough.
        """
        match name:
            case "first_visits":
                return Count("is_first", filter=Q(is_first=True))
            case "bounces":
                return Count("is_bounce", filter=Q(is_bounce=True))
            case "first_views":
                return Count("is_first_view", filter=Q(is_first_view=True))
            case "distinct_visitors":
                return Count(self.visitor, distinct=True)
            case "distinct_visits":
                return Count(f"{self.hit}visit", distinct=True)
            case "engaged_views":
                return Count("engaged_seconds")
            case "scrolled_views":
                return Count("scroll_percent")
            case "amount_micros":
                return Sum(f"{self.hit}revenues__amount_micros")
        if name in ("visits", "events", "pageviews") and name == f"{self.fact.value}s":
            return Count("*")
        return Sum(name)

    def rows(self, scan: Scan, days: Ranges) -> QuerySet[Any]:
        """Return the rows that the scan looks at. Site and day come first in both report indexes."""
        conditions = [
            Q(**{f"{self.hit}site__in": scan.site_ids}),
            _within(f"{self.hit}day", days),
            _of_site_days(scan, self.hit),
            *(self._only(only) for only in scan.only),
            *(self._having(having, scan, days) for having in scan.having),
        ]
        if scan.fact is not Fact.VISIT:
            conditions.append(_kind(scan.fact, self.hit))
        if "currency" in scan.columns:
            conditions.append(Q(**{f"{self.hit}revenues__site__in": scan.site_ids}))
        if scan.like:
            conditions += _like(scan.like, self.hit, scan)
        began = f"{self.visit}started_at"
        if scan.began_from:
            conditions.append(Q(**{f"{began}__gte": scan.began_from}))
        for site_id, last_visit in scan.given_up:
            given_up = {f"{self.hit}site": site_id, f"{self.visit_id}__lte": last_visit}
            conditions.append(~Q(**given_up))
        if scan.began_before:
            conditions.append(Q(**{f"{began}__lt": scan.began_before}))
        return self.base.filter(*conditions)

    def _only(self, only: Only) -> Q:
        return _among(self.path(only.column), only.values, only.is_excluded)

    def _having(self, having: Having, scan: Scan, days: Ranges) -> Q:
        alike = Q()
        for like in dict.fromkeys(having.likes):
            alike |= is_like(like, scan)
        hits = hits_of(scan, days).filter(alike)
        found = Q(**{f"{self.visit_id}__in": hits.values("visit")})
        return ~found if having.is_excluded else found


def hits_of(scan: Scan, days: Ranges) -> QuerySet[Hit]:
    """Return all hits of the sites and days of a scan."""
    return Hit.objects.filter(
        Q(site__in=scan.site_ids), _within("day", days), _of_site_days(scan, "")
    )


def hits_of_visits(scan: Scan, days: Ranges) -> QuerySet[Hit, Any]:
    """Return the hits of the visits that a scan of visits means."""
    hits = hits_of(scan, days)
    conditions = (scan.only, scan.having, scan.began_from, scan.began_before, scan.given_up)
    if any(conditions):
        return hits.filter(visit__in=counted_rows(scan, days).values("pk"))
    return hits


def is_like(like: HitLike, scan: Scan) -> Q:
    """Return the condition on a hit."""
    return Q(_kind(like.fact, ""), *_like(like, "", scan))


def _kind(fact: Fact, prefix: str) -> Q:
    """Return what tells pageviews from events, by a column that the index of each has."""
    column = "event_name" if fact is Fact.EVENT else "is_first_view"
    return Q(**{f"{prefix}{column}__isnull": False})


def _like(like: HitLike, prefix: str, scan: Scan) -> list[Q]:
    """Return the conditions on a hit beside its kind."""
    conditions = [
        _among(f"{prefix}{only.column}", only.values, only.is_excluded) for only in like.only
    ]
    for ids in like.properties:
        carrying = HitProperty.objects.filter(
            _among("property", ids, is_excluded=False), site__in=scan.site_ids
        )
        conditions.append(Q(**{f"{prefix}pk__in": carrying.values("hit")}))
    if like.scroll_at_least is not None:
        conditions.append(Q(**{f"{prefix}scroll_percent__gte": like.scroll_at_least}))
    return conditions


def _among(path: str, ids: frozenset[int], is_excluded: bool) -> Q:
    is_short = len(ids) <= MAX_PARAMETERS
    found = Q(**{f"{path}__in": sorted(ids)}) if is_short else Q(Among(path, ids))
    return ~found if is_excluded else found


def _within(path: str, days: Ranges) -> Q:
    """Return the condition of a day being in one of the ranges."""
    if len(days) > MAX_RANGES:
        numbers = {
            to_day(first) + number
            for first, last in days
            for number in range((last - first).days + 1)
        }
        return Q(Among(path, numbers))
    ranges = Q()
    for first, last in days:
        ranges |= Q(**{f"{path}__gte": first, f"{path}__lte": last})
    return ranges


def _of_site_days(scan: Scan, prefix: str) -> Q:
    """Return the condition of a row being of the days that are asked of its site."""
    own = Q()
    for site_ids, days in scan.site_days:
        own |= Q(_within(f"{prefix}day", days), **{f"{prefix}site__in": site_ids})
    return own


def _with_slots(facts: Facts, scan: Scan, rows: QuerySet[Any]) -> QuerySet[Any]:
    seconds = _slot_seconds(scan)
    if not seconds:
        return rows
    integer = BigIntegerField()
    # Both are seconds, and integers divide to integers; no instant lies before 1970.
    slot = CombinedExpression(F(facts.instant), "/", Value(seconds, integer), output_field=integer)
    annotated: QuerySet[Any] = rows.annotate(slot=slot, **_days_of_slots(facts))
    return annotated


def _days_of_slots(facts: Facts) -> dict[str, F]:
    """Return site and day under names of their own: they may be asked for beside the slots."""
    return {"slot_site": F(f"{facts.hit}site"), "slot_day": F(f"{facts.hit}day")}


def _slot_seconds(scan: Scan) -> int:
    return min((SLOT_SECONDS[name] for name in scan.columns if name in SLOT_SECONDS), default=0)


def _columns(facts: Facts, scan: Scan) -> list[str]:
    """Return what a row of the answer begins with: the texts and ids, then what times are made of."""
    columns = []
    for group in scan.group_by:
        if group.column in TIMES:
            continue
        path = facts.path(group.column)
        columns += [f"{path}__{field}" for field in group.fields] or [path]
    if _slot_seconds(scan):
        columns += ["slot_site", "slot_day", "slot"]
    return columns


class _Keys:
    """Makes keys of rows that begin as `_columns` says."""

    def __init__(self, scan: Scan, seconds: int | None = None) -> None:
        self.scan = scan
        self.seconds = _slot_seconds(scan) if seconds is None else seconds
        self.zones: dict[int, ZoneInfo] = dict(zip(scan.site_ids, scan.zones, strict=True))
        self.is_plain = not self.seconds and not any(group.fields for group in scan.group_by)

    def key(self, row: tuple[Any, ...]) -> Key:
        if self.is_plain:
            return row
        key: list[Any] = []
        values = iter(row)
        for group in self.scan.group_by:
            if group.column in TIMES:
                key.append(None)
            elif group.fields:
                key.append(tuple(next(values) for _ in group.fields))
            else:
                key.append(next(values))
        if self.seconds:
            self._fill_times(key, *values)
        return tuple(key)

    def _fill_times(self, key: list[Any], site: int, day: dt.date, slot: int) -> None:
        at = slot * self.seconds
        time = day_time(day, self.zones[site])
        minute = time.minute(at)
        parts = {"minute": minute, "hour": minute // 60, "clock_hour": time.clock_hour(minute)}
        for place, group in enumerate(self.scan.group_by):
            if group.column in parts:
                key[place] = parts[group.column]
