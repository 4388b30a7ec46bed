"""Tables as workbooks of Excel and LibreOffice, in which no text is calculated and nothing is a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from decimal import Decimal
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO
from wsgiref.util import FileWrapper

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from visits.files.cells import Cell, csv_cell
from visits.files.tables import Table

# What a sheet holds at most, of rows with the header, and of characters in a cell.
# https://support.microsoft.com/en-us/office/excel-specifications-and-limits (as of 2026)
ROWS_AT_MOST = 1_048_576
CHARACTERS_AT_MOST = 32_767
IN_MEMORY_BYTES = 2 * 1024 * 1024
PIECE_BYTES = 64 * 1024
# Rows go to the disk one by one. What looks like a number, an address or a formula stays a text.
OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "strings_to_formulas": False,
}
DAY_FORMAT = "yyyy-mm-dd"
TABLE_SHEET, ABOUT_SHEET = "Report", "About"
FIRST_WIDTH, OTHER_WIDTH, LABEL_WIDTH, TEXT_WIDTH = 32, 16, 20, 60

Lines = Sequence[tuple[str, str]]


def xlsx_pieces(
    table: Table,
    about: Lines = (),
    formats: Mapping[str, str] | None = None,
    heads: Mapping[str, str] | None = None,
) -> FileWrapper:
    """Return the pieces of a workbook with the table, and on a sheet behind it what it is about.

    `formats` has how numbers of a column are shown, such as "0.0%", `heads` what stands above it in place of
    its name. The workbook is written before the
    first piece is returned; what is longer than two megabytes lies on the disk until it is closed.
    """
    with ExitStack() as until_failure:
        file = until_failure.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        _write(file, table, about, formats or {}, heads or {})
        file.seek(0)
        until_failure.pop_all()
    return FileWrapper(file, PIECE_BYTES)


def xlsx_bytes(
    table: Table,
    about: Lines = (),
    formats: Mapping[str, str] | None = None,
    heads: Mapping[str, str] | None = None,
) -> bytes:
    """Return such a workbook in one piece, as mails take it."""
    with closing(xlsx_pieces(table, about, formats, heads)) as pieces:
        return b"".join(pieces)


def _write(
    file: IO[bytes],
    table: Table,
    about: Lines,
    formats: Mapping[str, str],
    heads: Mapping[str, str],
) -> None:
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(TABLE_SHEET)
        shown = [_format(book, formats.get(name)) for name in table.header]
        table = Table(tuple(heads.get(name, name) for name in table.header), table.rows)
        _write_table(sheet, table, heading, shown, book.add_format({"num_format": DAY_FORMAT}))
        if about:
            _write_about(book.add_worksheet(ABOUT_SHEET), about, heading)


def _format(book: xlsxwriter.Workbook, number_format: str | None) -> Format | None:
    return book.add_format({"num_format": number_format}) if number_format else None


def _write_table(
    sheet: Worksheet,
    table: Table,
    heading: Format,
    shown: Sequence[Format | None],
    day: Format,
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, max(1, len(table.header) - 1), OTHER_WIDTH)
    for place, name in enumerate(table.header):
        _write_cell(sheet, 0, place, name, heading, day)
    for number, row in enumerate(islice(table.rows, ROWS_AT_MOST - 1), 1):
        for place, value in enumerate(row):
            _write_cell(sheet, number, place, value, shown[place], day)


def _write_about(sheet: Worksheet, about: Lines, heading: Format) -> None:
    sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.set_column(1, 1, TEXT_WIDTH)
    for number, (label, text) in enumerate(about):
        _write_text(sheet, number, 0, label, heading)
        _write_text(sheet, number, 1, text, None)


def _write_cell(
    sheet: Worksheet, row: int, place: int, value: Cell, shown: Format | None, day: Format
) -> None:
    """Write a number as a number and a day as a day; an instant is a text, as cells have no time zone."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | float() | Decimal():
            sheet.write_number(row, place, float(value), shown)
        case dt.date() if not isinstance(value, dt.datetime):
            sheet.write_datetime(row, place, value, day)
        case _:
            _write_text(sheet, row, place, value, shown)


def _write_text(sheet: Worksheet, row: int, place: int, value: Cell, shown: Format | None) -> None:
    """Write a text as CSV has it: people save workbooks as CSV, and open that."""
    sheet.write_string(row, place, str(csv_cell(value))[:CHARACTERS_AT_MOST], shown)
