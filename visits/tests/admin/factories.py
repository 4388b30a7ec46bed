"""Single rows for the admin's tests: a hit without a visit, a visit without hits, a text of any dimension.

The admin shows what is stored and must not stumble over rows that do not fit together.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sites.models import Site
from visits.models import (
    Campaign,
    Client,
    Hit,
    HitKind,
    HitProperty,
    Language,
    Location,
    LogImport,
    Property,
    Refusal,
    RefusalReason,
    Screen,
    Source,
    Visit,
)
from visits.models.time import to_day
from visits.tests import factory
from visits.tests.factory import Equipment, Origin, Place

TODAY = dt.date(2026, 3, 20)
NOON = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


def make_source(name: str = "Google") -> Source:
    return factory.make_source(Origin(name))


def make_campaign(utm_campaign: str = "spring") -> Campaign:
    return factory.make_campaign(Origin(utm_campaign=utm_campaign))


def make_client(browser: str = "Firefox") -> Client:
    return factory.make_client(Equipment(browser))


def make_location(city: str = "Lyon") -> Location:
    return factory.make_location(Place("FR", "Rhône", city))


def make_visit(site: Site, path: str = "/", day: dt.date = TODAY, **fields: Any) -> Visit:
    page = factory.make_page(site, path)
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
        # No visit has this id; only one of the two names may be given.
        **({} if "visit" in fields else {"visit_id": 0}),
        "kind": HitKind.EVENT if event else HitKind.PAGEVIEW,
        "page": factory.make_page(site, path),
        "event_name": factory.make_event_name(site, event) if event else None,
        "client": make_client(),
        "is_first_view": True,
    }
    return Hit.objects.create(site=site, day=to_day(day), **defaults | fields)


def make_property(site: Site, value: str, key: str = "plan", hit: Hit | None = None) -> Property:
    row = Property.objects.create(site=site, key=key, value=value)
    if hit is not None:
        HitProperty.objects.create(site=hit.site, hit=hit, property=row)
    return row


def make_refusal(site: Site, hours_ago: int = 0, count: int = 3) -> Refusal:
    hour_at = int((NOON - dt.timedelta(hours=hours_ago)).timestamp())
    return Refusal.objects.create(site=site, hour_at=hour_at, reason=RefusalReason.BOT, count=count)


def make_log_import(site: Site, lines: int = 10) -> LogImport:
    return LogImport.objects.create(
        site=site, first_line_digest=b"1", imported_digest=b"2", imported_lines=lines
    )
