"""Ids of dimensions: made once, remembered after the commit, bounded by the day."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from sites.models import Site
from visits.collect import dimension_ids
from visits.collect.dimension_ids import OTHER, DimensionIds, pages
from visits.models import DimensionQuota, Page, Screen

MONDAY, TUESDAY = 20_000, 20_001


@pytest.fixture
def screens() -> DimensionIds:
    return make_screens()


def make_screens() -> DimensionIds:
    return DimensionIds(Screen, "size", other=lambda key: (OTHER,))


def home(site: Site, day: int = MONDAY) -> tuple[int, int]:
    return site.pk, day


def test_missing_rows_are_made_once(site: Site, screens: DimensionIds) -> None:
    first = screens.get_or_create([("1x1",), None, ("2x2",), ("1x1",)], [home(site)] * 4)
    second = make_screens().get_or_create([("2x2",), ("3x3",)], [home(site)] * 2)

    assert first[0] == first[3] != first[2] == second[0]
    assert first[1] is None
    assert Screen.objects.count() == 3


def test_ids_are_remembered_only_after_the_commit(
    site: Site,
    screens: DimensionIds,
    django_capture_on_commit_callbacks: Any,
    django_assert_num_queries: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ids = screens.get_or_create([("1x1",)], [home(site)])
        assert screens.known == {}

    with django_assert_num_queries(0):
        assert screens.get_or_create([("1x1",)], [home(site)]) == ids


def test_full_memory_is_emptied(monkeypatch: pytest.MonkeyPatch, screens: DimensionIds) -> None:
    monkeypatch.setattr(dimension_ids, "KNOWN_MAX_COUNT", 1)
    screens.known = {("1x1",): 1, ("2x2",): 2}

    screens._remember({("3x3",): 3})

    assert screens.known == {("3x3",): 3}


def test_long_values_fill_the_memory_sooner(
    monkeypatch: pytest.MonkeyPatch, screens: DimensionIds
) -> None:
    monkeypatch.setattr(dimension_ids, "KNOWN_MAX_CHARACTERS", 5)

    for number, size in enumerate(("1x1", "2x2", "3x3")):
        screens._remember({(size,): number})

    assert screens.known == {("3x3",): 2}


def test_values_are_found_without_being_made(site: Site, screens: DimensionIds) -> None:
    [known] = screens.get_or_create([("1x1",)], [home(site)])

    assert screens.find([("1x1",), ("9x9",)]) == [known, None]
    assert Screen.objects.count() == 1


def test_value_beyond_the_quota_is_found_as_the_other(
    site: Site, screens: DimensionIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dimension_ids, "NEW_VALUES_PER_DAY", 0)
    [other] = screens.get_or_create([("1x1",)], [home(site)])

    assert screens.find([("1x1",)]) == [other]


def make_pages(site: Site, count: int, prefix: str = "", day: int = MONDAY) -> list[int]:
    keys = [(site.pk, "example.com", f"/{prefix}{number}") for number in range(count)]
    return pages.get_or_create(keys, [home(site, day)] * count)


def test_beyond_the_quota_of_a_day_values_are_one_other(
    site: Site, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(dimension_ids, "NEW_VALUES_PER_DAY", 3)

    with django_capture_on_commit_callbacks(execute=True):
        first = make_pages(site, 5)
    with django_capture_on_commit_callbacks(execute=True):
        again = make_pages(site, 5)
        more = make_pages(site, 2, "more")

    other = Page.objects.get(path=OTHER)
    assert len(set(first)) == 4
    assert first[3:] == more == [other.pk, other.pk]
    assert again == first
    assert Page.objects.count() == 4
    assert DimensionQuota.objects.get().count == 5


def test_another_day_and_another_site_have_a_quota_of_their_own(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dimension_ids, "NEW_VALUES_PER_DAY", 3)
    neighbour = Site.objects.create(owner=site.owner, name="N", domain="neighbour.example")
    make_pages(site, 5)

    make_pages(site, 3, "tomorrow", TUESDAY)
    make_pages(neighbour, 3)

    assert Page.objects.filter(site=site).exclude(path=OTHER).count() == 6
    assert Page.objects.filter(site=neighbour).count() == 3
    assert not Page.objects.filter(site=neighbour, path=OTHER).exists()


@pytest.mark.parametrize(
    "dimension", dimension_ids.DIMENSIONS, ids=lambda dimension: dimension.name
)
def test_other_value_of_each_dimension_can_be_stored(
    site: Site, dimension: DimensionIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dimension_ids, "NEW_VALUES_PER_DAY", 0)
    key = tuple(
        site.pk if field == "site_id" else ("direct" if field == "channel" else "de")
        for field in dimension.fields
    )

    [first] = dimension.get_or_create([key], [home(site)])
    [second] = dimension.get_or_create([key], [home(site, TUESDAY)])

    row = apps.get_model("visits", dimension.name)._default_manager.get()
    assert first == second == row.pk
    # SQLite stores any length; these are the columns' own limits.
    row.clean_fields(exclude=[name for name in dimension.fields if not getattr(row, name)])
