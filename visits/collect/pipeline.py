"""One request in; one hit or one named refusal out. The steps, in their order."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from visits.collect.bots import Agent, bot_name, classify_agent
from visits.collect.browser import ClientKey, parse_client
from visits.collect.channel import classify_channel
from visits.collect.exclusion import Rules
from visits.collect.known_sites import known_sites
from visits.collect.outcome import Engagement, NewHit, Refused, SourceKey
from visits.collect.page import CampaignKey, CleanPage, PageKey, clean_page
from visits.collect.payload import ENGAGEMENT, PAGEVIEW, Payload
from visits.collect.place import LocationKey, find_place
from visits.collect.site_day import SiteDay, site_days
from visits.collect.source import SourceName, is_referrer_spam, resolve_source
from visits.collect.visitor import visitor_id
from visits.models import HitKind, RefusalReason

AGENTS_REMEMBERED = 16_384
# Longer addresses are rare, and thousands of them would fill the memory.
REMEMBERED_LENGTH = 500


class KnownAgent(NamedTuple):
    kind: Agent
    client: ClientKey


def collect(payload: Payload) -> NewHit | Engagement | Refused:
    """Return the hit that a payload makes, or why it makes none.

    1. page: address and campaign from the URL
    2. who it speaks for: browser, system and device
    3. source and channel
    4. refusals: paused, fetched in advance, opted out, another host, excluded, a bot, referrer spam
    5. attention ends here
    6. place, and refusal by country

    Raises InvalidUrl when the URL cannot be understood.
    """
    site, message = payload.site, payload.message
    rules = payload.rules or known_sites.rules_of(site)
    day = payload.site_day or site_days.read(site.time_zone, payload.received_at)
    clean = _page(message.url, site.domain)
    agent = _known_agent(payload.user_agent)
    source = _source(message.referrer, clean, site.domain)
    reason = _reason(payload, rules, clean.page, agent)
    if reason is not None or source is None:
        return _refused(payload, reason or RefusalReason.SPAM, day)
    if message.name == ENGAGEMENT:
        return _engagement(payload, day, clean.page)
    location = find_place(payload.address)
    reason = rules.refuse_country(location.country)
    if reason is not None:
        return _refused(payload, reason, day)
    return _hit(payload, day, clean, source, agent.client, location)


def warm_up() -> None:
    """Compile the patterns and open the files for which the first hit would wait half a second."""
    _known_agent("warm up")
    find_place("")


@lru_cache(maxsize=AGENTS_REMEMBERED)
def _known_agent(user_agent: str) -> KnownAgent:
    """Return who a user agent speaks for and what it looks with; agents repeat."""
    return KnownAgent(classify_agent(user_agent), parse_client(user_agent))


def _reason(
    payload: Payload, rules: Rules, page: PageKey, agent: KnownAgent
) -> RefusalReason | None:
    """Return the first reason against a hit; that of its country is found later."""
    if payload.site.paused_at is not None:
        return RefusalReason.PAUSED
    if payload.is_prefetch:
        return RefusalReason.PREFETCH
    if payload.is_opted_out and payload.site.respects_opt_out:
        return RefusalReason.OPT_OUT
    return (
        rules.refuse_hostname(page.hostname)
        or rules.refuse_agent(payload.user_agent)
        or (None if agent.kind is Agent.HUMAN else _reason_of_agent(payload, agent))
        or rules.refuse_address(payload.address)
        or rules.refuse_page(page.path)
    )


def _reason_of_agent(payload: Payload, agent: KnownAgent) -> RefusalReason | None:
    if agent.kind is Agent.HEADLESS:
        return None if payload.site.counts_headless else RefusalReason.HEADLESS
    if agent.kind is Agent.LIBRARY and payload.counts_libraries:
        return None
    return RefusalReason.BOT


def _refused(payload: Payload, reason: RefusalReason, day: SiteDay) -> Refused:
    is_counted_bot = reason is RefusalReason.BOT and payload.site.counts_bots
    bot = bot_name(payload.user_agent) if is_counted_bot else ""
    return Refused(payload.site.pk, reason, payload.received_at, bot=bot, day=day.number)


def _engagement(payload: Payload, day: SiteDay, page: PageKey) -> Engagement:
    message = payload.message
    visitor, visitor_before = _visitors(payload, day)
    return Engagement(
        payload.site.id, payload.received_at, day.number, visitor, visitor_before, page,
        message.engaged_seconds or 0, message.scroll_percent or 0, message.message_id,
        day.ends_at, message.title,
    )  # fmt: skip


def _hit(
    payload: Payload,
    day: SiteDay,
    clean: CleanPage,
    source: SourceKey,
    client: ClientKey,
    location: LocationKey,
) -> NewHit:
    message = payload.message
    visitor, visitor_before = _visitors(payload, day)
    is_pageview = message.name == PAGEVIEW
    return NewHit(
        payload.site.id, payload.received_at, day.number, visitor, visitor_before,
        HitKind.PAGEVIEW if is_pageview else HitKind.EVENT, "" if is_pageview else message.name,
        clean.page, source, client, location, clean.campaign, message.screen, payload.language,
        message.properties, message.is_interactive, message.engaged_seconds,
        message.scroll_percent, message.revenue, message.message_id, day.ends_at, message.title,
    )  # fmt: skip


def _source(referrer: str, clean: CleanPage, domain: str) -> SourceKey | None:
    """Return the source and its channel, None for a known spammer."""
    find = _known_source if len(referrer) <= REMEMBERED_LENGTH else _known_source.__wrapped__
    return find(referrer, clean.page.hostname, domain, clean.campaign, clean.ref, clean.click_id)


# A page has few ways that lead to it; a referrer with a query is mostly new.
@lru_cache(maxsize=16_384)
def _known_source(
    referrer: str, hostname: str, domain: str, campaign: CampaignKey, ref: str, click_id: str
) -> SourceKey | None:
    if referrer and is_referrer_spam(referrer):
        return None
    source: SourceName = resolve_source(referrer, hostname, domain, campaign, ref)
    return SourceKey(source.name, classify_channel(source, campaign, click_id), source.referrer)


def _page(url: str, domain: str) -> CleanPage:
    """Return the page of a URL; one without a query is seen by many."""
    if "?" in url or len(url) > REMEMBERED_LENGTH:
        return clean_page(url, domain)
    return _page_without_query(url, domain)


_page_without_query = lru_cache(maxsize=16_384)(clean_page)


def _visitors(payload: Payload, day: SiteDay) -> tuple[int, int | None]:
    """Return the visitor's id of today, and of yesterday while its salt exists."""
    sender = (payload.site.id, payload.address, payload.user_agent)
    before = None if day.salt_before is None else visitor_id(day.salt_before, *sender)
    return visitor_id(day.salt, *sender), before
