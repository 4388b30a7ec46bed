"""Texts, and the cells that they become: in exported files, and in what a browser copies (js/table.js)."""

from __future__ import annotations

# What a spreadsheet calculates: the cell has an apostrophe in front.
BEGINNINGS: tuple[str, ...] = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tplain",
    "\rplain",
    "\nplain",
    " =1",
    "   @x",
    "\u00a0=1",
    "\u3000=1",
    "'=1",
    '"=1',
    '" =1',
    "\u201c=1",
    "\ufeff=1",
    "\u200b=1",
    "\u2060=1",
    "\u200f=1",
    "\x85=1",
    "\x1c=1",
    "\u00ab=1",
    "\uff07=1",
    "`=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "\u22121",
    "|cmd",
    " |cmd",
    "=cmd|' /C calc'!A0",
    "-",
)
# What it shows as it is.
HARMLESS: tuple[str, ...] = (
    "",
    " ",
    "/",
    "/?a=1",
    "Google",
    "1-2",
    "a@example.com",
    "(other)",
    "'quoted'",
    '"',
    "ä",
    "1=1",
)
# What has a formula within, where semicolons, tabs and line breaks begin a cell.
WITHIN: tuple[tuple[str, str], ...] = (
    ("\t=1", "'\t'=1"),
    ("a;=1", "a;'=1"),
    ("a; +1", "a;' +1"),
    ('a;"=1', "a;'\"=1"),
    ("a;'=1", "a;''=1"),
    ("a;\u200b=1", "a;'\u200b=1"),
    ("a;\u201d=1", "a;'\u201d=1"),
    ("a;\x85=1", "a;'\x85=1"),
    ("a\t=1", "a\t'=1"),
    ("a\n@b", "a\n'@b"),
    ("a;|b;-c", "a;'|b;'-c"),
    (";=1", ";'=1"),
    ("=1;=1", "'=1;'=1"),
    ("a;\t=1", "a;'\t'=1"),
    ("a;b=1", "a;b=1"),
    ("a\tb", "a\tb"),
    ("a\r\nb", "a\r\nb"),
    ("a,=1", "a,=1"),
)
# Each text with its cell.
FORMULAS: tuple[tuple[str, str], ...] = (
    *((text, f"'{text}") for text in BEGINNINGS),
    *((text, text) for text in HARMLESS),
    *WITHIN,
)
