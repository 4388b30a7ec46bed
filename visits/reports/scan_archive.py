"""Answers scans from the archive: a map over the pairs of files of sites and months, small ones together.

Visitors belong to a day, and files never share a day, so the answers of files add up. Nothing here needs
a database: a file may be scanned by any process that can read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from visits.reports.archive_rows import ArchiveRows, together
from visits.reports.archive_selection import VISIT_COLUMNS, MonthFiles, among, is_like
from visits.reports.day_time import MINUTES_PER_HOUR
from visits.reports.scan import TIMES, Fact, Group, HitLike, Scan

# Groups that are no numbers.
TEXTS = frozenset(("currency",))
PAIR = 1 << 32
# How much larger than the ids that are meant a table of them may be; a number takes four bytes.
PLACES_PER_ID, SPARE_PLACES = 8, 100_000
# What other columns of a scan are called in the files.
FILE_COLUMNS = {"property": "properties"}
# Every hit of a visitor who came once is in one visit: then the flags of first views are exact.
FLAGGED = frozenset(("page", "site", "day")) | (VISIT_COLUMNS - {"day"})


# Groups that every month has its own of.
OF_MONTHS = frozenset(("site", "day", "clock_hour"))


def scan_months(months: Sequence[MonthFiles], scan: Scan) -> pl.DataFrame:
    """Return sums by the values of the group columns.

    Columns are called `key_0`, `key_1` ... and `sum_0`, `sum_1` ... A group with places has these;
    a day is one since 1970. Without groups there is at least one row.
    """
    is_of_months = not OF_MONTHS.isdisjoint(scan.columns)
    groups = ([files] for files in months) if is_of_months else together(months)
    scanned = (_Scanned(ArchiveRows(group, scan), scan) for group in groups)
    return fold_frames([pl.concat(each.parts()) for each in scanned], len(scan.group_by))


class _Scanned:
    """One scan of one month, or of several where no group is a month's own.

    Distinct visitors are counted in two parts: those who came once that day are as many as their rows,
    and only the visits of the others are compared.
    """

    def __init__(self, rows: ArchiveRows, scan: Scan) -> None:
        self.rows, self.scan = rows, scan
        self.of_visits = scan.fact is Fact.VISIT
        self.is_timed = not TIMES.isdisjoint(scan.columns)

    def parts(self) -> list[pl.LazyFrame]:
        rows = self._rows()
        keys = [
            self._key(group).alias(f"key_{place}") for place, group in enumerate(self.scan.group_by)
        ]
        found = [self._summed(rows, keys)]
        if "distinct_visitors" in self.scan.sums:
            found.append(self._visitors(rows, keys))
        if "distinct_visits" in self.scan.sums:
            visits = rows.select(*keys, "visit").unique()
            found.append(self._counted(visits, "distinct_visits"))
        return found

    # Sums

    def _summed(self, rows: pl.LazyFrame, keys: list[pl.Expr]) -> pl.LazyFrame:
        sums = [
            self._sum(name).cast(pl.Int64).alias(f"sum_{place}")
            for place, name in enumerate(self.scan.sums)
        ]
        return rows.group_by(keys).agg(sums) if keys else rows.select(sums)

    def _sum(self, name: str) -> pl.Expr:
        match name:
            case "visits" if self.of_visits:
                return pl.len()
            case "pageviews" | "events" if not self.of_visits:
                return pl.len()
            case "first_visits":
                return (pl.col("back") == 0).sum()
            case "bounces":
                return pl.col("is_bounce").sum()
            case "first_views":
                return pl.col("is_first_view").sum()
            case "engaged_views":
                return pl.col("engaged_seconds").count()
            case "scrolled_views":
                return pl.col("scroll_percent").count()
            case "distinct_visitors":
                return self._sole_visitors()
            case "distinct_visits":
                return pl.lit(0).first()
        return pl.col(name).cast(pl.Int64).sum()

    def _sole_visitors(self) -> pl.Expr:
        if self._compares_all:
            return pl.lit(0).first()
        if self.of_visits:
            return pl.col("is_sole").sum()
        return (pl.col("is_first_view") & pl.col("is_sole")).sum()

    @property
    def _compares_all(self) -> bool:
        """Tell whether a visitor who came once may have several rows of one group."""
        if self.is_timed:
            return True
        if self.of_visits:
            return False
        scan = self.scan
        is_by_page = any(group.column == "page" and group.places is None for group in scan.group_by)
        is_of_pages = not scan.like or (
            not scan.like.properties and scan.like.scroll_at_least is None
        )
        is_flagged = scan.fact is Fact.PAGEVIEW and is_by_page and is_of_pages
        return not is_flagged or not FLAGGED.issuperset(scan.columns)

    def _visitors(self, rows: pl.LazyFrame, keys: list[pl.Expr]) -> pl.LazyFrame:
        compared = rows if self._compares_all else rows.filter(~pl.col("is_sole"))
        if self.is_timed:
            others = [
                key
                for key, group in zip(keys, self.scan.group_by, strict=True)
                if group.column not in TIMES
            ]
            firsts = compared.group_by(*others, "visitor").agg(
                pl.col("day").first(), pl.col("minute").first()
            )
            times = [
                self._key(group).alias(f"key_{place}")
                for place, group in enumerate(self.scan.group_by)
                if group.column in TIMES
            ]
            return self._counted(firsts.with_columns(times), "distinct_visitors")
        if len(keys) == 1 and self.scan.group_by[0].column not in TEXTS:
            # One number of both is compared much quicker than two.
            pair = (keys[0].cast(pl.UInt64) * PAIR + pl.col("visitor")).alias("pair")
            pairs = compared.select(pair).unique()
            pairs = pairs.select((pl.col("pair") // PAIR).cast(pl.Int64).alias("key_0"))
            return self._counted(pairs, "distinct_visitors")
        return self._counted(compared.select(*keys, "visitor").unique(), "distinct_visitors")

    def _counted(self, rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
        """Return the number of rows of each group as one of the sums; the others are nothing."""
        keys = [f"key_{place}" for place in range(len(self.scan.group_by))]
        sums = [
            (pl.len() if each == name else pl.lit(0).first()).cast(pl.Int64).alias(f"sum_{place}")
            for place, each in enumerate(self.scan.sums)
        ]
        return rows.group_by(keys).agg(sums) if keys else rows.select(sums)

    # Keys

    @property
    def _month(self) -> MonthFiles:
        [files] = self.rows.months
        return files

    def _key(self, group: Group) -> pl.Expr:
        if group.column == "site":
            own = self._month.site_id
            # A site of which nothing occurs has no place, and no rows either.
            place = own if group.places is None else group.places.get(own, 0)
            return pl.lit(place, dtype=pl.Int64)
        if group.places is not None:
            return _place(group.column, group.places)
        match group.column:
            case "day":
                first = pl.lit(self._month.month, dtype=pl.Date).cast(pl.Int64)
                return pl.col("day").cast(pl.Int64) + (first - 1)
            case "minute":
                return pl.col("minute").cast(pl.Int64)
            case "hour":
                return pl.col("minute").cast(pl.Int64) // MINUTES_PER_HOUR
            case "clock_hour":
                return self._clock_hour()
            case "currency":
                return pl.col("currency")
        return pl.col(group.column).cast(pl.Int64)

    def _clock_hour(self) -> pl.Expr:
        """Return the hour that clocks show: on nearly all days the number of hours since midnight."""
        minute = pl.col("minute").cast(pl.Int64)
        hour = minute // MINUTES_PER_HOUR
        for number, time in enumerate(self._month.times(), 1):
            if not time.is_plain:
                shown = pl.Series([time.clock_hour(minute) for minute in range(time.minutes)])
                own = pl.lit(shown).gather(pl.min_horizontal(minute, time.minutes - 1))
                hour = pl.when(pl.col("day") == number).then(own).otherwise(hour)
        return hour

    # Rows

    def _rows(self) -> pl.LazyFrame:
        return self._visit_rows() if self.of_visits else self._hit_rows()

    def _visit_rows(self) -> pl.LazyFrame:
        names = self._visit_columns_asked()
        rows = self.rows.visits(names).lazy()
        selected = self.rows.selected
        return rows if selected is None else rows.filter(selected)

    def _hit_rows(self) -> pl.LazyFrame:
        """Return the hits that are meant, with what is asked of their visits beside them."""
        scan = self.scan
        from_visit = self._visit_columns_asked() & (VISIT_COLUMNS | {"back", "is_sole", "visitor"})
        own = self._visit_columns_asked() - from_visit
        condition = is_like(scan.like or HitLike(scan.fact))
        own |= set(condition.meta.root_names())
        selected = self.rows.selected
        if selected is not None or from_visit or "distinct_visits" in scan.sums:
            own.add("visit")
        rows = self.rows.hits(own).lazy().filter(condition)
        if selected is not None:
            rows = rows.filter(pl.lit(selected).gather(pl.col("visit")))
        if self.scan.is_timed_by_visits:
            from_visit |= own & {"minute"}
            own -= {"minute"}
        if from_visit:
            own.add("visit")
            visits = self.rows.visits(from_visit)
            rows = rows.with_columns(
                pl.lit(visits[name]).gather(pl.col("visit")).alias(name)
                for name in sorted(from_visit)
            )
        return self._with_properties(rows)

    def _with_properties(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        columns = self.scan.columns
        if "property" in columns:
            rows = rows.explode("properties").rename({"properties": "property"})
            rows = rows.filter(pl.col("property").is_not_null())
        if "currency" in columns:
            rows = rows.filter(pl.col("currency").is_not_null())
        for only in self.scan.only:
            if only.column not in VISIT_COLUMNS:
                rows = rows.filter(among(only))
        return rows

    def _visit_columns_asked(self) -> set[str]:
        """Return the columns that groups and sums need, of the visit and of the hit."""
        names: set[str] = set()
        for column in self.scan.columns:
            if column in TIMES:
                names |= (
                    {"minute", "day"} if self.of_visits or column == "clock_hour" else {"minute"}
                )
            elif column != "site":
                names.add(FILE_COLUMNS.get(column, column))
        for only in self.scan.only:
            if only.column not in VISIT_COLUMNS:
                names.add(FILE_COLUMNS.get(only.column, only.column))
        for name in self.scan.sums:
            names |= self._columns_of_sum(name)
        return names

    def _columns_of_sum(self, name: str) -> set[str]:
        match name:
            case "visits" | "distinct_visits":
                return set()
            case "pageviews" | "events" if not self.of_visits:
                return set()
            case "first_visits":
                return {"back"}
            case "bounces":
                return {"is_bounce"}
            case "first_views":
                return {"is_first_view"}
            case "engaged_views":
                return {"engaged_seconds"}
            case "scrolled_views":
                return {"scroll_percent"}
            case "distinct_visitors":
                names = {"is_sole", "visitor"}
                return names if self.of_visits or self._compares_all else names | {"is_first_view"}
        return {name}


def _place(column: str, places: Mapping[int, int]) -> pl.Expr:
    """Return the places of ids: by a table of all ids up to the largest, unless few of them are meant."""
    largest = max(places, default=0)
    if largest > SPARE_PLACES + PLACES_PER_ID * len(places):
        ids, numbers = list(places), list(places.values())
        return pl.col(column).replace_strict(ids, numbers, return_dtype=pl.Int64)
    table = pl.zeros(largest + 1, dtype=pl.UInt32, eager=True)
    table.scatter(list(places), list(places.values()))
    return pl.lit(table).gather(pl.col(column)).cast(pl.Int64)


def fold_frames(frames: Sequence[pl.LazyFrame], key_count: int) -> pl.DataFrame:
    """Return the answers of months as one."""
    together = pl.concat(frames)
    keys = [f"key_{place}" for place in range(key_count)]
    folded = together.group_by(keys).agg(pl.all().sum()) if keys else together.sum()
    return folded.collect()
