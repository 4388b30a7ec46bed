"""Facts and dimensions for the admin's tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
    LogImport,
    Page,
    Property,
    Refusal,
    RefusalReason,
    Screen,
    Source,
    Visit,
)
from visits.models.time import to_day

TODAY = dt.date(2026, 3, 20)
NOON = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


def make_page(site: Site, path: str = "/") -> Page:
    return Page.objects.get_or_create(site=site, hostname=site.domain, path=path)[0]


def make_source(name: str = "Google", referrer: str = "") -> Source:
    return Source.objects.get_or_create(
        name=name, channel=Channel.ORGANIC_SEARCH, referrer=referrer
    )[0]


def make_client(browser: str = "Firefox") -> Client:
    return Client.objects.get_or_create(
        browser=browser, browser_version="140", os="Linux", os_version="", device="desktop"
    )[0]


def make_location(city: str = "Lyon") -> Location:
    return Location.objects.get_or_create(country="FR", region="Rhône", city=city)[0]


def make_campaign(utm_campaign: str = "spring") -> Campaign:
    return Campaign.objects.get_or_create(
        utm_source="news", utm_medium="", utm_campaign=utm_campaign, utm_term="", utm_content=""
    )[0]


def make_event_name(site: Site, name: str = "Signup") -> EventName:
    return EventName.objects.get_or_create(site=site, name=name)[0]


def make_visit(site: Site, path: str = "/", day: dt.date = TODAY, **fields: Any) -> Visit:
    page = make_page(site, path)
    started_at = dt.datetime.combine(day, NOON.timetz())
    defaults = {
        "visitor": 1,
        "started_at": started_at,
        "last_seen_at": started_at,
        "entry_page": page,
        "exit_page": page,
        "source": make_source(),
        "client": make_client(),
        "location": make_location(),
        "campaign": make_campaign(),
        "screen": Screen.objects.get_or_create(size="1280x720")[0],
        "language": Language.objects.get_or_create(code="fr")[0],
        "is_first": True,
        "pageviews": 1,
    }
    return Visit.objects.create(site=site, day=to_day(day), **defaults | fields)


def make_hit(
    site: Site, path: str = "/", day: dt.date = TODAY, event: str = "", **fields: Any
) -> Hit:
    defaults = {
        "at": dt.datetime.combine(day, NOON.timetz()),
        "visit_id": 1,
        "kind": HitKind.EVENT if event else HitKind.PAGEVIEW,
        "page": make_page(site, path),
        "event_name": make_event_name(site, event) if event else None,
        "client": make_client(),
        "source": make_source(),
        "location": make_location(),
        "is_first_view": True,
    }
    return Hit.objects.create(site=site, day=to_day(day), **defaults | fields)


def make_property(site: Site, value: str, key: str = "plan", hit: Hit | None = None) -> Property:
    row = Property.objects.create(site=site, key=key, value=value)
    if hit is not None:
        HitProperty.objects.create(hit=hit, property=row)
    return row


def make_refusal(site: Site, hours_ago: int = 0, count: int = 3) -> Refusal:
    hour_at = NOON - dt.timedelta(hours=hours_ago)
    return Refusal.objects.create(site=site, hour_at=hour_at, reason=RefusalReason.BOT, count=count)


def make_log_import(site: Site, lines: int = 10) -> LogImport:
    return LogImport.objects.create(
        site=site, first_line_digest=b"1", imported_digest=b"2", imported_lines=lines
    )
