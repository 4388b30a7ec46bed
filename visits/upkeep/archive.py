"""Writes the files of a month: days that still hold are taken from the old files, others from facts."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from visits.archive.layout import COMPRESSION, ROW_GROUP_ROWS
from visits.archive.store import PIECE_BYTES, FileMissing, Store, checksum, local_pieces
from visits.models import Archive
from visits.upkeep.day_facts import LazyFrames

if TYPE_CHECKING:
    import polars as pl

TOKEN_BYTES = 8


class ArchiveDamaged(Exception):
    """A file of the archive is not there or not what was written; the message names it."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A day's rows among those of other days: visits from `first` on, `count` of `total`, and their hits."""

    source: LazyFrames
    first: int
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class NewFiles:
    """Files in the store that no row names yet."""

    visits_file: str
    hits_file: str
    visits_bytes: int
    hits_bytes: int
    visits_checksum: str
    hits_checksum: str
    visit_count: int
    hit_count: int


def fetch_month(store: Store, archive: Archive, folder: Path) -> dict[dt.date, Rows]:
    """Return the days of a month's files, which are copied to a local folder.

    Raises ArchiveDamaged and StoreError.
    """
    import polars as pl

    visits, hits = folder / "old-visits", folder / "old-hits"
    _fetch(store, archive.visits_file, archive.visits_checksum, visits)
    _fetch(store, archive.hits_file, archive.hits_checksum, hits)
    return rows_of(archive.month, LazyFrames(pl.scan_parquet(visits), pl.scan_parquet(hits)))


def is_intact(store: Store, archive: Archive) -> bool:
    """Tell whether both files of a month are what was written. Raises StoreError, but not for lost ones."""
    files = (
        (archive.visits_file, archive.visits_checksum),
        (archive.hits_file, archive.hits_checksum),
    )
    try:
        return all(checksum(store.pieces(name)) == expected for name, expected in files)
    except FileMissing:
        return False


def read_rows(rows: Rows) -> LazyFrames:
    """Return rows as they stand in the files, those of hits counted from the first of these visits."""
    return LazyFrames(_visits_of(rows), next(_hits_of([rows])))


def put_aside(frames: LazyFrames, folder: Path) -> LazyFrames:
    """Return the same rows from files in a folder: memory holds those of one block at a time."""
    import polars as pl

    name = secrets.token_hex(TOKEN_BYTES)
    visits, hits = folder / f"{name}-visits", folder / f"{name}-hits"
    frames.visits.sink_parquet(visits, compression="uncompressed", statistics=False)
    frames.hits.sink_parquet(hits, compression="uncompressed", statistics=False)
    return LazyFrames(pl.scan_parquet(visits), pl.scan_parquet(hits))


def rows_of(month: dt.date, source: LazyFrames) -> dict[dt.date, Rows]:
    """Return which rows belong to each day of a month: visits are sorted by day."""
    days: dict[dt.date, Rows] = {}
    first = 0
    runs = source.visits.select("day").collect()["day"].rle().struct.unnest()
    total = int(runs["len"].sum())
    for number, count in runs.select("value", "len").iter_rows():
        days[month.replace(day=number)] = Rows(source, first, count, total)
        first += count
    return days


def write_month(
    store: Store, site_id: int, month: dt.date, days: dict[dt.date, Rows], folder: Path
) -> NewFiles:
    """Write the days into two new files, of which nobody knows yet. Raises StoreError and OSError."""
    visits, hits = folder / "visits", folder / "hits"
    pieces = list(_joined(days[day] for day in sorted(days)))
    _write(visits, [_visits_of(rows) for rows in pieces])
    _write(hits, list(_hits_of(pieces)))
    name = f"{site_id}/{month:%Y-%m}/{secrets.token_hex(TOKEN_BYTES)}"
    files = NewFiles(
        visits_file=f"{name}-visits.parquet",
        hits_file=f"{name}-hits.parquet",
        visits_bytes=visits.stat().st_size,
        hits_bytes=hits.stat().st_size,
        visits_checksum=checksum(local_pieces(visits)),
        hits_checksum=checksum(local_pieces(hits)),
        visit_count=sum(rows.count for rows in pieces),
        hit_count=_row_count(hits),
    )
    store.put(files.visits_file, visits)
    store.put(files.hits_file, hits)
    return files


def _joined(parts: Iterable[Rows]) -> Iterator[Rows]:
    """Yield rows of days, neighbours in one file taken together: it is read once for all of them."""
    current: Rows | None = None
    for rows in parts:
        if (
            current is not None
            and current.source is rows.source
            and current.first + current.count == rows.first
        ):
            current = replace(current, count=current.count + rows.count)
            continue
        if current is not None:
            yield current
        current = rows
    if current is not None:
        yield current


def _visits_of(rows: Rows) -> pl.LazyFrame:
    return rows.source.visits.slice(rows.first, rows.count)


def _hits_of(pieces: Iterable[Rows]) -> Iterator[pl.LazyFrame]:
    """Yield the hits of each piece, with the rows that its visits have among those of all pieces."""
    import polars as pl

    begin = 0
    for rows in pieces:
        end = rows.first + rows.count
        hits = rows.source.hits
        if rows.count < rows.total:
            hits = hits.filter(pl.col("visit").is_between(rows.first, end, closed="left"))
        row = pl.col("visit").cast(pl.Int64) + (begin - rows.first)
        yield hits.with_columns(row.cast(pl.UInt32).alias("visit"))
        begin += rows.count


def _write(path: Path, pieces: list[pl.LazyFrame]) -> None:
    """Write pieces one after the other, without having all of them in memory."""
    import polars as pl

    pl.concat(pieces).sink_parquet(
        path,
        compression=COMPRESSION,
        statistics=False,
        row_group_size=ROW_GROUP_ROWS,
        maintain_order=True,
    )


def _row_count(path: Path) -> int:
    import polars as pl

    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _fetch(store: Store, name: str, expected: str, target: Path) -> None:
    """Copy a file of the store, which must be what was written: zstd would not notice a wrong bit."""
    with target.open("wb", buffering=PIECE_BYTES) as file:

        def copied() -> Iterator[bytes]:
            for piece in store.pieces(name):
                file.write(piece)
                yield piece

        found = checksum(copied())
    if found != expected:
        raise ArchiveDamaged(name)
