"""Tables and reports as text: CSV, JSON, and JSON in lines. All of it comes in pieces."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from visits.files.cells import Cell, writable, written_cell
from visits.files.tables import Table
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import COLUMNS, RawHit
from visits.reports.representation import head_as_json, query_as_json, row_as_json
from visits.reports.results import Report

# Without it, Excel takes a file for one of its country's old character set.
BYTE_ORDER_MARK = "\ufeff"
# A piece is as long as that or a little longer: few enough for the server, short enough for its memory.
PIECE_CHARACTERS = 64 * 1024
# JSON has them in texts as they are: readers of lines take some for ends of lines, terminals obey others, and
# some turn the line around.
NOT_AS_THEY_ARE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def csv_lines(table: Table, *, has_mark: bool = False) -> Iterator[str]:
    """Yield the lines of a table as RFC 4180 has them, the header first."""
    yield (BYTE_ORDER_MARK if has_mark else "") + _line(table.header)
    for row in table.rows:
        yield _line(row)


def json_report(report: Report) -> Iterator[str]:
    """Yield a report in the shape that the API has."""
    yield f'{as_json(head_as_json(report))[:-1]}, "rows": ['
    for number, row in enumerate(report.rows):
        yield f"{', ' if number else ''}\n{as_json(row_as_json(report, row))}"
    yield "\n]}\n"


def json_table(query: ReportQuery, table: Table) -> Iterator[str]:
    """Yield what was asked, then the rows, each cell under the name of its column."""
    yield f'{as_json(query_as_json(query))[:-1]}, "rows": ['
    for number, row in enumerate(table.rows):
        yield f"{', ' if number else ''}\n{as_json(dict(zip(table.header, row, strict=True)))}"
    yield "\n]}\n"


def json_hits(hits: Iterable[RawHit]) -> Iterator[str]:
    """Yield a line for each hit."""
    for hit in hits:
        yield f"{as_json({name: getattr(hit, name) for name in COLUMNS})}\n"


def pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield texts in UTF-8, short ones together."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= PIECE_CHARACTERS:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()


def as_json(value: Any) -> str:
    """Return a value in one line of JSON that every reader takes."""
    text = writable(json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain))
    return NOT_AS_THEY_ARE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _line(cells: Iterable[Cell]) -> str:
    return f"{','.join(map(written_cell, cells))}\r\n"


def _plain(value: object) -> str:
    match value:
        case dt.date():
            return value.isoformat()
        case Decimal():
            return str(value)
    raise TypeError(f"There is no JSON for {type(value).__name__}.")
