"""Single values as cells of a CSV file that people open in a spreadsheet."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

Cell = str | int | float | bool | Decimal | dt.date | dt.datetime | Mapping[str, str] | None

# PostgreSQL has no NUL, readers of CSV stumble over it, and a lone surrogate is no character of UTF-8.
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"
QUOTE = '"'
# What makes a spreadsheet take a text for a formula: at its beginning, where some of them look through
# spaces, quotation marks and marks without width, and take the full-width forms of East Asia for the same.
# https://owasp.org/www-community/attacks/CSV_Injection (as of 2026)
LOOKED_THROUGH = "[\\s\"'`\u00ab\u00bb\u2018-\u201f\u200b-\u200f\u2060\ufeff\uff02\uff07]"
SIGNS = "=+\\-@|\uff1d\uff0b\uff0d\uff20\u2212"
FORMULA = re.compile(f"{LOOKED_THROUGH}*[{SIGNS}\t\r\n]")
# Where the comma is for decimals, Excel begins a cell at each semicolon, and quotation marks in the
# middle of what it takes for a cell do not count.
FORMULA_WITHIN = re.compile(f"([;\t\r\n])(?={LOOKED_THROUGH}*[{SIGNS}])")


def formula_safe(text: str) -> str:
    """Return a text that no spreadsheet calculates: with an apostrophe where it would.

    The text comes back by taking one apostrophe away from its beginning, and one behind each semicolon,
    tab and line break, where a formula would begin without.
    """
    text = FORMULA_WITHIN.sub(r"\1'", text)
    return f"'{text}" if FORMULA.match(text) else text


def writable(text: str) -> str:
    """Return a text with marks in the place of what no file can hold."""
    return UNWRITABLE.sub(REPLACEMENT, text)


# Cells of a column repeat, and most of them are short.
@lru_cache(maxsize=2_000)
def text_cell(text: str) -> str:
    """Return a text as a CSV file can hold it and a spreadsheet shows it."""
    return formula_safe(writable(text))


def csv_cell(value: Cell) -> str | int | float:
    """Return what a reader of the file finds: texts safely, numbers with every digit, "" for None."""
    match value:
        case str():
            return text_cell(value)
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case Decimal():
            return f"{value:f}"
        case dt.date():
            return value.isoformat()
    return text_cell(json.dumps(dict(value), ensure_ascii=False)) if value else ""


def written_cell(value: Cell) -> str:
    """Return a value as a CSV file has it: texts are quoted, whatever is in them, and nothing else is."""
    cell = str(csv_cell(value))
    is_text = isinstance(value, str | Mapping)
    return f'"{cell.replace(QUOTE, QUOTE * 2)}"' if is_text else cell
