"""The table below a series.

Its rows are not written by a template: a day has 1,440 minutes, for which a loop takes several times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html_join

from visits.charts.marks import Note

# HTML ends cells and rows by itself; a year has two thousand of them.
ROW = '<tr{}><th scope="row">{}<td>{}'
COMPARED = "<td>{}<td>{}<td>{}"
NOTES = "<td>{}"


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A bucket in words, or `count` of them in which nothing happened.

    `days` are its first and last day as ISO dates, one when they are the same, and nothing when it is
    the day after that of the row before: of a year by the day, one row says it. `at` is when a minute or
    an hour begins, nothing when that is one after the row before.
    """

    label: str
    partial: str
    days: str
    value: str
    before_label: str
    before: str
    change: str
    notes: list[Note]
    at: str = ""
    count: int = 1


def table_rows(rows: Iterable[SeriesRow], *, is_compared: bool, has_notes: bool) -> str:
    """Return the rows as HTML, in which all texts are escaped."""
    layout = "".join((ROW, COMPARED if is_compared else "", NOTES if has_notes else ""))
    texts = ((*_shown(row), *(_compared(row) if is_compared else ()), _notes(row)) for row in rows)
    return format_html_join("", layout, texts)


def _shown(row: SeriesRow) -> tuple[str, ...]:
    return _attributes(row), f"{row.label} ({row.partial})" if row.partial else row.label, row.value


def _attributes(row: SeriesRow) -> str:
    """Return what js/series.js needs, where it is not what it expects."""
    found = {"days": row.days, "at": row.at, "count": row.count if row.count > 1 else ""}
    pairs = ((name, value) for name, value in found.items() if value)
    return format_html_join("", ' data-{}="{}"', pairs)


def _compared(row: SeriesRow) -> tuple[str, ...]:
    return row.before_label, row.before, row.change


def _notes(row: SeriesRow) -> str:
    return (
        format_html_join("", "<p>{}</p>", ((note.text,) for note in row.notes)) if row.notes else ""
    )
