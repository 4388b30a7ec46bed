"""The values of a visit and of a hit, by dimension: plain texts; "" is unknown, none or direct."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from visits.tests.reports.naive.clock import clock_hour
from visits.tests.reports.naive.visits import KeptHit, PlainVisit

Names = tuple[str, ...]

# Most are those of the hit with which the visit came to be known.
OF_VISITS: dict[str, Callable[[PlainVisit], Names]] = {
    "entry_page": lambda visit: (visit.entry.sent.path,),
    "exit_page": lambda visit: (visit.exit.sent.path,),
    "source": lambda visit: visit.origin.source[:1],
    "channel": lambda visit: visit.origin.source[1:2],
    "referrer": lambda visit: visit.origin.source[2:],
    "utm_source": lambda visit: visit.origin.campaign[:1],
    "utm_medium": lambda visit: visit.origin.campaign[1:2],
    "utm_campaign": lambda visit: visit.origin.campaign[2:3],
    "utm_term": lambda visit: visit.origin.campaign[3:4],
    "utm_content": lambda visit: visit.origin.campaign[4:],
    "country": lambda visit: visit.origin.place[:1],
    "region": lambda visit: visit.origin.place[:2],
    "city": lambda visit: visit.origin.place,
    "browser": lambda visit: visit.origin.client[:1],
    "browser_version": lambda visit: visit.origin.client[:2],
    "os": lambda visit: visit.origin.client[2:3],
    "os_version": lambda visit: visit.origin.client[2:4],
    "device": lambda visit: visit.origin.client[4:],
    "screen": lambda visit: (visit.origin.screen,),
    "language": lambda visit: (visit.origin.language,),
    # When it began. A week is known by its Monday.
    "hour_of_day": lambda visit: (f"{clock_hour(visit.began, visit.day, visit.zone):02}",),
    "weekday": lambda visit: (str(visit.day.isoweekday()),),
    "day": lambda visit: (visit.day.isoformat(),),
    "week": lambda visit: (monday(visit.day).isoformat(),),
    "month": lambda visit: (f"{visit.day:%Y-%m}",),
}
OF_VIEWS: dict[str, Callable[[KeptHit], str]] = {
    "page": lambda hit: hit.sent.path,
    "hostname": lambda hit: hit.sent.hostname,
    "title": lambda hit: hit.title,
}
# What lies between the fields of a value when it is written as one text.
SEPARATORS = {"region": "/", "city": "/", "browser_version": " ", "os_version": " "}


def property_key(dimension: str) -> str | None:
    """Return the key of "property[key]", None for any other dimension."""
    if not dimension.startswith("property["):
        return None
    return dimension.removeprefix("property[").removesuffix("]")


def is_of_visits(dimension: str) -> bool:
    return dimension in OF_VISITS


def is_of_views(dimension: str) -> bool:
    return dimension in OF_VIEWS


def is_of_events(dimension: str) -> bool:
    return dimension in ("event", "property") or property_key(dimension) is not None


def text_of(dimension: str, names: Names) -> str:
    """Return a value as one text, such as "Firefox 120" and "DE/Bavaria"; what is unknown is ""."""
    separator = SEPARATORS.get(dimension, "")
    return separator.join(names).rstrip(separator or None) if any(names) else ""


def visit_text(dimension: str, visit: PlainVisit) -> str:
    return text_of(dimension, OF_VISITS[dimension](visit))


def hit_texts(dimension: str, hit: KeptHit) -> list[str]:
    """Return the values that a hit has: one, or none of a property that it does not carry.

    Of “property” itself they are the keys that it carries.
    """
    if dimension in OF_VIEWS:
        return [OF_VIEWS[dimension](hit)]
    if dimension == "event":
        return [hit.sent.event] if hit.sent.event else []
    if dimension == "property":
        return [key for key, _ in hit.sent.properties]
    key = property_key(dimension)
    return [value for known, value in hit.sent.properties if known == key]


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
