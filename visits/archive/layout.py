"""The columns of the archive's files, and how they are written: two files for each site and month.

The visits file has a row for each visit, sorted by day and id:

day             day of the month, from 1
minute          whole minutes from the day's first instant to the visit's beginning, within the day
back            how many rows before this one the same visitor's first visit of the day is; 0: is first
is_sole         the visitor's only visit of the day
entry_page …    ids of dimensions
pageviews, events, is_bounce, duration_seconds

The hits file has a row for each hit, sorted by visit, instant and id:

visit           the row of its visit, from 0
minute          as above; a hit after midnight that belongs to a visit of the day is in its last minute
is_view         a pageview; anything else is an event
page, event_name  ids of dimensions; 0: no event
is_first_view   the visitor's first view of the page that day
engaged_seconds, scroll_percent  null where nothing was measured
properties      ids of dimensions; null where there are none
currency, amount_micros  null where nothing was earned

There is no id of a visitor, visit or hit in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

# Polars is imported where it is used: a collector has no need of it.
if TYPE_CHECKING:
    import polars as pl

    Schema = dict[str, pl.DataType | type[pl.DataType]]

# A file of another layout is written anew.
ARCHIVE_LAYOUT = 1
# What the catalogue says of files that are not what was written.
UNREADABLE_LAYOUT = 0
COMPRESSION: Final = "zstd"
# Large groups compress better; a month of a large site has one or two.
ROW_GROUP_ROWS = 1 << 20

VISIT_DIMENSIONS = (
    "entry_page",
    "exit_page",
    "source",
    "client",
    "location",
    "campaign",
    "screen",
    "language",
)


def visits_schema() -> Schema:
    """Return the columns of a visits file, in their order."""
    import polars as pl

    return {
        "day": pl.UInt8,
        "minute": pl.UInt16,
        "back": pl.UInt32,
        "is_sole": pl.Boolean,
        **dict.fromkeys(VISIT_DIMENSIONS, pl.UInt32),
        "pageviews": pl.UInt32,
        "events": pl.UInt32,
        "is_bounce": pl.Boolean,
        "duration_seconds": pl.UInt32,
    }


def hits_schema() -> Schema:
    """Return the columns of a hits file, in their order."""
    import polars as pl

    return {
        "visit": pl.UInt32,
        "minute": pl.UInt16,
        "is_view": pl.Boolean,
        "page": pl.UInt32,
        "event_name": pl.UInt32,
        "is_first_view": pl.Boolean,
        "engaged_seconds": pl.UInt16,
        "scroll_percent": pl.UInt8,
        "properties": pl.List(pl.UInt32),
        "currency": pl.String,
        "amount_micros": pl.Int64,
    }
