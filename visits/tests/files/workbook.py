"""Reads workbooks as a spreadsheet does: the kind of each cell, and what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class BookCell:
    """`kind` is "text", "number", "bool" or "formula"."""

    kind: str
    value: str


def sheet_rows(content: bytes, number: int = 1) -> list[list[BookCell]]:
    with ZipFile(BytesIO(content)) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    return [[_cell(cell) for cell in row] for row in root.iter(f"{SPACE}row")]


def texts(content: bytes, number: int = 1) -> list[list[str]]:
    return [[cell.value for cell in row] for row in sheet_rows(content, number)]


def members(content: bytes) -> list[str]:
    with ZipFile(BytesIO(content)) as book:
        return book.namelist()


def _cell(cell: ElementTree.Element) -> BookCell:
    if cell.find(f"{SPACE}f") is not None:
        return BookCell("formula", cell.findtext(f"{SPACE}f") or "")
    if cell.get("t") == "inlineStr":
        text = "".join(cell.itertext())
        return BookCell("text", ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    kind = {"b": "bool", None: "number"}[cell.get("t")]
    return BookCell(kind, cell.findtext(f"{SPACE}v") or "")
