"""When a schedule is due, by the clocks of its zone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from visits.digests.slots import Timing, latest_slot, next_slot
from visits.models import Schedule

DAILY, WEEKLY, MONTHLY = Schedule.Rhythm


def timing(rhythm, *, weekday=0, day=1, time="08:00", zone="Europe/Berlin"):
    return Timing(rhythm, weekday, day, dt.time.fromisoformat(time), ZoneInfo(zone))


def instant(text):
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("rhythm", "now", "latest", "following"),
    [
        (DAILY, "2026-05-04T05:59Z", "2026-05-03T06:00Z", "2026-05-04T06:00Z"),
        (DAILY, "2026-05-04T06:00Z", "2026-05-04T06:00Z", "2026-05-05T06:00Z"),
        # Where the date is another one already.
        (DAILY, "2026-05-04T23:30Z", "2026-05-04T06:00Z", "2026-05-05T06:00Z"),
        # The fourth of May 2026 is a Monday.
        (WEEKLY, "2026-05-03T20:00Z", "2026-04-27T06:00Z", "2026-05-04T06:00Z"),
        (WEEKLY, "2026-05-08T12:00Z", "2026-05-04T06:00Z", "2026-05-11T06:00Z"),
        (MONTHLY, "2026-05-01T05:00Z", "2026-04-01T06:00Z", "2026-05-01T06:00Z"),
        (MONTHLY, "2026-05-31T12:00Z", "2026-05-01T06:00Z", "2026-06-01T06:00Z"),
        # An hour later by UTC, after clocks were put back.
        (DAILY, "2026-10-25T12:00Z", "2026-10-25T07:00Z", "2026-10-26T07:00Z"),
    ],
)
def test_slot_is_at_a_time_of_the_zone(rhythm, now, latest, following):
    slots = latest_slot(timing(rhythm), instant(now)), next_slot(timing(rhythm), instant(now))

    assert slots == (instant(latest), instant(following))


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-02-27T12:00Z", "2026-01-31T08:00Z"),
        ("2026-03-01T12:00Z", "2026-02-28T08:00Z"),
        ("2028-03-01T12:00Z", "2028-02-29T08:00Z"),
        ("2026-04-30T12:00Z", "2026-04-30T08:00Z"),
    ],
)
def test_short_month_has_its_slot_on_its_last_day(now, latest):
    assert latest_slot(timing(MONTHLY, day=31, zone="UTC"), instant(now)) == instant(latest)


def test_time_that_clocks_jump_over_is_the_jump():
    at_half_past_two = timing(DAILY, time="02:30")

    assert latest_slot(at_half_past_two, instant("2026-03-29T12:00Z")) == instant(
        "2026-03-29T01:00Z"
    )


def test_time_that_comes_twice_has_one_slot():
    at_half_past_two = timing(DAILY, time="02:30")

    first = latest_slot(at_half_past_two, instant("2026-10-25T00:45Z"))
    afterwards = latest_slot(at_half_past_two, instant("2026-10-25T01:45Z"))

    assert first == afterwards == instant("2026-10-25T00:30Z")


def test_day_that_a_country_left_out_has_no_slot():
    """Samoa went from 29 to 31 December 2011."""
    in_apia = timing(DAILY, zone="Pacific/Apia")

    slot = next_slot(in_apia, instant("2011-12-29T18:00Z"))

    assert slot == instant("2011-12-30T18:00Z")
    assert slot.astimezone(in_apia.zone).date() == dt.date(2011, 12, 31)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize("time", ["00:00", "02:30", "23:59"])
def test_every_day_of_a_year_has_one_slot(zone, time):
    daily = timing(DAILY, time=time, zone=zone)
    slot = instant("2026-01-01T00:00Z")

    slots = [slot := next_slot(daily, slot) for _ in range(365)]

    days = [each.astimezone(daily.zone).date() for each in slots]
    assert days == [days[0] + dt.timedelta(days=number) for number in range(365)]
    assert all(latest_slot(daily, each) == each for each in slots)
