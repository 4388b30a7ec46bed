"""What a site knows about itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from sites.models import KEY_ALPHABET, KEY_LENGTH, Site, make_key


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [
        ("UTC", dt.date(2026, 5, 4)),
        ("Europe/Berlin", dt.date(2026, 5, 5)),
        ("Pacific/Kiritimati", dt.date(2026, 5, 5)),
        ("America/Los_Angeles", dt.date(2026, 5, 4)),
    ],
)
def test_day_is_that_of_the_sites_time_zone(time_zone: str, day: dt.date) -> None:
    late_evening = dt.datetime(2026, 5, 4, 22, 0, tzinfo=dt.UTC)

    assert Site(time_zone=time_zone).day_of(late_evening) == day


def test_keys_are_of_letters_that_nobody_confuses_and_differ() -> None:
    keys = {make_key() for _ in range(100)}

    assert len(keys) == 100
    assert {len(key) for key in keys} == {KEY_LENGTH}
    assert set("".join(keys)) <= set(KEY_ALPHABET)
    assert not set("il1o0") & set(KEY_ALPHABET)


@pytest.mark.parametrize(
    "mark", [*"\n\r\t\x00\x1b\x7f\x85\u2028\ud800", *"\u061c\u200e\u200f\u202a\u202e\u2066\u2069"]
)
def test_name_is_one_line(site: Site, mark: str) -> None:
    site.name = f"My{mark}site"

    with pytest.raises(ValidationError, match="line break or another control character"):
        site.full_clean()


@pytest.mark.parametrize("name", ["Größe & Co.", "日本", "מכולת", "👩\u200d💻"])
def test_name_is_in_any_language(site: Site, name: str) -> None:
    site.name = name

    site.full_clean()


@pytest.mark.parametrize(
    ("text", "names"),
    [("", ["Blog", "Shop"]), ("sho", ["Shop"]), ("example.org", ["Blog"]), ("nothing", [])],
)
def test_sites_are_searched_by_name_and_domain(owner: User, text: str, names: list[str]) -> None:
    for name, domain in (("Shop", "example.com"), ("Blog", "example.org")):
        Site.objects.create(owner=owner, name=name, domain=domain)

    assert [found.name for found in Site.objects.search(text)] == names


# Deleting

NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)


def test_discarded_site_is_one_for_nobody_but_those_who_remove_it(site: Site) -> None:
    assert Site.objects.filter(pk=site.pk).discard(NOW) == 1

    assert not Site.objects.exists()
    left = Site.with_deleted.get()
    assert (left.deleted_at, left.owner) == (NOW, None)


def test_site_is_discarded_once(site: Site) -> None:
    Site.objects.filter(pk=site.pk).discard(NOW)

    assert Site.with_deleted.all().discard(NOW + dt.timedelta(days=1)) == 0
    assert Site.with_deleted.get().deleted_at == NOW


def test_domain_of_a_deleted_site_may_be_added_again(site: Site, owner: User) -> None:
    for _ in range(2):
        Site.objects.all().discard(NOW)
        again = Site(owner=owner, name="Again", domain=site.domain)
        again.full_clean()
        again.save()

    assert Site.objects.get() == again
    assert Site.with_deleted.count() == 3


def test_sites_of_a_deleted_owner_are_left_to_upkeep(site: Site, stranger: User) -> None:
    kept = Site.objects.create(owner=stranger, name="Kept", domain=site.domain)

    User.objects.filter(pk=site.owner_id).delete()

    assert Site.objects.get() == kept
    assert Site.with_deleted.exclude(deleted_at=None).get() == site


@pytest.mark.parametrize(
    ("facts_days", "archive_days"), [(None, 30), (30, 29), (30, 7), (None, 36_500)]
)
def test_database_keeps_the_archive_as_long_as_facts(
    site: Site, facts_days: int | None, archive_days: int
) -> None:
    site.keeps_facts_days, site.keeps_archive_days = facts_days, archive_days

    with pytest.raises(IntegrityError), transaction.atomic():
        site.save()


@pytest.mark.parametrize(
    ("facts_days", "archive_days"), [(None, None), (30, None), (30, 30), (7, 36_500)]
)
def test_site_keeps_facts_at_most_as_long_as_the_archive(
    site: Site, facts_days: int | None, archive_days: int | None
) -> None:
    site.keeps_facts_days, site.keeps_archive_days = facts_days, archive_days

    site.save()
    site.full_clean()
