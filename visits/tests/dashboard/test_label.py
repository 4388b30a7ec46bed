"""Texts of visitors as they are shown."""

from __future__ import annotations

import pytest

from visits.dashboard.label import LONG_PATH, Pieces, pieces, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/plain", "/plain"),
        ("/\u202egnp.exe", "/%E2%80%AEgnp.exe"),
        ("a\u2066b\u2069", "a%E2%81%A6b%E2%81%A9"),
        ("/שלום", "/שלום"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_marks_that_turn_a_line_around_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_long_path_keeps_its_end_in_sight() -> None:
    assert pieces("/blog/2026/why-we-moved-into-the-basement") == Pieces(
        "/blog/2026/why-we-moved-int", "o-the-basement"
    )


def test_short_path_is_in_one_piece() -> None:
    path = "/" + "a" * (LONG_PATH - 1)

    assert pieces(path) == Pieces(path)


@pytest.mark.parametrize(
    "path",
    [
        "/مرحبا/بالعالم/هذه-صفحة-طويلة-جدا-باللغة",
        "/" + "a" * LONG_PATH + "e\u0301" + "a" * 13,
        "/" + "a" * LONG_PATH + "👩\u200d🚀" + "a" * 13,
        "/" + "a" * LONG_PATH + "👍🏽" + "a" * 13,
    ],
    ids=["right to left", "accent", "joined", "skin tone"],
)
def test_path_that_would_be_torn_apart_is_in_one_piece(path: str) -> None:
    assert pieces(path) == Pieces(path)
