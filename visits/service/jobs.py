"""What upkeep could not do, and the mails that could not be sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from visits.models import Delivery, UpkeepJob

# Six rounds of upkeep, of which one may be long.
OVERDUE_AFTER = dt.timedelta(hours=1)
# A mail that is due goes out within a minute.
LATE_AFTER = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of upkeep: all, those whose last run failed, and those that did not run for an hour."""

    known: int
    failed: int
    overdue: int
    oldest_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Mails:
    """The mails of scheduled reports: those that failed, and those that should have gone out long ago."""

    failed: int
    late: int


def jobs(now: dt.datetime) -> Jobs:
    found = UpkeepJob.objects.aggregate(
        known=Count("pk"),
        failed=Count("pk", filter=~Q(problem="")),
        overdue=Count("pk", filter=Q(ran_at__lt=now - OVERDUE_AFTER)),
        oldest_at=Min("ran_at"),
    )
    return Jobs(**found)


def mails(now: dt.datetime) -> Mails:
    states = Delivery.State
    is_open = Q(state__in=(states.QUEUED, states.SENDING), due_at__lt=now - LATE_AFTER)
    found = Delivery.objects.aggregate(
        failed=Count("pk", filter=Q(state=states.FAILED)), late=Count("pk", filter=is_open)
    )
    return Mails(**found)
