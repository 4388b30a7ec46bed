"""Removing what collection needs for a day or two only."""

from __future__ import annotations

import datetime as dt

from visits.models import DimensionQuota, MessageId, RefusalSample
from visits.upkeep.steps import delete_in_steps

MESSAGE_ID_LIFE = dt.timedelta(hours=24)
SAMPLE_LIFE = dt.timedelta(hours=24)
# Somewhere it is still the day before; a spool may bring hits of a day that has just ended.
QUOTA_LIFE = dt.timedelta(days=2)


def remove_message_ids(now: dt.datetime) -> int:
    """Remove the ids by which a repeated message is known, a day after it; return how many."""
    return delete_in_steps(MessageId.objects.filter(at__lte=now - MESSAGE_ID_LIFE).order_by("at"))


def remove_refusal_samples(now: dt.datetime) -> int:
    """Remove the refused requests that owners could look at for a day; return how many."""
    return delete_in_steps(RefusalSample.objects.filter(at__lte=now - SAMPLE_LIFE).order_by("at"))


def remove_quotas(now: dt.datetime) -> int:
    """Remove the counts of new dimension values of days that have ended everywhere; return how many."""
    return delete_in_steps(DimensionQuota.objects.filter(day__lt=(now - QUOTA_LIFE).date()))
