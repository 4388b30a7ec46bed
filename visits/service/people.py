"""Sites and accounts: how many there are, and how many are new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from sites.models import Site

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class New:
    """All of them, those of the last seven days, and those of the seven before."""

    total: int
    new: int
    before: int


@dataclass(frozen=True, slots=True)
class Sites(New):
    paused: int


def accounts(now: dt.datetime) -> New:
    return New(**User.objects.aggregate(**_counts("date_joined", now)))


def sites(now: dt.datetime) -> Sites:
    paused = Count("pk", filter=Q(paused_at__isnull=False))
    return Sites(**Site.objects.aggregate(**_counts("created_at", now), paused=paused))


def _counts(field: str, now: dt.datetime) -> dict[str, Count]:
    week, before = now - WEEK, now - 2 * WEEK
    return {
        "total": Count("pk"),
        "new": Count("pk", filter=Q(**{f"{field}__gte": week})),
        "before": Count("pk", filter=Q(**{f"{field}__gte": before, f"{field}__lt": week})),
    }
