"""Days of a site: when what was made of them does not hold any more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from sites.models import Site
from visits.models import SiteDay
from visits.tests.factory import make_visit
from visits.upkeep.closing import close_days
from visits.upkeep.verification import verify_days

MAY_1, MAY_4 = dt.date(2026, 5, 1), dt.date(2026, 5, 4)
NEXT_MORNING = dt.datetime(2026, 5, 5, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def closed(site: Site) -> Site:
    """A site with visits on 1 May, whose facts are gone, and on the 4th."""
    for day in (MAY_1, MAY_4):
        make_visit(site, started_at=dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC))
    close_days(NEXT_MORNING)
    SiteDay.objects.filter(day=MAY_1).update(is_pruned=True)
    return site


def due_days() -> list[dt.date]:
    due = SiteDay.objects.due(with_archive=True)
    return list(due.order_by("day").values_list("day", flat=True))


def move(site: Site, **options: Any) -> None:
    site.time_zone = "Asia/Tokyo"
    site.save(**options)


@pytest.mark.parametrize("options", [{}, {"update_fields": ["time_zone"]}])
def test_days_are_due_when_their_site_moves(closed: Site, options: dict[str, Any]) -> None:
    assert due_days() == []

    move(closed, **options)

    assert due_days() == [MAY_4]
    assert close_days(NEXT_MORNING) == 1
    assert list(verify_days(closed)) == []


def test_days_are_due_when_the_owner_moves_the_site(closed: Site, client: Client) -> None:
    client.force_login(closed.owner)
    fields = {"domain": closed.domain, "name": closed.name, "time_zone": "Asia/Tokyo"}

    client.post(f"/sites/{closed.pk}/settings/", fields)

    closed.refresh_from_db()
    assert closed.time_zone == "Asia/Tokyo"
    assert due_days() == [MAY_4]


@pytest.mark.parametrize("options", [{}, {"update_fields": ["name"]}])
def test_days_hold_when_something_else_of_the_site_changes(
    closed: Site, options: dict[str, Any]
) -> None:
    closed.name = "Another name"
    if options:
        closed.time_zone = "Asia/Tokyo"

    closed.save(**options)

    assert due_days() == []


def test_days_hold_when_the_site_could_not_be_moved(
    closed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Site, "_save_table", fail)

    with pytest.raises(DatabaseError):
        move(closed)

    assert due_days() == []


def test_days_of_other_sites_hold(closed: Site) -> None:
    other = Site.objects.create(owner=closed.owner, name="Other", domain="other.example")

    move(other)

    assert due_days() == []


@pytest.mark.parametrize(
    ("closed_changes", "archived_changes", "is_due", "is_due_for_the_archive"),
    [
        (None, None, True, True),
        (1, None, False, True),
        (1, 0, False, True),
        (0, 1, True, True),
        (1, 1, False, False),
    ],
)
def test_day_is_due_until_what_was_made_of_it_is_of_its_last_change(
    site: Site,
    closed_changes: int | None,
    archived_changes: int | None,
    is_due: bool,
    is_due_for_the_archive: bool,
) -> None:
    SiteDay.objects.create(
        site=site,
        day=MAY_4,
        changes=1,
        closed_changes=closed_changes,
        archived_changes=archived_changes,
    )

    assert SiteDay.objects.due(with_archive=False).exists() == is_due
    assert SiteDay.objects.due(with_archive=True).exists() == is_due_for_the_archive
