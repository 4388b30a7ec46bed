"""A series in a terminal."""

from __future__ import annotations

from visits.charts.terminal import column_chart


def test_highest_value_is_as_high_as_the_chart_and_zero_is_empty() -> None:
    assert column_chart([4, 0, 2], "4", height=2) == ["4 ┤█", "0 ┤█ █"]


def test_parts_of_a_line_are_parts_of_a_block() -> None:
    assert column_chart([8, 1, 6], "8", height=1) == ["8 ┤█▁▆"]


def test_least_value_is_seen_and_a_gap_is_not() -> None:
    assert column_chart([100_000, 1, None], "100k", height=2) == ["100k ┤█", "   0 ┤█▁"]


def test_quiet_days_lie_at_zero() -> None:
    assert column_chart([0, 0], "0", height=2) == ["0 ┤", "0 ┤"]
