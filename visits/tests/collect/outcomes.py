"""Outcomes for tests of what stores them: plain functions with defaults."""

from __future__ import annotations

from typing import Any

from visits.collect.browser import ClientKey
from visits.collect.outcome import NewHit, SourceKey
from visits.collect.page import CampaignKey, PageKey
from visits.collect.place import LocationKey
from visits.models import HitKind
from visits.models.dimension import Channel

NOON = 1_780_000_000 // 86_400 * 86_400 + 43_200
DAY = NOON // 86_400
# A day that goes on is what collection usually has to do with.
NEVER = 1 << 40


def make_new_hit(
    site_id: int, *, seconds: int = 0, path: str = "/", visitor: int = 1, **fields: Any
) -> NewHit:
    """Return a pageview so many seconds after noon."""
    values: dict[str, Any] = {
        "visitor_before": None,
        "kind": HitKind.PAGEVIEW,
        "event_name": "",
        "source": SourceKey("", Channel.DIRECT, ""),
        "client": ClientKey("Firefox", "128", "Linux", "", "desktop"),
        "location": LocationKey("", "", ""),
        "campaign": CampaignKey("", "", "", "", ""),
        "screen": "",
        "language": "",
        "properties": (),
        "is_interactive": True,
        "engaged_seconds": None,
        "scroll_percent": None,
        "day_ends_at": NEVER,
    }
    return NewHit(
        site_id=site_id,
        at=NOON + seconds,
        day=DAY,
        visitor=visitor,
        page=PageKey("example.com", path),
        **(values | fields),
    )
