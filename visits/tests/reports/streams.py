"""Random streams of messages as hypothesis makes them, and how the collector would write them down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from sites.models import Site
from visits.collect.batch import Memory, write_batch
from visits.collect.browser import ClientKey
from visits.collect.outcome import Engagement, NewHit, SourceKey
from visits.collect.page import CampaignKey, PageKey
from visits.collect.payload import PropertyKey, Revenue
from visits.collect.place import LocationKey
from visits.collect.tables import tables
from visits.models import Channel, HitKind
from visits.models.time import to_day
from visits.tests.reports.naive import Message, PlainAttention, PlainHit, local_date

# Odd offsets, half hours of summer time, and midnights that are skipped or come twice.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
YEAR = 2026
HOSTNAMES = ("example.com", "example.com", "www.example.com", "shop.example.com")
# What pages are called, "" for nothing. A title that changes is noted now and then only, so none does.
TITLES = {"/": "Home", "/pricing": "Prices", "/blog/é": "", "/Blog/2": "Home"}
PATHS = tuple(TITLES)
EVENTS = ("", "", "", "Sign up", "Download")
PROPERTIES = (
    (),
    (("plan", "pro"), ("seats", "3")),
    (("plan", "Free"),),
    (("plan", "pro"),),
    (("seats", "12"),),
)
REVENUES = (None, None, ("EUR", 12_340_000), ("USD", 5), ("EUR", -340_000))
SOURCES = (
    ("", "direct", ""),
    ("Google", "organic_search", "google.com"),
    ("Google", "organic_search", "google.de"),
    ("Google", "paid_search", "google.com"),
    ("Newsletter", "email", ""),
)
CAMPAIGNS = (
    ("", "", "", "", ""),
    ("google", "cpc", "spring", "shoes", ""),
    ("google", "cpc", "summer", "", "blue"),
    ("mail", "email", "spring", "", ""),
)
# Address and user agent make the visitor, so a person has one of each.
CLIENTS = (
    ("Firefox", "120", "Linux", "", "desktop"),
    ("Chrome", "120", "Windows", "11", "desktop"),
    ("Chrome", "121", "Android", "14", "mobile"),
    ("", "", "", "", ""),
)
PLACES = (
    ("DE", "Land Berlin", "Berlin"),
    ("US", "New Hampshire", "Berlin"),
    ("DE", "Bavaria", "Munich"),
    ("", "", ""),
)
SCREENS = ("", "1280x720", "390x844")
LANGUAGES = ("", "de-DE", "en")
# Around the pause that ends a visit, and long enough to leave the day.
GAPS = (600, 0, 1, 60, 900, 900, 1799, 1800, 1801, 4_000, 50_000)
# By how much a message arrives late; most are punctual.
DELAYS = (0, 0, 0, 0, 0, 0, 30, 1_000, 5_000)
# So little that no visit comes to be known after a later one of its day.
SHORT_DELAYS = (0, 0, 0, 0, 0, 0, 30, 1_000)
# Attention told on leaving a page; a long one reaches back over the pause.
ENGAGED = (10, 0, 45, 600, 3_000)
SCROLLED = (0, 25, 80, 100)
# Seconds from noon; most are shortly before midnight, where a visit keeps the day it began in.
STARTS = (42_500, -44_000, -43_800, 41_000, -1_000)
# Short streams shrink well, long ones have visits of several hits.
LENGTHS = (8, 14, 1, 3, 8)
# One person often enough that visits of several hits come about.
PEOPLE = (0, 0, 0, 1, 2, 3)


@dataclass(frozen=True)
class Stream:
    """The messages of a site in a zone, in the order of arrival, around a day of its own."""

    zone: str
    day: dt.date
    messages: tuple[Message, ...]


def days_of_unusual_length(zone: ZoneInfo) -> list[dt.date]:
    """Return the year's days of which the clock shows another time at the end than 24 hours later."""
    days = [dt.date(YEAR, 1, 1) + dt.timedelta(number) for number in range(364)]

    def offset(day: dt.date) -> dt.timedelta | None:
        return dt.datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()

    return [day for day in days if offset(day) != offset(day + dt.timedelta(1))]


# Shrinking begins with the first: an ordinary day.
DAYS = {name: [dt.date(YEAR, 1, 31), *days_of_unusual_length(ZoneInfo(name))] for name in ZONES}


@st.composite
def streams(
    draw: st.DrawFn, zones: Sequence[str] = ZONES, delays: Sequence[int] = DELAYS
) -> Stream:
    """Draw messages from a little before a day on."""
    zone = draw(st.sampled_from(zones))
    day = draw(st.sampled_from(DAYS[zone]))
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    at = int(noon.timestamp()) + draw(st.sampled_from(STARTS))
    messages: list[Message] = []
    for _ in range(draw(st.sampled_from(LENGTHS))):
        happened_at = at - draw(st.sampled_from(delays))
        hits = [message for message in messages if isinstance(message, PlainHit)]
        if hits and draw(st.sampled_from((False, False, False, True))):
            messages.append(draw(_attention(happened_at, hits)))
        else:
            messages.append(draw(_hits(happened_at)))
        at += draw(st.sampled_from(GAPS))
    return Stream(zone, day, tuple(messages))


def _attention(at: int, hits: Sequence[PlainHit]) -> st.SearchStrategy[PlainAttention]:
    """Draw attention to a page that was hit, mostly the newest."""
    return st.builds(
        lambda hit, engaged, scrolled: PlainAttention(
            at, hit.person, hit.hostname, hit.path, TITLES[hit.path], engaged, scrolled
        ),
        st.sampled_from(hits[::-1]),
        st.sampled_from(ENGAGED),
        st.sampled_from(SCROLLED),
    )


def _hits(at: int) -> st.SearchStrategy[PlainHit]:
    return st.one_of(_some_hits(at, EVENTS[:1]), _some_hits(at, EVENTS))


def _some_hits(at: int, events: Sequence[str]) -> st.SearchStrategy[PlainHit]:
    fields = {
        "hostname": st.sampled_from(HOSTNAMES),
        "path": st.sampled_from(PATHS),
        "tells_title": st.booleans(),
        "event": st.sampled_from(events),
        "source": st.sampled_from(SOURCES),
        "campaign": st.sampled_from(CAMPAIGNS),
        "screen": st.sampled_from(SCREENS),
        "language": st.sampled_from(LANGUAGES),
        # Told with a view at once: few senders do.
        "engaged_seconds": st.sampled_from((None, None, None, 7)),
        "scroll_percent": st.sampled_from((None, None, None, 50)),
    }
    if len(events) > 1:
        fields |= {
            "is_interactive": st.booleans(),
            "properties": st.sampled_from(PROPERTIES),
            "revenue": st.sampled_from(REVENUES),
        }
    return st.builds(_hit, at=st.just(at), person=st.sampled_from(PEOPLE), **fields)


def _hit(person: int, event: str, path: str, tells_title: bool, **fields: Any) -> PlainHit:
    """Return a hit of a person; only events earn something and have properties, and tell no title."""
    if event:
        tells_title = False
    else:
        fields |= {"properties": (), "revenue": None}
    return PlainHit(
        person=person,
        event=event,
        path=path,
        title=TITLES[path] if tells_title else "",
        client=CLIENTS[person],
        place=PLACES[person],
        **fields,
    )


def write(
    site: Site, messages: Sequence[Message], batch_size: int = 100, writer_count: int = 1
) -> None:
    """Store messages with the collector's batches, some at a time; writers take turns."""
    writers = cycle([_memory(number) for number in range(1, writer_count + 1)])
    for start in range(0, len(messages), batch_size):
        batch = messages[start : start + batch_size]
        write_batch([_outcome(site, message) for message in batch], next(writers))


def write_many(messages: Mapping[Site, Sequence[Message]]) -> None:
    """Store the messages of many sites at once."""
    write_batch([_outcome(site, message) for site in messages for message in messages[site]])


def _memory(holder: int) -> Memory | None:
    """Return what a writer remembers, where writers do."""
    return Memory(holder) if tables().has_memory else None


def _outcome(site: Site, message: Message) -> NewHit | Engagement:
    day = local_date(message.at, site.zone)
    fields: dict[str, Any] = {
        "site_id": site.pk,
        "at": message.at,
        "day": to_day(day),
        "visitor": _visitor(site, message.person, day),
        "visitor_before": _visitor(site, message.person, day - dt.timedelta(1)),
        "page": PageKey(message.hostname, message.path),
        "engaged_seconds": message.engaged_seconds,
        "scroll_percent": message.scroll_percent,
    }
    if "title" in NewHit._fields:
        fields["title"] = message.title
    if isinstance(message, PlainAttention):
        return Engagement(**fields)
    return _new_hit(message, fields)


def _new_hit(hit: PlainHit, fields: dict[str, Any]) -> NewHit:
    name, channel, referrer = hit.source
    return NewHit(
        kind=HitKind.PAGEVIEW if hit.is_view else HitKind.EVENT,
        event_name=hit.event,
        source=SourceKey(name, Channel(channel), referrer),
        client=ClientKey(*hit.client),
        location=LocationKey(*hit.place),
        campaign=CampaignKey(*hit.campaign),
        screen=hit.screen,
        language=hit.language,
        properties=tuple(PropertyKey(key, value) for key, value in hit.properties),
        is_interactive=hit.is_interactive,
        revenue=Revenue(*hit.revenue) if hit.revenue else None,
        **fields,
    )


def _visitor(site: Site, person: int, day: dt.date) -> int:
    text = f"{site.pk} {person} {day}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)
