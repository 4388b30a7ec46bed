"""Paths of visitors as they are shown."""

from __future__ import annotations

import pytest

from visits.dashboard.label import LONG_PATH, Pieces, pieces


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
