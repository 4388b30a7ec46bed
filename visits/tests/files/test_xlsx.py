"""Workbooks: numbers are numbers, texts are texts that nothing calculates."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from decimal import Decimal

import pytest

from visits.files.cells import Cell
from visits.files.tables import Table
from visits.files.xlsx import CHARACTERS_AT_MOST, IN_MEMORY_BYTES, xlsx_bytes, xlsx_pieces
from visits.tests.files.formulas import FORMULAS
from visits.tests.files.workbook import BookCell, members, sheet_rows, texts


def table(*cells: Cell) -> Table:
    return Table(("value",), iter([(cell,) for cell in cells]))


def written(value: Cell) -> BookCell:
    return sheet_rows(xlsx_bytes(table(value)))[1][0]


def test_texts_are_no_formulas_and_have_the_apostrophe_of_csv() -> None:
    rows = sheet_rows(xlsx_bytes(table(*(text for text, _ in FORMULAS))))[1:]

    assert [[cell] for cell in (BookCell("text", safe) for _, safe in FORMULAS)] == rows


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (12, BookCell("number", "12")),
        (-3, BookCell("number", "-3")),
        (0.25, BookCell("number", "0.25")),
        (Decimal("19.90"), BookCell("number", "19.9")),
        (True, BookCell("bool", "1")),
        # Days since the end of 1899.
        (dt.date(2026, 5, 4), BookCell("number", "46146")),
        (
            dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC),
            BookCell("text", "2026-05-04T12:00:00+00:00"),
        ),
        ("12", BookCell("text", "12")),
        ("https://example.com/", BookCell("text", "https://example.com/")),
        ({"plan": "pro"}, BookCell("text", '{"plan": "pro"}')),
        ("a\x00b\ud800", BookCell("text", "a\ufffdb\ufffd")),
        ("bell \x07 and \ufffe", BookCell("text", "bell \x07 and \ufffe")),
        ("x" * 40_000, BookCell("text", "x" * CHARACTERS_AT_MOST)),
    ],
)
def test_each_value_keeps_its_kind(value: Cell, cell: BookCell) -> None:
    assert written(value) == cell


def test_addresses_are_no_links() -> None:
    content = xlsx_bytes(table("https://example.com/", "mailto:a@example.com"))

    assert not [name for name in members(content) if "_rels/sheet" in name]


def test_header_and_what_it_is_about_are_safe_as_well() -> None:
    empty = Table(("=1+1", "b"), iter([]))

    content = xlsx_bytes(empty, (("Report", "@SUM(A1)"),))

    assert texts(content) == [["'=1+1", "b"]]
    assert texts(content, 2) == [["Report", "'@SUM(A1)"]]


def test_nothing_is_an_empty_cell() -> None:
    rows = Table(("a", "b"), iter([(None, 1)]))

    assert sheet_rows(xlsx_bytes(rows))[1] == [BookCell("number", "1")]


def test_long_workbook_comes_in_pieces_and_lies_on_the_disk() -> None:
    names = (f"{number * 2_654_435_761 % 2**32:x}" * 4 for number in range(12_000))

    with closing(xlsx_pieces(Table(("a",), ((name,) for name in names)))) as book:
        pieces = list(book)

    assert len(pieces) > 1
    assert max(map(len, pieces)) < IN_MEMORY_BYTES
    assert len(texts(b"".join(pieces))) == 12_001
