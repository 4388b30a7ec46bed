"""Deliveries: one for each slot and recipient, however often somebody looks."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sites.models import Site
from visits.digests.planning import (
    next_slot_of,
    plan_due,
    plan_now,
    remove_old_deliveries,
    zone_of,
)
from visits.models import Delivery, Schedule
from visits.tests.digests.factory import (
    DAY,
    LONG_AGO,
    MINUTE,
    SLOT,
    make_delivery,
    make_recipient,
    make_report,
    make_schedule,
)

pytestmark = pytest.mark.django_db


def slots():
    return sorted(Delivery.objects.values_list("recipient__email", "slot_at"))


def test_slot_makes_a_delivery_for_each_recipient(schedule, recipient):
    make_recipient(schedule, "ben@example.com")

    assert plan_due(SLOT) == 2

    assert slots() == [("ada@example.com", SLOT), ("ben@example.com", SLOT)]


def test_slot_makes_its_deliveries_once(recipient):
    found = [plan_due(SLOT + minutes * MINUTE) for minutes in (0, 1, 2000)]

    assert found == [1, 0, 0]
    assert slots() == [("ada@example.com", SLOT)]


def test_two_who_find_a_slot_at_once_make_one_delivery(recipient, monkeypatch):
    """Both have looked before either of them writes."""
    monkeypatch.setattr("visits.digests.planning._known", lambda wanted: set())
    plan_due(SLOT)

    plan_due(SLOT)

    assert slots() == [("ada@example.com", SLOT)]


def test_nothing_is_due_before_the_slot(recipient):
    Schedule.objects.update(runs_from=SLOT - DAY)

    assert plan_due(SLOT - MINUTE) == 0


def test_only_the_latest_of_missed_slots_is_made_up_for(recipient):
    plan_due(SLOT + 16 * DAY)

    assert slots() == [("ada@example.com", SLOT + 14 * DAY)]


def test_new_schedule_sends_nothing_for_the_past(schedule, recipient):
    Schedule.objects.filter(pk=schedule.pk).update(runs_from=SLOT + MINUTE)

    assert plan_due(SLOT + DAY) == 0
    assert plan_due(SLOT + 7 * DAY) == 1


def test_new_recipient_gets_nothing_of_the_past(schedule):
    make_recipient(schedule, subscribed_at=SLOT + MINUTE)

    assert plan_due(SLOT + DAY) == 0
    assert plan_due(SLOT + 7 * DAY) == 1


def test_inactive_schedule_sends_nothing(recipient):
    Schedule.objects.update(is_active=False)

    assert plan_due(SLOT) == 0


def test_who_has_unsubscribed_gets_nothing(schedule):
    make_recipient(schedule, unsubscribed_at=LONG_AGO)

    assert plan_due(SLOT) == 0


def test_sending_now_makes_deliveries_of_this_minute(schedule, recipient):
    now = dt.datetime(2026, 5, 6, 9, 30, 12, tzinfo=dt.UTC)

    counts = [plan_now(schedule, now), plan_now(schedule, now + dt.timedelta(seconds=20))]

    assert counts == [1, 0]
    assert slots() == [("ada@example.com", now.replace(second=0))]


def test_sending_now_includes_who_is_new(schedule):
    make_recipient(schedule, subscribed_at=SLOT)

    assert plan_now(schedule, SLOT + MINUTE) == 1


def test_zone_is_the_schedules_own_when_it_has_one(schedule):
    schedule.time_zone = "Asia/Tokyo"

    assert str(zone_of(schedule)) == "Asia/Tokyo"


def test_zone_is_that_of_the_sites_when_they_have_one(schedule):
    assert str(zone_of(schedule)) == "Europe/Berlin"


def test_zone_is_utc_when_sites_have_several(site, owner):
    Site.objects.create(owner=owner, name="Far", domain="far.example", time_zone="Asia/Tokyo")

    assert str(zone_of(make_schedule(make_report()))) == "UTC"


def test_next_slot_is_shown_by_the_clocks_of_the_zone(schedule):
    assert next_slot_of(schedule, SLOT).isoformat() == "2026-05-11T08:00:00+02:00"


def test_old_deliveries_are_removed_and_open_ones_kept(recipient):
    make_delivery(recipient, SLOT, state=Delivery.State.SENT)
    make_delivery(recipient, SLOT + DAY, state=Delivery.State.QUEUED)
    make_delivery(recipient, SLOT + 30 * DAY, state=Delivery.State.SENT)

    assert remove_old_deliveries(SLOT + 401 * DAY) == 1
    assert [slot_at for _, slot_at in slots()] == [SLOT + DAY, SLOT + 30 * DAY]


def test_planning_asks_no_more_for_more_recipients_and_zones(report):
    for _ in range(3):
        schedule = make_schedule(report, time_zone="Europe/Berlin")
        make_recipient(schedule)
    with CaptureQueriesContext(connection) as few:
        plan_due(SLOT)
    for number in range(10):
        schedule = make_schedule(report, time_zone="Europe/Berlin")
        make_recipient(schedule, f"{number}@example.com")

    with CaptureQueriesContext(connection) as many:
        plan_due(SLOT)

    assert len(many) == len(few)
