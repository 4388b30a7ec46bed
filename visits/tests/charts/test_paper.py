"""A series on paper: as wide as the paper, and as high as everywhere."""

from __future__ import annotations

import pytest

from visits.charts.geometry import Point, path, path_area
from visits.charts.paper import stretched


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("", ""),
        ("M0,18l1 222 1 -111", "M0 18l10 222 10 -111"),
        ("M0,18l1 0M3,18l1 0.5", "M0 18l10 0M30 18l10 0.5"),
        ("M0,18l2 0V240H0z", "M0 18l20 0V240H0z"),
        ("M1.5,18l-0.25 1e-05V240H1.5z", "M15 18l-2.5 1e-05V240H15z"),
    ],
)
def test_every_x_is_stretched_and_no_y(narrow: str, wide: str) -> None:
    assert stretched(narrow, 10) == wide


def test_paths_as_they_are_drawn_keep_their_points() -> None:
    points = [Point(0, 240), Point(1, 18.5), None, Point(3, 100), Point(4, 99.5)]

    assert stretched(path(points, 4), 100) == "M0 240l100 -221.5M300 100l100 -0.5"
    assert stretched(path_area(points[:2], 4), 100) == "M0 240l100 -221.5V240H0z"
