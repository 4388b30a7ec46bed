"""Deliveries: one for each slot and recipient, however often somebody looks."""

import datetime as dt
from zoneinfo import ZoneInfo

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

HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def schedule_again(schedule):
    return Schedule.objects.get(pk=schedule.pk)


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


ZONES = (
    "Pacific/Kiritimati",
    "America/New_York",
    "Asia/Tokyo",
    "Pacific/Honolulu",
    "Europe/Berlin",
)


@pytest.mark.parametrize("rhythm", Schedule.Rhythm)
def test_sites_that_move_to_other_zones_make_no_second_slot(rhythm, report, site):
    make_recipient(
        make_schedule(report, rhythm=rhythm, weekday=SLOT.weekday(), day_of_month=SLOT.day)
    )
    counts = []

    for zone in ZONES * 2:
        Site.objects.filter(pk=site.pk).update(time_zone=zone)
        counts.append(plan_due(SLOT + 16 * HOUR))

    assert counts == [1] + [0] * 9


def test_week_after_the_sites_moved_has_its_slot(recipient, site):
    """The longest way there is, to where the day begins 25 hours earlier."""
    Site.objects.filter(pk=site.pk).update(time_zone="Pacific/Pago_Pago")
    plan_due(SLOT + DAY)
    Site.objects.filter(pk=site.pk).update(time_zone="Pacific/Kiritimati")

    assert plan_due(SLOT + 7 * DAY) == 1


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("time", ["00:00", "02:30", "23:59"])
def test_every_day_has_one_slot_when_clocks_change(report, zone, time):
    schedule = make_schedule(report, rhythm=Schedule.Rhythm.DAILY, time_zone=zone, time=time)
    make_recipient(schedule)
    clocks = ZoneInfo(zone)

    for first in (
        dt.date(2026, 3, 6),
        dt.date(2026, 3, 27),
        dt.date(2026, 10, 2),
        dt.date(2026, 10, 23),
    ):
        noons = [dt.datetime.combine(first + day * DAY, dt.time(12), dt.UTC) for day in range(5)]
        plan_due(noons[0])
        assert [plan_due(noon) for noon in noons[1:]] == [1] * 4

    days = [slot_at.astimezone(clocks).date() for _, slot_at in slots()]
    assert len(set(days)) == len(days)


def test_sending_now_takes_no_slot_away(schedule, recipient):
    plan_now(schedule, SLOT - HOUR)

    assert plan_due(SLOT) == 1


def test_two_who_find_a_slot_at_once_make_one_delivery(recipient, monkeypatch):
    """Both have looked before either of them writes."""
    monkeypatch.setattr("visits.digests.planning._known", lambda wanted: set())
    plan_due(SLOT)
    Schedule.objects.update(runs_from=LONG_AGO)

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


def test_next_slot_of_sites_that_moved_is_the_one_that_is_sent(schedule, recipient, site):
    plan_due(SLOT)
    Site.objects.filter(pk=site.pk).update(time_zone="America/New_York")

    assert next_slot_of(schedule_again(schedule), SLOT).isoformat() == "2026-05-11T08:00:00-04:00"


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
