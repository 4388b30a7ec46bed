"""The channel of a visit: the group that its source and its campaign put it into."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from visits.collect.page import CampaignKey
from visits.collect.source import SourceKind, SourceName
from visits.models.dimension import Channel

# “shop” and “eshop”, but not “workshop”: the only letter that may stand before it is e.
SHOPPING_CAMPAIGN = re.compile(r"(?:[^a-df-z]|^)shop|shopping")
DISPLAY_MEDIUMS = ("display", "banner", "expandable", "interstitial", "cpm")
SOCIAL_MEDIUMS = (
    "social", "social-network", "social-media", "sm", "social network", "social media"
)  # fmt: skip
EMAIL_WORDS = ("email", "e-mail", "e_mail", "e mail", "mail", "newsletter")
PUSH_WORDS = ("firebase",)
SMS_WORDS = ("sms",)
# The names of sources that a rule looks at; of all others it looks at the kind.
SOURCE_WORDS = frozenset((*EMAIL_WORDS, *PUSH_WORDS, *SMS_WORDS))
# Click ids of networks that advertise beside search results, when the referrer is missing.
SEARCH_CLICK_IDS = ("gclid", "gbraid", "wbraid", "msclkid", "yclid")
SOCIAL_CLICK_IDS = ("twclid", "ttclid", "li_fat_id", "rdt_cid", "sccid")


class Visited(NamedTuple):
    """What the rules look at: texts in lower case."""

    kind: SourceKind
    source: str
    medium: str
    campaign: str
    click_id: str


def _is_paid(visited: Visited) -> bool:
    medium = visited.medium
    is_medium = "cp" in medium or medium in ("ppc", "retargeting") or medium.startswith("paid")
    return is_medium or visited.click_id != ""


def _is_shopping(visited: Visited) -> bool:
    is_campaign = SHOPPING_CAMPAIGN.search(visited.campaign) is not None
    return visited.kind is SourceKind.SHOPPING or is_campaign


def _is_search(visited: Visited) -> bool:
    is_click = visited.kind is SourceKind.DIRECT and visited.click_id in SEARCH_CLICK_IDS
    return visited.kind is SourceKind.SEARCH or is_click


def _is_social(visited: Visited) -> bool:
    is_click = visited.kind is SourceKind.DIRECT and visited.click_id in SOCIAL_CLICK_IDS
    return visited.kind is SourceKind.SOCIAL or is_click


def _is_video(visited: Visited) -> bool:
    return visited.kind is SourceKind.VIDEO


def _is_push(visited: Visited) -> bool:
    medium = visited.medium
    is_medium = medium.endswith("push") or "mobile" in medium or "notification" in medium
    return is_medium or visited.source in PUSH_WORDS


# The default channel group of Google Analytics 4 for manually tagged traffic, in its order; the first
# rule that holds decides. From support.google.com/analytics/answer/9756891 as of November 2026.
# Ours are: a click id counts as a paid medium; kinds of mail hosts and assistants; “mail” and
# “newsletter” as words for e-mail. There is no “Unassigned”: a source that no rule knows is a
# referral, and without a source a visit is direct.
RULES: tuple[tuple[Channel, Callable[[Visited], bool]], ...] = (
    (Channel.CROSS_NETWORK, lambda v: "cross-network" in v.campaign),
    (Channel.PAID_SHOPPING, lambda v: _is_paid(v) and _is_shopping(v)),
    (Channel.DISPLAY, lambda v: v.click_id == "dclid"),
    (Channel.PAID_SEARCH, lambda v: _is_paid(v) and _is_search(v)),
    (Channel.PAID_SOCIAL, lambda v: _is_paid(v) and _is_social(v)),
    (Channel.PAID_VIDEO, lambda v: _is_paid(v) and _is_video(v)),
    (Channel.DISPLAY, lambda v: v.medium in DISPLAY_MEDIUMS),
    (Channel.PAID_OTHER, _is_paid),
    (Channel.AI_ASSISTANTS, lambda v: v.kind is SourceKind.AI or v.medium == "ai-assistant"),
    (Channel.ORGANIC_SHOPPING, _is_shopping),
    (Channel.ORGANIC_SOCIAL, lambda v: _is_social(v) or v.medium in SOCIAL_MEDIUMS),
    (Channel.ORGANIC_VIDEO, lambda v: _is_video(v) or "video" in v.medium),
    (Channel.ORGANIC_SEARCH, lambda v: _is_search(v) or v.medium == "organic"),
    (Channel.EMAIL, lambda v: v.kind is SourceKind.EMAIL or v.source in EMAIL_WORDS),
    (Channel.EMAIL, lambda v: v.medium in EMAIL_WORDS),
    (Channel.AFFILIATES, lambda v: v.medium in ("affiliate", "affiliates")),
    (Channel.AUDIO, lambda v: v.medium == "audio"),
    (Channel.SMS, lambda v: v.source in SMS_WORDS or v.medium in SMS_WORDS),
    (Channel.MOBILE_PUSH, _is_push),
    (Channel.REFERRAL, lambda v: v.medium in ("referral", "app", "link")),
    (Channel.DIRECT, lambda v: v.kind is SourceKind.DIRECT),
    (Channel.REFERRAL, lambda v: True),
)


def classify_channel(source: SourceName, campaign: CampaignKey, click_id: str) -> Channel:
    """Return the channel of a source and a campaign. `click_id` is the name of the parameter that an
    advertising network added, or "". Upper and lower case are the same."""
    if source.kind is SourceKind.DIRECT and not (click_id or any(campaign)):
        return Channel.DIRECT
    name = source.name.lower()
    word = name if name in SOURCE_WORDS else ""
    return _channel_of(source.kind, word, campaign.utm_medium, campaign.utm_campaign, click_id)


# A site has few campaigns; going through the rules takes ten times as long.
@lru_cache(maxsize=4096)
def _channel_of(
    kind: SourceKind, source: str, medium: str, campaign: str, click_id: str
) -> Channel:
    visited = Visited(kind, source, medium.lower(), campaign.lower(), click_id)
    return next(channel for channel, is_met in RULES if is_met(visited))
