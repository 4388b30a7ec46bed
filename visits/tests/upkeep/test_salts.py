"""What could link a visitor to a person is destroyed, and not too early."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from visits.models import OpenVisit, Salt
from visits.upkeep.salts import destroy_salts

MONDAY = dt.date(2026, 5, 4)
TUESDAY = dt.date(2026, 5, 5)
LONG_AGO = dt.datetime(2026, 5, 3, 10, tzinfo=dt.UTC)
# Monday ends last in UTC-12, at noon of Tuesday in UTC; a visit of Monday may go on for another day.
END = dt.datetime(2026, 5, 6, 12, tzinfo=dt.UTC)
ONE_SECOND = dt.timedelta(seconds=1)


def make_salt(day: dt.date, created_at: dt.datetime = LONG_AGO) -> Salt:
    return Salt.objects.create(day=day, created_at=created_at)


@pytest.mark.parametrize(("now", "count"), [(END - ONE_SECOND, 0), (END, 1)])
def test_salt_lasts_as_long_as_a_visit_of_its_day_may(
    db: None, now: dt.datetime, count: int
) -> None:
    make_salt(MONDAY)

    assert destroy_salts(now) == count

    assert Salt.objects.count() == 1 - count


def test_open_visits_go_with_the_salt_of_their_day(db: None) -> None:
    for day in (MONDAY, TUESDAY):
        make_salt(day)
        OpenVisit.objects.create(visitor=day.day, day=day)

    destroy_salts(END)

    assert list(Salt.objects.values_list("day", flat=True)) == [TUESDAY]
    assert list(OpenVisit.objects.values_list("day", flat=True)) == [TUESDAY]


@pytest.mark.parametrize(("hours", "count"), [(23, 0), (24, 1)])
def test_salt_of_a_past_day_lasts_while_an_import_may_run(db: None, hours: int, count: int) -> None:
    make_salt(MONDAY - dt.timedelta(days=400), created_at=END)

    assert destroy_salts(END + dt.timedelta(hours=hours)) == count


@pytest.mark.django_db(transaction=True)
def test_destroyed_salt_is_in_no_file_of_the_database() -> None:
    if not settings.IS_SQLITE:
        pytest.skip("PostgreSQL keeps its files to itself.")
    secret = bytes(make_salt(MONDAY).value)

    destroy_salts(END)

    name = str(connection.settings_dict["NAME"])
    files = [Path(f"{name}{ending}") for ending in ("", "-wal")]
    assert files[0].stat().st_size > 0
    assert not any(secret in file.read_bytes() for file in files if file.exists())
