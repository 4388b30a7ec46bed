"""One request in; one hit or one named refusal out. The steps, in their order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from visits.collect.bots import Agent, classify_agent
from visits.collect.browser import ClientKey, parse_client
from visits.collect.channel import classify_channel
from visits.collect.page import CampaignKey, CleanPage, PageKey, clean_page, is_hostname_of
from visits.collect.payload import PAGEVIEW, Payload, PropertyKey
from visits.collect.place import LocationKey, find_place
from visits.collect.refusal import Refused
from visits.collect.salts import known_salts
from visits.collect.source import SourceName, is_referrer_spam, resolve_source
from visits.collect.visitor import visitor_id
from visits.models import HitKind, RefusalReason
from visits.models.dimension import Channel
from visits.models.time import to_day

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceKey:
    name: str
    channel: Channel
    referrer: str


@dataclass(frozen=True, slots=True)
class NewHit:
    """A hit that is going to be written: dimension values by their names, no address, no user agent.

    `at` is in epoch seconds; `day` counts from 1970-01-01 in the site's time zone. A visit that began
    before the site's midnight is found under `visitor_before`, the id of the same person the day before.
    """

    site_id: int
    at: int
    day: int
    visitor: int
    visitor_before: int | None
    kind: HitKind
    event_name: str
    page: PageKey
    source: SourceKey
    client: ClientKey
    location: LocationKey
    campaign: CampaignKey
    screen: str
    language: str
    properties: tuple[PropertyKey, ...]
    is_interactive: bool
    engaged_seconds: int | None
    scroll_percent: int | None


def collect(payload: Payload) -> NewHit | Refused:
    """Return the hit that a payload makes, or why it makes none.

    1. page: address and campaign from the URL
    2. refusals: fetched in advance, another host, a bot, referrer spam
    3. visitor ids of today and yesterday
    4. source and channel
    5. browser, system, device; place

    Raises InvalidUrl when the URL cannot be understood.
    """
    site, message = payload.site, payload.message
    clean = clean_page(message.url, site.domain)
    reason = _refusal_reason(payload, clean)
    if reason is not None:
        return Refused(site.pk, reason, payload.received_at)
    local_date = dt.datetime.fromtimestamp(payload.received_at, site.zone).date()
    is_pageview = message.name == PAGEVIEW
    return NewHit(
        site_id=site.pk,
        at=payload.received_at,
        day=to_day(local_date),
        visitor=_visitor(payload, known_salts.get_or_make(local_date)),
        visitor_before=_visitor_before(payload, local_date),
        kind=HitKind.PAGEVIEW if is_pageview else HitKind.EVENT,
        event_name="" if is_pageview else message.name,
        page=clean.page,
        source=_source(payload, clean),
        client=parse_client(payload.user_agent),
        location=find_place(payload.address),
        campaign=clean.campaign,
        screen=message.screen,
        language=payload.language,
        properties=message.properties,
        is_interactive=message.is_interactive,
        engaged_seconds=message.engaged_seconds,
        scroll_percent=message.scroll_percent,
    )


def warm_up() -> None:
    """Compile the patterns and open the files for which the first hit would wait half a second."""
    classify_agent("warm up")
    parse_client("warm up")
    find_place("")


def _refusal_reason(payload: Payload, clean: CleanPage) -> RefusalReason | None:
    agent = classify_agent(payload.user_agent)
    is_counted_library = agent is Agent.LIBRARY and payload.counts_libraries
    if payload.is_prefetch:
        return RefusalReason.PREFETCH
    if not is_hostname_of(clean.page.hostname, payload.site.domain):
        return RefusalReason.HOSTNAME
    if agent is not Agent.HUMAN and not is_counted_library:
        return RefusalReason.BOT
    if is_referrer_spam(payload.message.referrer):
        return RefusalReason.SPAM
    return None


def _source(payload: Payload, clean: CleanPage) -> SourceKey:
    source: SourceName = resolve_source(
        payload.message.referrer,
        clean.page.hostname,
        payload.site.domain,
        clean.campaign,
        clean.ref,
    )
    channel = classify_channel(source, clean.campaign, clean.click_id)
    return SourceKey(source.name, channel, source.referrer)


def _visitor(payload: Payload, salt: bytes) -> int:
    return visitor_id(salt, payload.site.pk, payload.address, payload.user_agent)


def _visitor_before(payload: Payload, local_date: dt.date) -> int | None:
    salt = known_salts.get(local_date - ONE_DAY)
    return None if salt is None else _visitor(payload, salt)
