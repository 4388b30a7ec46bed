"""The drawing of series and sparklines, without any page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.charts.geometry import (
    SERIES_HEADROOM,
    SERIES_HEIGHT,
    Point,
    area,
    corners,
    line,
    path,
    path_area,
    plot_width,
    points,
    series_scale,
    sparkline,
    xs,
)
from visits.reports.metrics import Unit


@pytest.mark.parametrize(
    ("highest", "gridlines"),
    [
        (0, [1]),
        (1, [1]),
        (3, [1, 2, 3]),
        (4, [1, 2, 3, 4]),
        (5, [2, 4, 6]),
        (10, [5, 10]),
        (37, [10, 20, 30, 40]),
        (99, [25, 50, 75, 100]),
        (1204, [500, 1000, 1500]),
        (1_000_000, [250_000, 500_000, 750_000, 1_000_000]),
    ],
)
def test_gridlines_of_counts_are_round_and_whole(highest: int, gridlines: list[float]) -> None:
    assert series_scale([0, highest], Unit.COUNT).gridlines() == gridlines


def test_gridlines_of_a_rate_may_be_fractions() -> None:
    gridlines = series_scale([0.2, 0.62], Unit.RATE).gridlines()

    assert gridlines == pytest.approx([0.2, 0.4, 0.6, 0.8])


@pytest.mark.parametrize(
    ("highest", "gridlines"),
    [
        (0, [1]),
        (42, [15, 30, 45]),
        (100, [30, 60, 90, 120]),
        (400, [120, 240, 360, 480]),
        (3_000, [900, 1_800, 2_700, 3_600]),
        (50_000, [18_000, 36_000, 54_000]),
    ],
)
def test_gridlines_of_seconds_are_parts_of_minutes_and_hours(
    highest: int, gridlines: list[float]
) -> None:
    assert series_scale([0, highest], Unit.SECONDS).gridlines() == gridlines


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=50))
def test_every_value_lies_inside_the_drawing(values: list[int]) -> None:
    scale = series_scale(values, Unit.COUNT)

    assert all(SERIES_HEADROOM <= point.y <= SERIES_HEIGHT for point in points(values, scale))
    assert 1 <= len(scale.gridlines()) <= 5


def test_points_span_the_whole_width() -> None:
    assert xs(5) == [0, 25, 50, 75, 100]
    assert xs(1) == [50]
    assert xs(0) == []


def test_zero_lies_at_the_bottom_and_the_top_line_below_the_headroom() -> None:
    scale = series_scale([0, 10], Unit.COUNT)

    assert scale.y(0) == SERIES_HEIGHT
    assert scale.y(10) == SERIES_HEADROOM


def test_area_is_closed_along_zero() -> None:
    corners = [Point(0, 20), Point(100, 10)]

    assert line(corners) == "0,20 100,10"
    assert area(corners, 240) == "0,240 0,20 100,10 100,240"


def test_single_point_is_drawn_as_a_dash() -> None:
    assert line([Point(50, 10)]) == "49,10 51,10"


def test_nothing_is_drawn_without_points() -> None:
    assert (line([]), area([], 240)) == ("", "")


def test_path_of_a_series_counts_buckets_and_leaves_gaps() -> None:
    scale = series_scale([0, 10], Unit.COUNT)

    drawn = corners([10, 0, None, 5, 10, None, 0], scale, 7)

    assert path(drawn, plot_width(7)) == "M0,18l1 222M3,129l1 -111M5.94,240l0.06 0"
    assert path_area(drawn[:2], plot_width(7)) == "M0,18l1 222V240H0z"


def test_many_points_are_on_whole_pixels() -> None:
    drawn = corners([1, 2, 3, 0] * 50, series_scale([3], Unit.COUNT), 200)

    assert path(drawn[:4], plot_width(200)) == "M0,166l1 -74 1 -74 1 222"


def test_single_bucket_stands_in_the_middle() -> None:
    drawn = corners([1], series_scale([1], Unit.COUNT), 1)

    assert path(drawn, plot_width(1)) == "M0.49,18l0.02 0"


def test_sparkline_of_quiet_days_lies_at_zero() -> None:
    assert sparkline([0, 0, 0]).line == "0,32 50,32"


def test_sparkline_ends_in_the_day_that_still_runs() -> None:
    drawing = sparkline([0, 2, 1])

    assert drawing.line == "0,32 50,2"
    assert drawing.running_line == "50,2 100,17"
    assert drawing.area == "0,32 0,32 50,2 50,32"
