"""Which properties the events of a period carry."""

from __future__ import annotations

from dataclasses import dataclass

from visits.reports.breakdown import MAX_ROWS, breakdown
from visits.reports.query import ReportQuery


@dataclass(frozen=True, slots=True)
class EventKeys:
    """The name of an event and the keys that it carries, the most frequent first."""

    event: str
    keys: tuple[str, ...]


def event_keys(query: ReportQuery) -> tuple[EventKeys, ...]:
    """Return the events that carry properties, first the one of which most carry the same key.

    Of a site with more than 1,000 pairs of event and key, the most frequent pairs. One scan, and a
    statement for the names that are not known.
    """
    report = breakdown(
        query.at(query.period), "event", ("events",), second="property", limit=MAX_ROWS
    )
    keys: dict[str, list[str]] = {}
    for row in report.rows:
        event, key = row.key
        keys.setdefault(event, []).append(key)
    return tuple(EventKeys(event, tuple(found)) for event, found in keys.items())
