"""Texts of visitors as people read them."""

from __future__ import annotations

import pytest

from visits.reports.visible import visible


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
