"""Ids of dimensions: made once, remembered after the commit."""

from __future__ import annotations

from typing import Any

from visits.collect import dimension_ids
from visits.collect.dimension_ids import DimensionIds
from visits.models import Screen


def test_missing_rows_are_made_once(db: None) -> None:
    screens = DimensionIds(Screen, "size")

    first = screens.get_or_create([("1x1",), ("2x2",), ("1x1",)])
    second = DimensionIds(Screen, "size").get_or_create([("2x2",), ("3x3",)])

    assert set(first) == {("1x1",), ("2x2",)}
    assert second[("2x2",)] == first[("2x2",)]
    assert Screen.objects.count() == 3


def test_ids_are_remembered_only_after_the_commit(
    db: None, django_capture_on_commit_callbacks: Any, django_assert_num_queries: Any
) -> None:
    screens = DimensionIds(Screen, "size")
    with django_capture_on_commit_callbacks(execute=True):
        screens.get_or_create([("1x1",)])
        assert screens.known == {}

    with django_assert_num_queries(0):
        assert set(screens.get_or_create([("1x1",)])) == {("1x1",)}


def test_full_memory_is_emptied(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(dimension_ids, "KNOWN_MAX_COUNT", 1)
    screens = DimensionIds(Screen, "size")
    screens.known = {("1x1",): 1, ("2x2",): 2}

    screens._remember({("3x3",): 3})

    assert screens.known == {("3x3",): 3}
