"""Facts for tests, written straight into the tables: plain functions with defaults.

Each visit is a visitor of its own unless `visitor` says otherwise. Text becomes a dimension row when it is
new; empty text means unknown or none, as everywhere.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sites.models import Site
from visits.models import (
    Campaign,
    Channel,
    Client,
    EventName,
    Hit,
    HitKind,
    HitProperty,
    Language,
    Location,
    Page,
    Property,
    Screen,
    Source,
    Visit,
)

NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
_visitors = itertools.count(1_000_001)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a visit comes from. The defaults are a direct visit without a campaign."""

    source: str = ""
    channel: Channel = Channel.DIRECT
    referrer: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a visitor looks through."""

    browser: str = "Firefox"
    browser_version: str = "120"
    os: str = "Linux"
    os_version: str = ""
    device: str = "desktop"
    screen: str = "1280x720"
    language: str = "de-DE"


@dataclass(frozen=True, slots=True)
class Place:
    country: str = "DE"
    region: str = "Land Berlin"
    city: str = "Berlin"


DIRECT = Origin()
GOOGLE = Origin("Google", Channel.ORGANIC_SEARCH, "google.com")
LAPTOP = Equipment()
PHONE = Equipment("Safari", "17", "iOS", "17", "mobile", "390x844", "en-US")
BERLIN = Place()
NOWHERE = Place("", "", "")


def make_visit(
    site: Site,
    *,
    started_at: dt.datetime = NOON,
    pageviews: Sequence[str] = ("/",),
    visitor: int | None = None,
    origin: Origin = DIRECT,
    equipment: Equipment = LAPTOP,
    place: Place = BERLIN,
    day: dt.date | None = None,
) -> Visit:
    """Return a stored visit that views these paths a minute apart; it has no hits when there are none.

    A path may name its host: "//shop.example.com/cart". `day` is the site's day of `started_at`.
    """
    visitor = next(_visitors) if visitor is None else visitor
    entry = make_page(site, pageviews[0] if pageviews else "/")
    visit = Visit.objects.create(
        site=site,
        day=day or started_at.astimezone(site.zone).date(),
        visitor=visitor,
        started_at=started_at,
        last_seen_at=started_at,
        entry_page=entry,
        exit_page=entry,
        is_first=not Visit.objects.filter(site=site, visitor=visitor).exists(),
        client=make_client(equipment),
        location=make_location(place),
        source=make_source(origin),
        campaign=make_campaign(origin),
        screen=Screen.objects.get_or_create(size=equipment.screen)[0],
        language=Language.objects.get_or_create(code=equipment.language)[0],
    )
    for number, path in enumerate(pageviews):
        make_hit(visit, path, at=started_at + number * MINUTE)
    return visit


def make_hit(
    visit: Visit,
    path: str = "/",
    *,
    at: dt.datetime | None = None,
    event: str = "",
    properties: Mapping[str, str] | None = None,
    is_interactive: bool = True,
) -> Hit:
    """Return a stored hit at the end of the visit, a minute after its last; with `event` it is one."""
    at = at or visit.last_seen_at + MINUTE
    page = make_page(visit.site, path)
    hit = Hit.objects.create(
        site=visit.site,
        day=visit.day,
        at=at,
        visit=visit,
        kind=HitKind.EVENT if event else HitKind.PAGEVIEW,
        page=page,
        event_name=make_event_name(visit.site, event) if event else None,
        client_id=visit.client_id,
        is_first_view=None if event else not _has_viewed(visit, page),
    )
    for key, value in (properties or {}).items():
        row, _ = Property.objects.get_or_create(site=visit.site, key=key, value=value)
        HitProperty.objects.create(site=hit.site, hit=hit, property=row)
    _extend(visit, hit, is_interactive=is_interactive)
    return hit


def make_page(site: Site, path: str = "/") -> Page:
    """Return the page of a path such as "/cart", or "//shop.example.com/cart" on another host."""
    hostname = site.domain
    if path.startswith("//"):
        hostname, _, rest = path.removeprefix("//").partition("/")
        path = f"/{rest}"
    return Page.objects.get_or_create(site=site, hostname=hostname, path=path)[0]


def make_event_name(site: Site, name: str) -> EventName:
    return EventName.objects.get_or_create(site=site, name=name)[0]


def make_source(origin: Origin) -> Source:
    return Source.objects.get_or_create(
        name=origin.source, channel=origin.channel, referrer=origin.referrer
    )[0]


def make_campaign(origin: Origin) -> Campaign:
    return Campaign.objects.get_or_create(
        utm_source=origin.utm_source,
        utm_medium=origin.utm_medium,
        utm_campaign=origin.utm_campaign,
        utm_term=origin.utm_term,
        utm_content=origin.utm_content,
    )[0]


def make_client(equipment: Equipment) -> Client:
    return Client.objects.get_or_create(
        browser=equipment.browser,
        browser_version=equipment.browser_version,
        os=equipment.os,
        os_version=equipment.os_version,
        device=equipment.device,
    )[0]


def make_location(place: Place) -> Location:
    return Location.objects.get_or_create(
        country=place.country, region=place.region, city=place.city
    )[0]


def _has_viewed(visit: Visit, page: Page) -> bool:
    views = Hit.objects.filter(site=visit.site, kind=HitKind.PAGEVIEW, page=page)
    return views.filter(visit__visitor=visit.visitor).exists()


def _extend(visit: Visit, hit: Hit, *, is_interactive: bool) -> None:
    """Count a hit in its visit."""
    if hit.kind == HitKind.PAGEVIEW:
        visit.pageviews += 1
    else:
        visit.events += 1
    is_kept = hit.kind == HitKind.EVENT and is_interactive
    visit.is_bounce = visit.is_bounce and visit.pageviews <= 1 and not is_kept
    if hit.at >= visit.last_seen_at:
        visit.last_seen_at, visit.exit_page = hit.at, hit.page
    visit.duration_seconds = int((visit.last_seen_at - visit.started_at).total_seconds())
    visit.save()
