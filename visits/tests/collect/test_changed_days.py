"""Which days of a site collection marks as changed: those that are over, or nearly."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from sites.models import Site
from visits.collect import batch
from visits.collect.batch import write_batch
from visits.collect.drain import drain_batch
from visits.collect.outcome import Engagement, NewHit
from visits.collect.spool import SpooledBatch, _decode, _encode
from visits.models import Hit, SiteDay
from visits.models.time import from_day
from visits.tests.collect.outcomes import DAY, NOON, make_new_hit

MIDNIGHT = (DAY + 1) * 86_400
TODAY = from_day(DAY)
TOMORROW = from_day(DAY + 1)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(self, at: int) -> None:
        class Time:
            @staticmethod
            def time() -> float:
                return at

        self.monkeypatch.setattr(batch, "time", Time)


def hit(site: Site, seconds: int = 0, *, day: int = DAY, **fields: Any) -> NewHit:
    """Return a hit so many seconds after noon, or at the noon of another day."""
    ends_at = (day + 1) * 86_400
    return make_new_hit(site.pk, seconds=seconds, day_ends_at=ends_at, **fields)._replace(day=day)


def attention(viewed: NewHit, seconds: int) -> Engagement:
    who = (viewed.site_id, viewed.at + seconds, viewed.day, viewed.visitor, None)
    return Engagement(*who, viewed.page, 5, 50, day_ends_at=MIDNIGHT)


def changes() -> dict[dt.date, int]:
    return dict(SiteDay.objects.values_list("day", "changes"))


@pytest.mark.parametrize(
    ("seconds_left", "expected"),
    [(43_200, {}), (601, {}), (600, {TODAY: 1}), (0, {TODAY: 1}), (-86_400, {TODAY: 1})],
)
def test_day_is_marked_from_ten_minutes_before_its_end(
    site: Site, set_clock: Clock, seconds_left: int, expected: dict[dt.date, int]
) -> None:
    set_clock(MIDNIGHT - seconds_left)

    write_batch([hit(site)])

    assert changes() == expected


def test_each_batch_of_late_hits_raises_the_number(site: Site, set_clock: Clock) -> None:
    set_clock(MIDNIGHT + 60)

    for number in range(3):
        write_batch([hit(site, number, visitor=7), hit(site, number, visitor=number)])

    assert changes() == {TODAY: 3}


def test_visit_that_goes_on_after_midnight_marks_the_day_it_began(
    site: Site, set_clock: Clock
) -> None:
    set_clock(NOON)
    write_batch([hit(site, 43_100, visitor=1)])
    set_clock(MIDNIGHT + 60)

    write_batch([hit(site, 43_260, day=DAY + 1, visitor=2, visitor_before=1)])

    assert changes() == {TODAY: 1}
    assert set(Hit.objects.values_list("day", flat=True)) == {TODAY}


def test_late_attention_to_a_view_marks_the_day(site: Site, set_clock: Clock) -> None:
    viewed = hit(site)
    set_clock(NOON)
    write_batch([viewed])
    set_clock(MIDNIGHT)

    write_batch([attention(viewed, 10)])

    assert changes() == {TODAY: 1}


def test_attention_to_nothing_marks_no_day(site: Site, set_clock: Clock) -> None:
    set_clock(MIDNIGHT)

    write_batch([attention(hit(site), 10)])

    assert changes() == {}


def test_days_of_several_sites_are_marked_each(site: Site, set_clock: Clock) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    set_clock(MIDNIGHT)

    write_batch(
        [
            hit(other, visitor=1),
            hit(site, visitor=2),
            hit(site, day=DAY - 1, visitor=3),
            hit(site, day=DAY + 1, visitor=4),
        ]
    )

    marked = SiteDay.objects.order_by("site", "day").values_list("site", "day", "changes")
    assert list(marked) == [
        (site.pk, from_day(DAY - 1), 1),
        (site.pk, TODAY, 1),
        (other.pk, TODAY, 1),
    ]


def test_what_waited_in_the_spool_marks_the_day_by_the_clock_of_its_coming(
    site: Site, set_clock: Clock
) -> None:
    waiting = _decode(_encode(hit(site)))
    set_clock(MIDNIGHT + 300)

    drain_batch("spool", SpooledBatch(1, [waiting], ""))

    assert changes() == {TODAY: 1}


def test_what_an_older_version_spooled_counts_as_late(site: Site, set_clock: Clock) -> None:
    set_clock(NOON)
    known_then = NewHit._fields.index("day_ends_at")
    old = _encode(hit(site))[: 1 + known_then]

    drain_batch("spool", SpooledBatch(1, [_decode(old)], ""))

    assert changes() == {TODAY: 1}


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_days_never_wait_for_each_other(site: Site) -> None:
    days = [DAY - number for number in range(12)]

    def write(order: int) -> None:
        try:
            for turn in range(10):
                hits = [
                    hit(site, day=day, visitor=order * (1000 * turn + day % 1000 + 1))
                    for day in days[::order]
                ]
                write_batch(hits)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (1, -1)))

    assert set(changes().values()) == {20}
