"""Which channel a visit belongs to: the table of rules, row by row."""

from __future__ import annotations

import pytest

from visits.collect.channel import RULES, classify_channel
from visits.collect.page import CampaignKey
from visits.collect.source import resolve_source
from visits.models.dimension import Channel

GOOGLE = "https://www.google.com/"
FACEBOOK = "https://l.facebook.com/"
YOUTUBE = "https://www.youtube.com/"
AMAZON = "https://www.amazon.com/"
BLOG = "https://blog.example.org/post"


def channel_of(referrer: str, query: dict[str, str], click_id: str = "") -> Channel:
    campaign = CampaignKey(**{f"utm_{key}": value for key, value in query.items()})
    source = resolve_source(referrer, "example.com", "example.com", campaign, "")
    return classify_channel(source, campaign, click_id)


@pytest.mark.parametrize(
    ("referrer", "query", "channel"),
    [
        # Not tagged: the source alone decides
        ("", {}, Channel.DIRECT),
        (GOOGLE, {}, Channel.ORGANIC_SEARCH),
        (FACEBOOK, {}, Channel.ORGANIC_SOCIAL),
        (YOUTUBE, {}, Channel.ORGANIC_VIDEO),
        (AMAZON, {}, Channel.ORGANIC_SHOPPING),
        ("https://mail.google.com/", {}, Channel.EMAIL),
        ("https://chatgpt.com/", {}, Channel.AI_ASSISTANTS),
        (BLOG, {}, Channel.REFERRAL),
        # A campaign over several networks goes before everything
        (GOOGLE, {"medium": "cpc", "campaign": "2026 Cross-Network"}, Channel.CROSS_NETWORK),
        # Paid: a paid medium and a known source
        (AMAZON, {"medium": "cpc"}, Channel.PAID_SHOPPING),
        (BLOG, {"medium": "paid", "campaign": "summer shop"}, Channel.PAID_SHOPPING),
        (BLOG, {"medium": "ppc", "campaign": "Shopping"}, Channel.PAID_SHOPPING),
        (BLOG, {"medium": "ppc", "campaign": "eshop"}, Channel.PAID_SHOPPING),
        (BLOG, {"medium": "ppc", "campaign": "workshop"}, Channel.PAID_OTHER),
        (GOOGLE, {"medium": "cpc"}, Channel.PAID_SEARCH),
        (GOOGLE, {"medium": "PPC"}, Channel.PAID_SEARCH),
        (GOOGLE, {"medium": "retargeting"}, Channel.PAID_SEARCH),
        (GOOGLE, {"medium": "paidsearch"}, Channel.PAID_SEARCH),
        ("", {"source": "google", "medium": "cpc"}, Channel.PAID_SEARCH),
        ("", {"source": "bing", "medium": "xcpcx"}, Channel.PAID_SEARCH),
        (FACEBOOK, {"medium": "paid_social"}, Channel.PAID_SOCIAL),
        ("", {"source": "fb", "medium": "cpm"}, Channel.PAID_SOCIAL),
        (YOUTUBE, {"medium": "cpv"}, Channel.PAID_VIDEO),
        (YOUTUBE, {"medium": "paid-video"}, Channel.PAID_VIDEO),
        (BLOG, {"medium": "display"}, Channel.DISPLAY),
        (BLOG, {"medium": "Banner"}, Channel.DISPLAY),
        (BLOG, {"medium": "expandable"}, Channel.DISPLAY),
        (BLOG, {"medium": "interstitial"}, Channel.DISPLAY),
        (BLOG, {"medium": "cpm"}, Channel.DISPLAY),
        (BLOG, {"medium": "cpc"}, Channel.PAID_OTHER),
        ("", {"medium": "paid"}, Channel.PAID_OTHER),
        # Assistants
        ("", {"source": "chatgpt.com"}, Channel.AI_ASSISTANTS),
        (BLOG, {"medium": "ai-assistant"}, Channel.AI_ASSISTANTS),
        # Organic: by source or by medium
        (BLOG, {"campaign": "shopping-2026"}, Channel.ORGANIC_SHOPPING),
        (BLOG, {"medium": "social"}, Channel.ORGANIC_SOCIAL),
        (BLOG, {"medium": "social-network"}, Channel.ORGANIC_SOCIAL),
        (BLOG, {"medium": "sm"}, Channel.ORGANIC_SOCIAL),
        ("", {"source": "linkedin", "medium": "email"}, Channel.ORGANIC_SOCIAL),
        (BLOG, {"medium": "video-ad"}, Channel.ORGANIC_VIDEO),
        (BLOG, {"medium": "organic"}, Channel.ORGANIC_SEARCH),
        # Mail
        (BLOG, {"medium": "email"}, Channel.EMAIL),
        (BLOG, {"medium": "E-Mail"}, Channel.EMAIL),
        ("", {"source": "email"}, Channel.EMAIL),
        ("", {"source": "Newsletter"}, Channel.EMAIL),
        ("", {"source": "october", "medium": "newsletter"}, Channel.EMAIL),
        # The other mediums
        (BLOG, {"medium": "affiliate"}, Channel.AFFILIATES),
        (BLOG, {"medium": "affiliates"}, Channel.AFFILIATES),
        (BLOG, {"medium": "audio"}, Channel.AUDIO),
        (BLOG, {"medium": "sms"}, Channel.SMS),
        ("", {"source": "sms"}, Channel.SMS),
        ("", {"source": "app", "medium": "web-push"}, Channel.MOBILE_PUSH),
        ("", {"source": "app", "medium": "mobile"}, Channel.MOBILE_PUSH),
        ("", {"source": "app", "medium": "notifications"}, Channel.MOBILE_PUSH),
        ("", {"source": "firebase"}, Channel.MOBILE_PUSH),
        ("", {"source": "partner", "medium": "referral"}, Channel.REFERRAL),
        ("", {"medium": "link"}, Channel.REFERRAL),
        # What no rule knows
        ("", {"source": "poster", "medium": "qr"}, Channel.REFERRAL),
        (BLOG, {"medium": "qr"}, Channel.REFERRAL),
        ("", {"medium": "qr"}, Channel.DIRECT),
        ("", {"campaign": "spring"}, Channel.DIRECT),
    ],
)
def test_source_and_campaign_decide(referrer: str, query: dict[str, str], channel: Channel) -> None:
    assert channel_of(referrer, query) is channel


@pytest.mark.parametrize(
    ("referrer", "click_id", "channel"),
    [
        (GOOGLE, "gclid", Channel.PAID_SEARCH),
        ("", "gclid", Channel.PAID_SEARCH),
        ("", "msclkid", Channel.PAID_SEARCH),
        ("https://www.bing.com/", "msclkid", Channel.PAID_SEARCH),
        (YOUTUBE, "gclid", Channel.PAID_VIDEO),
        ("", "ttclid", Channel.PAID_SOCIAL),
        (FACEBOOK, "li_fat_id", Channel.PAID_SOCIAL),
        ("", "dclid", Channel.DISPLAY),
        (GOOGLE, "dclid", Channel.DISPLAY),
        (BLOG, "gclid", Channel.PAID_OTHER),
    ],
)
def test_click_id_of_an_advertisement_counts_as_paid(
    referrer: str, click_id: str, channel: Channel
) -> None:
    assert channel_of(referrer, {}, click_id) is channel


def test_rules_reach_every_channel() -> None:
    assert {channel for channel, _ in RULES} == set(Channel)
