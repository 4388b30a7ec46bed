"""Random streams of hits as hypothesis makes them, and how the collector would write them down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import blake2b
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.browser import ClientKey
from visits.collect.outcome import NewHit, SourceKey
from visits.collect.page import CampaignKey, PageKey
from visits.collect.payload import PropertyKey
from visits.collect.place import LocationKey
from visits.models import Channel, HitKind
from visits.models.time import to_day
from visits.tests.reports.naive import PlainHit, local_date

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
HOSTNAMES = ("example.com", "www.example.com", "shop.example.com")
PATHS = ("/", "/pricing", "/blog/é")
EVENTS = ("", "", "", "Sign up", "Download")
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
# Seconds from noon; most are shortly before midnight, where a visit keeps the day it began in.
STARTS = (42_500, -44_000, -43_800, 41_000, -1_000)
# Short streams shrink well, long ones have visits of several hits.
LENGTHS = (8, 14, 1, 3, 8)
# One person often enough that visits of several hits come about.
PEOPLE = (0, 0, 0, 1, 2, 3)


def days_of_unusual_length(zone: ZoneInfo) -> list[dt.date]:
    """Return the year's days of which the clock shows another time at the end than 24 hours later."""
    days = [dt.date(YEAR, 1, 1) + dt.timedelta(number) for number in range(364)]

    def offset(day: dt.date) -> dt.timedelta | None:
        return dt.datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()

    return [day for day in days if offset(day) != offset(day + dt.timedelta(1))]


@st.composite
def streams(draw: st.DrawFn, zone: ZoneInfo) -> tuple[dt.date, list[PlainHit]]:
    """Draw a day and hits in the order of time, from a little before that day on."""
    day = draw(st.sampled_from([*days_of_unusual_length(zone), dt.date(YEAR, 1, 31)]))
    noon = int(dt.datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp())
    at = noon + draw(st.sampled_from(STARTS))
    hits = []
    for _ in range(draw(st.sampled_from(LENGTHS))):
        hits.append(draw(_hits(at)))
        at += draw(st.sampled_from(GAPS))
    return day, hits


def _hits(at: int) -> st.SearchStrategy[PlainHit]:
    return st.builds(
        lambda person, **fields: PlainHit(
            at=at, person=person, client=CLIENTS[person], place=PLACES[person], **fields
        ),
        st.sampled_from(PEOPLE),
        hostname=st.sampled_from(HOSTNAMES),
        path=st.sampled_from(PATHS),
        event=st.sampled_from(EVENTS),
        is_interactive=st.booleans(),
        properties=st.sampled_from(((), (("plan", "pro"), ("seats", "3")))),
        source=st.sampled_from(SOURCES),
        campaign=st.sampled_from(CAMPAIGNS),
        screen=st.sampled_from(SCREENS),
        language=st.sampled_from(LANGUAGES),
    )


def write(site: Site, hits: Sequence[PlainHit], batch_size: int) -> None:
    """Store the hits with the collector's writer, some at a time."""
    for start in range(0, len(hits), batch_size):
        write_batch([_new_hit(site, hit) for hit in hits[start : start + batch_size]])


def _new_hit(site: Site, hit: PlainHit) -> NewHit:
    day = local_date(hit.at, site.zone)
    name, channel, referrer = hit.source
    return NewHit(
        site_id=site.pk,
        at=hit.at,
        day=to_day(day),
        visitor=_visitor(site, hit.person, day),
        visitor_before=_visitor(site, hit.person, day - dt.timedelta(1)),
        kind=HitKind.EVENT if hit.event else HitKind.PAGEVIEW,
        event_name=hit.event,
        page=PageKey(hit.hostname, hit.path),
        source=SourceKey(name, Channel(channel), referrer),
        client=ClientKey(*hit.client),
        location=LocationKey(*hit.place),
        campaign=CampaignKey(*hit.campaign),
        screen=hit.screen,
        language=hit.language,
        properties=tuple(PropertyKey(key, value) for key, value in hit.properties),
        is_interactive=hit.is_interactive,
        engaged_seconds=None,
        scroll_percent=None,
    )


def _visitor(site: Site, person: int, day: dt.date) -> int:
    text = f"{site.pk} {person} {day}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)
