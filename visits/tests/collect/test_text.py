"""Text of strangers, made fit for a column."""

from __future__ import annotations

import pytest

from visits.collect.text import clean_text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain", "plain"),
        ("  spaces  ", "spaces"),
        ("a\x00b\x1fc\x7fd", "abcd"),
        ("a\r\nb", "ab"),
        ("a\ud800b", "ab"),
        ("Grüße 💩", "Grüße 💩"),
        ("", ""),
    ],
)
def test_what_no_database_stores_is_left_out(text: str, clean: str) -> None:
    assert clean_text(text, 100) == clean


def test_text_is_cut_by_characters() -> None:
    assert clean_text("💩" * 50, 10) == "💩" * 10
