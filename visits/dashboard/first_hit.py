"""What the install page waits for: the first hit of a site, or why there is none yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.timesince import timesince

from sites.models import Site
from visits.dashboard.label import visible
from visits.dashboard.refusal_words import RefusalWords, words_of
from visits.models import Hit, Refusal

# Seconds after which “4 seconds ago” becomes “2 minutes ago”.
MINUTE_SECONDS = 60
# A refusal older than this says nothing about the snippet that was just pasted.
REFUSAL_AGE = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FirstHit:
    """A hit in words. Empty text is what is not known; `event` is empty for a pageview."""

    place: str
    path: str
    event: str
    browser: str
    ago: str


@dataclass(frozen=True, slots=True)
class RecentRefusal:
    """The newest reason for which hits were refused. `hour` is in the site's time zone."""

    reason: str
    words: RefusalWords
    count: int
    hour: str


def first_hit(site: Site, now: dt.datetime) -> FirstHit | None:
    """Return the newest hit of a site in words, None while there is none."""
    newest_day = Hit.objects.filter(site=site).order_by("-day").values("day")[:1]
    hit = (
        Hit.objects.filter(site=site, day__in=newest_day)
        .select_related("page", "event_name", "client", "visit__location")
        .order_by("-at", "-pk")
        .first()
    )
    if hit is None:
        return None
    place = hit.visit.location
    return FirstHit(
        place=place.city or place.region or place.country,
        path=visible(hit.page.path),
        event=visible(hit.event_name.name) if hit.event_name else "",
        browser=hit.client.browser,
        ago=_ago(now - hit.at),
    )


def recent_refusal(site: Site, now: dt.datetime) -> RecentRefusal | None:
    """Return the newest refusal of the current or the last hour."""
    refusal = (
        Refusal.objects.filter(site=site, hour_at__gte=now - 2 * REFUSAL_AGE)
        .order_by("-hour_at", "-pk")
        .first()
    )
    if refusal is None:
        return None
    hour = refusal.hour_at.astimezone(site.zone).strftime("%H:%M")
    words = words_of(refusal.reason, site)
    return RecentRefusal(refusal.get_reason_display(), words, refusal.count, hour)


def _ago(age: dt.timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    if seconds < 1:
        return "just now"
    if seconds < MINUTE_SECONDS:
        return f"{seconds} second{'' if seconds == 1 else 's'} ago"
    return f"{timesince(dt.datetime.min, dt.datetime.min + age, depth=1)} ago".replace("\xa0", " ")
