"""Tables in a terminal: columns stand under each other, and nothing is obeyed."""

from __future__ import annotations

import pytest

from visits.files.text import WIDEST, plain, text_lines


def test_numbers_stand_at_their_right_edge_and_words_at_their_left() -> None:
    rows = [("/pricing", "7"), ("/", "1,204")]

    assert list(text_lines(("Page", "Visits"), rows, (False, True))) == [
        "Page      Visits",
        "--------  ------",
        "/pricing       7",
        "/          1,204",
    ]


def test_wide_and_combining_signs_keep_the_columns() -> None:
    lines = list(text_lines(("a", "b"), [("日本", "1"), ("e\u0301", "2")], (False, True)))

    assert lines[2:] == ["日本  1", "e\u0301     2"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("\x9b2J", "\ufffd2J"),
        ("52\u00a0%", "52 %"),
        ("a\nb\tc", "a\ufffdb\ufffdc"),
        ("/\u202egnp.exe", "/%E2%80%AEgnp.exe"),
        ("x" * 100, "x" * (WIDEST - 1) + "…"),
    ],
)
def test_terminal_shows_what_visitors_sent_and_does_not_obey_it(text: str, shown: str) -> None:
    assert plain(text) == shown
