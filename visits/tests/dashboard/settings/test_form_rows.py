"""Rows of a form that are added, removed and moved."""

from __future__ import annotations

import pytest

from visits.dashboard.settings.form_rows import Intent, arrange


@pytest.mark.parametrize(
    ("intent", "rows", "focus"),
    [
        ("add", "abc_", 3),
        ("remove-0", "bc", 0),
        ("remove-2", "ab", 1),
        ("up-1", "bac", 0),
        ("up-0", "abc", 0),
        ("down-0", "bac", 1),
        ("down-2", "abc", 2),
        ("remove-7", "abc", None),
    ],
)
def test_rows_are_arranged(intent: str, rows: str, focus: int | None) -> None:
    assert arrange("abc", Intent.of({"intent": intent}), "_") == (list(rows), focus)


def test_nothing_is_left_after_the_last_row() -> None:
    assert arrange("a", Intent.of({"intent": "remove-0"}), "_") == ([], None)


@pytest.mark.parametrize("posted", ["", "save", "delete", "up", "up-x", "up-100", "add\n", "\x00"])
def test_everything_else_is_to_store(posted: str) -> None:
    assert Intent.of({"intent": posted}) == Intent("save")


def test_enter_without_a_button_is_to_store() -> None:
    assert Intent.of({}) == Intent("save")
