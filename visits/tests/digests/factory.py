"""Schedules for tests: plain functions with defaults. All began long before the numbers of the tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sites.models import Site
from visits.models import Delivery, Recipient, Report, Schedule

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# A Monday, 08:00 in Berlin.
SLOT = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def make_report(
    name: str = "Channels", *, sites: Iterable[Site] | None = None, **fields: Any
) -> Report:
    """Store a report of visitors by channel: of all sites, or of some."""
    known = {"metrics": ["visitors"], "dimension": "channel", "period": "7d", **fields}
    if sites is None:
        return Report.objects.create(name=name, **known)
    report = Report.objects.create(name=name, reach=Report.Reach.SITES, **known)
    report.sites.set(sites)
    return report


def make_schedule(report: Report, **fields: Any) -> Schedule:
    return Schedule.objects.create(report=report, **{"runs_from": LONG_AGO, **fields})


def make_recipient(
    schedule: Schedule, email: str = "ada@example.com", name: str = "Ada", **fields: Any
) -> Recipient:
    known = {"subscribed_at": LONG_AGO, **fields}
    return Recipient.objects.create(schedule=schedule, email=email, name=name, **known)


def make_delivery(recipient: Recipient, slot_at: dt.datetime = SLOT, **fields: Any) -> Delivery:
    return Delivery.objects.create(
        schedule=recipient.schedule, recipient=recipient, slot_at=slot_at, **fields
    )
