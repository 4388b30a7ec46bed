"""What a site knows about itself."""

from __future__ import annotations

import datetime as dt

import pytest

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
    ("text", "names"),
    [("", ["Blog", "Shop"]), ("sho", ["Shop"]), ("example.org", ["Blog"]), ("nothing", [])],
)
def test_sites_are_searched_by_name_and_domain(owner: User, text: str, names: list[str]) -> None:
    for name, domain in (("Shop", "example.com"), ("Blog", "example.org")):
        Site.objects.create(owner=owner, name=name, domain=domain)

    assert [found.name for found in Site.objects.search(text)] == names
