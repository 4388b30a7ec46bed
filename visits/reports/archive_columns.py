"""Columns of archive files in memory: a file never changes, so what was read once stays right."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from visits.reports.exceptions import ReportError

# Half a year of a site with a million hits a month, with all columns, takes about as much.
MAX_BYTES = 256 * 1024 * 1024


MAX_COMPARED = 10_000
# No column of a file: the file says how many rows back the visitor's first visit is.
VISITOR = "visitor"


class ArchiveFile(NamedTuple):
    """Where a file of the archive is, and its SHA-256; "" is not compared."""

    address: str
    checksum: str = ""


class UnreadableFile(ReportError):
    """A file of the archive is missing or damaged."""

    @property
    def address(self) -> str:
        return str(self.args[0])


class _Columns:
    """The columns that were used last, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._columns: OrderedDict[tuple[str, str], pl.Series] = OrderedDict()
        self._bytes: float = 0
        self._lock = threading.Lock()

    def get(self, address: str, names: Iterable[str]) -> dict[str, pl.Series]:
        with self._lock:
            found = {}
            for name in names:
                column = self._columns.get((address, name))
                if column is not None:
                    self._columns.move_to_end((address, name))
                    found[name] = column
            return found

    def add(self, address: str, columns: Iterable[pl.Series]) -> None:
        with self._lock:
            for column in columns:
                if (address, column.name) not in self._columns:
                    self._columns[address, column.name] = column
                    self._bytes += column.estimated_size()
            while self._bytes > self.max_bytes:
                _, oldest = self._columns.popitem(last=False)
                self._bytes -= oldest.estimated_size()

    def clear(self) -> None:
        with self._lock:
            self._columns.clear()
            self._bytes = 0


_columns = _Columns(MAX_BYTES)
_compared: set[ArchiveFile] = set()


def read_columns(file: ArchiveFile, names: set[str]) -> pl.DataFrame:
    """Return some columns of a Parquet file; `visitor` is made of `back`. Raises UnreadableFile.

    The first time, a local file is compared with its checksum: most wrong bits are read without an
    error. An object store compares by itself.
    """
    found = _columns.get(file.address, names)
    missing = names - found.keys()
    if missing:
        _compare(file)
        read = _read(file, sorted(missing - {VISITOR}))
        if VISITOR in missing:
            read.append(_visitors(file))
        found |= {column.name: column for column in read}
        _columns.add(file.address, read)
    return pl.DataFrame([found[name] for name in sorted(names)])


def _visitors(file: ArchiveFile) -> pl.Series:
    """Number the visitors of a file of visits: by the row of the first visit."""
    back = read_columns(file, {"back"})
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    return back.select((row - pl.col("back")).alias(VISITOR)).to_series()


def _compare(file: ArchiveFile) -> None:
    if not file.checksum or "://" in file.address or file in _compared:
        return
    try:
        with open(file.address, "rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(file.address) from error
    if found != file.checksum:
        raise UnreadableFile(file.address)
    if len(_compared) >= MAX_COMPARED:
        _compared.clear()
    _compared.add(file)


def _read(file: ArchiveFile, names: list[str]) -> list[pl.Series]:
    if not names:
        return []
    try:
        return pl.read_parquet(file.address, columns=names).rechunk().get_columns()
    except pl.exceptions.ColumnNotFoundError:
        # The question is wrong, not the file.
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise UnreadableFile(file.address) from error


def forget_columns() -> None:
    _columns.clear()
    _compared.clear()
