"""What arrives: hits by the minute, and what was counted and refused today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, Subquery, Sum

from sites.models import Site
from visits.models import Hit, Refusal, Visit
from visits.reports.days import ONE_MINUTE

RATE_SPAN = dt.timedelta(minutes=5)
# More are not looked at: when these came in a shorter time, that time is what they are divided by.
HITS_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class HitsNow:
    """`newest_at` is when the hit that was stored last happened; `kept` is about how many there are."""

    per_minute: float
    newest_at: dt.datetime | None
    kept: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What has today's date: visits and hits, and how many sites had one."""

    visits: int
    hits: int
    sites: int


def hits_now(now: dt.datetime) -> HitsNow:
    """Return how many hits come in a minute, on average over the last five.

    One statement over the hits that were stored last. While a long log of past days is imported, those are
    its hits, and the rate is too low.
    """
    first_id, last_id = (
        Subquery(Hit.objects.order_by(order).values("pk")[:1]) for order in ("pk", "-pk")
    )
    newest = Hit.objects.filter(pk__gt=last_id - HITS_LOOKED_AT)
    lately = Q(at__gt=now - RATE_SPAN, at__lte=now)
    found = newest.aggregate(
        looked_at=Count("pk"),
        count=Count("pk", filter=lately),
        began_at=Min("at", filter=lately),
        newest_at=Max("at"),
        last_id=Max("pk"),
        first_id=Max(first_id),
    )
    kept = found["last_id"] - found["first_id"] + 1 if found["looked_at"] else 0
    span = RATE_SPAN
    if found["count"] == found["looked_at"] and kept > HITS_LOOKED_AT:
        # All of them are of the last minutes, in which there were more.
        span = max(now - found["began_at"], dt.timedelta(seconds=1))
    return HitsNow(found["count"] / (span / ONE_MINUTE), found["newest_at"], kept)


def counted_today(now: dt.datetime) -> Counted:
    """Return what was counted on the date of `now` in UTC: each site has this date in its own time zone.

    One statement, which the index of visits answers site by site.
    """
    of_sites = Visit.objects.filter(
        site__in=Site.objects.values("pk"), day=now.date(), pk__gt=F("site__last_reset_visit")
    )
    found = of_sites.aggregate(
        visits=Count("pk"),
        pageviews=Sum("pageviews", default=0),
        events=Sum("events", default=0),
        sites=Count("site", distinct=True),
    )
    return Counted(found["visits"], found["pageviews"] + found["events"], found["sites"])


def refused_today(now: dt.datetime) -> dict[str, int]:
    """Return what was refused since midnight UTC by reason, the most frequent first; one statement."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Refusal.objects.filter(site__in=Site.objects.values("pk"), hour_at__gte=midnight)
    by_reason = rows.values("reason").annotate(total=Sum("count")).order_by("-total", "reason")
    return dict(by_reason.values_list("reason", "total"))
