"""What has to be sent: a delivery for each slot and recipient, made once whoever asks and however often."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from sites.models import Site
from visits.digests.slots import latest_slot, next_slot, timing_of
from visits.models import Delivery, Recipient, Schedule
from visits.saved.question import sites_in_reach

# Deliveries are removed a year and a month after their slot: by then nobody asks for them.
KEPT = dt.timedelta(days=400)
# Two slots of a rhythm are never closer, wherever clocks are changed. Slots of one day in two zones are.
APART = {
    Schedule.Rhythm.DAILY: dt.timedelta(hours=20),
    Schedule.Rhythm.WEEKLY: dt.timedelta(days=5),
    Schedule.Rhythm.MONTHLY: dt.timedelta(days=26),
}
MOMENT = dt.timedelta(microseconds=1)


def plan_due(now: dt.datetime) -> int:
    """Make the deliveries of the latest slot of every active schedule; return how many were new.

    A slot that passed while nothing ran is made up for, the ones before it are not. Nor are those that only
    another time zone of the sites makes of a day that had its slot.
    """
    wanted: list[Delivery] = []
    planned: list[Schedule] = []
    for schedule in _with_subscribers(Schedule.objects.filter(is_active=True)):
        slot_at = latest_slot(timing_of(schedule, zone_of(schedule)), now)
        if slot_at >= schedule.runs_from:
            wanted += _deliveries(schedule, slot_at, now)
            schedule.runs_from = slot_at + APART[Schedule.Rhythm(schedule.rhythm)]
            planned.append(schedule)
    count = _make(wanted)
    # Last: who is stopped before it finds the same slot again, and its deliveries made.
    Schedule.objects.bulk_update(planned, ["runs_from"])
    return count


def plan_now(schedule: Schedule, now: dt.datetime) -> int:
    """Make deliveries of this very minute; return how many were new. Asked twice, it makes them once."""
    minute = now.replace(second=0, microsecond=0)
    [same] = _with_subscribers(Schedule.objects.filter(pk=schedule.pk))
    return _make(_deliveries(same, minute, now, is_asked_for=True))


def zone_of(schedule: Schedule) -> ZoneInfo:
    """Return the schedule's own zone, else the one that all sites of its report have, else UTC."""
    if schedule.time_zone:
        return ZoneInfo(schedule.time_zone)
    sites = sites_in_reach(schedule.report, Site.objects.all()).order_by()
    names = list(sites.values_list("time_zone", flat=True).distinct()[:2])
    return ZoneInfo(names[0] if len(names) == 1 else "UTC")


def next_slot_of(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """Return when the schedule is due next, as its clocks show it."""
    zone = zone_of(schedule)
    after = max(now, schedule.runs_from - MOMENT)
    return next_slot(timing_of(schedule, zone), after).astimezone(zone)


def remove_old_deliveries(now: dt.datetime) -> int:
    """Remove what is long done; return how many."""
    closed = (Delivery.State.SENT, Delivery.State.FAILED, Delivery.State.CANCELLED)
    count, _ = Delivery.objects.filter(state__in=closed, slot_at__lt=now - KEPT).delete()
    return count


def _with_subscribers(schedules: QuerySet[Schedule]) -> QuerySet[Schedule]:
    subscribed = Recipient.objects.subscribed()
    return schedules.select_related("report").prefetch_related(
        Prefetch("recipients", subscribed, to_attr="subscribers")
    )


def _deliveries(
    schedule: Schedule, slot_at: dt.datetime, now: dt.datetime, *, is_asked_for: bool = False
) -> list[Delivery]:
    recipients: list[Recipient] = schedule.subscribers  # type: ignore[attr-defined]  # prefetched
    return [
        Delivery(
            schedule=schedule,
            recipient=recipient,
            slot_at=slot_at,
            due_at=now,
            is_asked_for=is_asked_for,
        )
        for recipient in recipients
        if is_asked_for or recipient.subscribed_at <= slot_at
    ]


def _make(wanted: list[Delivery]) -> int:
    """Store those that are new. Two processes may come here at once: the constraint lets one of them win."""
    known = _known(wanted)
    new = [each for each in wanted if (each.recipient_id, each.slot_at) not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _known(wanted: list[Delivery]) -> set[tuple[int, dt.datetime]]:
    """Return the recipients and slots for which there are deliveries, of the slots of some."""
    if not wanted:
        return set()
    of_slots = Delivery.objects.filter(slot_at__in={each.slot_at for each in wanted})
    return set(of_slots.values_list("recipient_id", "slot_at"))
