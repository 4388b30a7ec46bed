"""What becomes of a request: a hit, attention to a page that was viewed, or a refusal."""

from __future__ import annotations

from typing import NamedTuple

from visits.collect.browser import ClientKey
from visits.collect.page import CampaignKey, PageKey
from visits.collect.payload import PropertyKey, Revenue
from visits.collect.place import LocationKey
from visits.models import HitKind, RefusalReason
from visits.models.dimension import Channel


class SourceKey(NamedTuple):
    name: str
    channel: Channel
    referrer: str


class NewHit(NamedTuple):
    """A hit that is going to be written: dimension values by their names, no address, no user agent.

    `at` is in epoch seconds; `day` counts from 1970-01-01 in the site's time zone. A visit that began
    before the site's midnight is found under `visitor_before`, the id of the same person the day before.
    `message_id` is a hash of the id that the sender gave; None without one. `day_ends_at` is when the
    site's day ends, in epoch seconds; where nobody knows, the day counts as over. `title` is what the
    page is called, "" when that was not said.
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
    revenue: Revenue | None = None
    message_id: int | None = None
    day_ends_at: int = 0
    title: str = ""


class Engagement(NamedTuple):
    """Attention that a page got since it was viewed or since the last such message.

    It belongs to the visitor's newest view of the page and makes no hit of its own.
    """

    site_id: int
    at: int
    day: int
    visitor: int
    visitor_before: int | None
    page: PageKey
    engaged_seconds: int
    scroll_percent: int
    message_id: int | None = None
    day_ends_at: int = 0
    title: str = ""


class Sample(NamedTuple):
    """What an owner may see of a refused request; its sender cannot be known from it.

    `note` is the sentence that the sender was told, if there was one.
    """

    hostname: str
    path: str
    referrer: str
    agent: str
    network: str
    note: str = ""


class Refused(NamedTuple):
    """Why a request for a site was not counted. `at` is in epoch seconds.

    `bot` is the name of a bot that is counted apart, on the site's `day`; empty for everybody else.
    `times` is how many such requests it stands for; 0 brings a sample of one that is counted already.
    """

    site_id: int
    reason: RefusalReason
    at: int
    sample: Sample | None = None
    bot: str = ""
    day: int = 0
    times: int = 1


Outcome = NewHit | Engagement | Refused
# What the writer says of an outcome: None when it was counted, else why not.
Verdict = RefusalReason | None
