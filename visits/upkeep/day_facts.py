"""The facts of days of a site: what they add up to, and as columns of the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from sites.clock import day_start
from sites.models import Site
from visits.archive.catalogue import DaySums
from visits.archive.layout import VISIT_DIMENSIONS, hits_schema, visits_schema
from visits.models import Hit, HitKind, HitProperty, HitRevenue, SiteDay, Visit
from visits.models.time import to_day
from visits.upkeep.snapshot import raw_rows

if TYPE_CHECKING:
    import polars as pl

ONE_DAY = dt.timedelta(days=1)
SECONDS_PER_MINUTE = 60
COUNTS = ("pageviews", "events", "duration_seconds")
# A column grows to so many Python objects before Polars packs it.
COLUMN_ROWS = 20_000
NO_SUMS = DaySums(0, 0, 0, 0, 0, 0)


class DayGone(Exception):
    """The row of a day was removed, as a reset of its site does, or its facts were."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as its row has it at one moment."""

    row_id: int
    day: dt.date
    changes: int


@dataclass(frozen=True, slots=True)
class Block:
    """Some days of a site, in their order. Visits up to the id `after_visit` are void.

    The time zone is that of the moment at which the facts are read; a site at hand may have an older one.
    """

    site: Site
    zone: ZoneInfo
    after_visit: int
    days: tuple[Day, ...]

    @property
    def dates(self) -> list[dt.date]:
        return [day.day for day in self.days]

    def condition(self, column: str = "day") -> dict[str, Any]:
        """Return the condition that a row is of one of the days; a range where there is no gap."""
        dates = self.dates
        if dates and (dates[-1] - dates[0]).days + 1 == len(dates):
            return {f"{column}__range": (dates[0], dates[-1])}
        return {f"{column}__in": dates}


@dataclass(frozen=True, slots=True, eq=False)
class LazyFrames:
    """Rows of days as they stand in the archive; `visit` of a hit is the row among these visits."""

    visits: pl.LazyFrame
    hits: pl.LazyFrame


def read_block(row_ids: Collection[int], site: Site) -> Block:
    """Return days whose facts are there. Raises DayGone. Call it inside the snapshot of their facts."""
    rows = SiteDay.objects.filter(pk__in=row_ids, is_pruned=False).order_by("day")
    days = tuple(Day(*row) for row in rows.values_list("pk", "day", "changes"))
    if len(days) != len(row_ids):
        raise DayGone
    stored = Site.with_deleted.filter(pk=site.pk)
    time_zone, reset_visit = stored.values_list("time_zone", "last_reset_visit").get()
    return Block(site, ZoneInfo(time_zone), reset_visit, days)


def sums_of(block: Block) -> dict[dt.date, DaySums]:
    """Return what the visits of each day add up to."""
    rows = (
        _visits(block)
        .values_list("day")
        .annotate(
            visitors=Count("pk", filter=Q(is_first=True)),
            visits=Count("pk"),
            sum_of_pageviews=Sum("pageviews"),
            sum_of_events=Sum("events"),
            bounces=Count("pk", filter=Q(is_bounce=True)),
            sum_of_seconds=Sum("duration_seconds"),
        )
    )
    found = {day: DaySums(*sums) for day, *sums in rows.order_by("day")}
    return {day.day: found.get(day.day, NO_SUMS) for day in block.days}


def frames_of(block: Block) -> LazyFrames:
    """Return the rows of the days, in the order and with the columns of the archive's files.

    All has been read when it returns.
    """
    numbered = _numbered_visits(block)
    hits = _hit_columns(block, numbered.lazy())
    return LazyFrames(_visit_columns(numbered.lazy()), hits.collect().lazy())


def _visits(block: Block) -> QuerySet[Visit]:
    return Visit.objects.filter(
        site=block.site, pk__gt=block.after_visit, **block.condition()
    ).order_by()


def _numbered_visits(block: Block) -> pl.DataFrame:
    """Return the visits in the order of their days and ids, with their row, minute and bounds of day."""
    import polars as pl

    schema = {
        "id": pl.Int64,
        "epoch_day": pl.Int64,
        "visitor": pl.Int64,
        "at": pl.Int64,
        **dict.fromkeys((*VISIT_DIMENSIONS, *COUNTS), pl.UInt32),
        "is_bounce": pl.UInt8,
    }
    dimensions = [f"{name}_id" for name in VISIT_DIMENSIONS]
    names = ["pk", "day", "visitor", "started_at", *dimensions, *COUNTS]
    rows = _visits(block).values_list(*names, _flag("is_bounce"))
    visits = _frame(raw_rows(rows), schema)
    return (
        visits.lazy()
        .join(_bounds(block).lazy(), on="epoch_day")
        .sort("epoch_day", "id")
        .with_row_index("row")
        .with_columns(_minute())
        .collect()
    )


def _bounds(block: Block) -> pl.DataFrame:
    """Return for each day when it begins and which minute is its last."""
    import polars as pl

    rows = []
    for date in block.dates:
        begins_at, ends_at = (
            int(day_start(day, block.zone).timestamp()) for day in (date, date + ONE_DAY)
        )
        last_minute = max(0, (ends_at - begins_at - 1) // SECONDS_PER_MINUTE)
        rows.append((to_day(date), date.day, begins_at, last_minute))
    schema = {
        "epoch_day": pl.Int64,
        "day": pl.UInt8,
        "begins_at": pl.Int64,
        "last_minute": pl.Int64,
    }
    return _frame([rows], schema)


def _minute() -> pl.Expr:
    """Return the whole minutes from the day's beginning to `at`, within the day."""
    import polars as pl

    minutes = (pl.col("at") - pl.col("begins_at")) // SECONDS_PER_MINUTE
    return minutes.clip(0, pl.col("last_minute")).cast(pl.UInt16).alias("minute")


def _visit_columns(numbered: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    visitor = ("epoch_day", "visitor")
    row = pl.col("row")
    return numbered.with_columns(
        (row - row.min().over(visitor)).cast(pl.UInt32).alias("back"),
        (pl.len().over(visitor) == 1).alias("is_sole"),
        pl.col("is_bounce").cast(pl.Boolean),
    ).select(*visits_schema())


def _hit_columns(block: Block, numbered: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    hits = _hits(block)
    has_events = (hits["is_view"] != HitKind.PAGEVIEW.value).any()
    visits = numbered.select(
        pl.col("id").alias("visit_id"), pl.col("row").alias("visit"), "begins_at", "last_minute"
    )
    sorted_hits = hits.lazy().join(visits, on="visit_id").sort("visit", "at", "id")
    return (
        (_with_details(block, sorted_hits) if has_events else _without_details(sorted_hits))
        .with_columns(
            _minute(),
            pl.col("is_view") == HitKind.PAGEVIEW.value,
            pl.col("event_name").fill_null(0),
            pl.col("is_first_view").fill_null(0).cast(pl.Boolean),
        )
        .select(*hits_schema())
    )


def _hits(block: Block) -> pl.DataFrame:
    """Return the hits as they are stored, `is_view` being their kind."""
    import polars as pl

    schema = {
        "visit_id": pl.Int64,
        "at": pl.Int64,
        "id": pl.Int64,
        "is_view": pl.UInt8,
        "page": pl.UInt32,
        "event_name": pl.UInt32,
        "is_first_view": pl.UInt8,
        "engaged_seconds": pl.UInt16,
        "scroll_percent": pl.UInt8,
    }
    rows = Hit.objects.filter(site=block.site, **block.condition()).values_list(
        "visit_id",
        "at",
        "pk",
        "kind",
        "page_id",
        "event_name_id",
        _flag("is_first_view"),
        "engaged_seconds",
        "scroll_percent",
    )
    return _frame(raw_rows(rows), schema)


def _with_details(block: Block, hits: pl.LazyFrame) -> pl.LazyFrame:
    """Return hits with their properties and what they earned."""
    import polars as pl

    properties = _frame(
        raw_rows(_details(HitProperty, block).values_list("hit_id", "pk", "property_id")),
        {"id": pl.Int64, "order": pl.Int64, "properties": pl.UInt32},
    )
    lists = properties.lazy().sort("order").group_by("id").agg(pl.col("properties"))
    revenue = _frame(
        raw_rows(_details(HitRevenue, block).values_list("hit_id", "currency", "amount_micros")),
        {"id": pl.Int64, "currency": pl.String, "amount_micros": pl.Int64},
    ).lazy()
    for details in (lists, revenue):
        hits = hits.join(details, on="id", how="left", maintain_order="left")
    return hits


def _without_details(hits: pl.LazyFrame) -> pl.LazyFrame:
    """Return hits among which there is no event: only events have details."""
    import polars as pl

    schema = hits_schema()
    names = ("properties", "currency", "amount_micros")
    return hits.with_columns(pl.lit(None, schema[name]).alias(name) for name in names)


def _details(model: type[HitProperty | HitRevenue], block: Block) -> QuerySet[Any]:
    """Return the rows that belong to the events of the days."""
    return model._default_manager.filter(
        site=block.site,
        hit__site=block.site,
        hit__kind=HitKind.EVENT,
        **block.condition("hit__day"),
    )


def _frame(chunks: Iterable[Sequence[tuple[Any, ...]]], schema: dict[str, Any]) -> pl.DataFrame:
    """Return rows as columns.

    Column by column: three times as quick as leaving rows to Polars. Integers in a list are no work for
    the collector of garbage, tuples are.
    """
    import polars as pl

    frames = []
    columns: list[list[Any]] = [[] for _ in schema]
    for rows in chunks:
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
        if len(columns[0]) >= COLUMN_ROWS:
            frames.append(_columns_frame(columns, schema))
            columns = [[] for _ in schema]
    frames.append(_columns_frame(columns, schema))
    return pl.concat(frames)


def _columns_frame(columns: list[list[Any]], schema: dict[str, Any]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=kind)
            for (name, kind), values in zip(schema.items(), columns, strict=True)
        ]
    )


def _flag(name: str) -> Cast:
    """Return a boolean column as 0 and 1, which only SQLite gives by itself."""
    return Cast(name, IntegerField())
