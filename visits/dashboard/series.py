"""A report by time as a drawing: lines, gridlines, ticks and the points that can be read out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from visits.dashboard.geometry import SERIES_HEIGHT, Point, Scale, area, line, series_scale, xs
from visits.reports.metrics import Metric, Unit, number
from visits.reports.period import Interval
from visits.reports.results import Bucket, Cell, Report, Row
from visits.templatetags.stats import change, metric_exact, metric_value

# Ticks that fit below the drawing: on a large screen, and of them on a small one.
MAX_TICKS = 8
MINUTES_OF_HOUR = 60
# What the dotted end of a line stands for.
RUNNING = {
    Interval.MINUTE: "This minute so far",
    Interval.HOUR: "This hour so far",
    Interval.DAY: "Today so far",
    Interval.WEEK: "This week so far",
    Interval.MONTH: "This month so far",
}


@dataclass(frozen=True, slots=True)
class Gridline:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str
    anchor: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    x: float
    y: float
    label: str
    value: str
    comparison: str
    change: str
    partial: str


@dataclass(frozen=True, slots=True)
class SeriesDrawing:
    """What templates/visits/_series.html draws."""

    label: str
    metric: str
    period: str
    line: str
    area: str
    partial_line: str
    partial: str
    comparison_line: str
    comparison: str
    is_empty: bool
    gridlines: list[Gridline]
    ticks: list[Tick]
    points: list[SeriesPoint]


def series_drawing(report: Report, now: dt.datetime) -> SeriesDrawing:
    """Return the drawing of a series of one metric. Buckets in the future are left blank."""
    [metric] = report.metrics
    begun = [row for row in report.rows if not _bucket(row).is_future]
    values = [number(row.values[0]) for row in begun]
    before = [number(row.previous[0]) for row in report.rows if row.previous is not None]
    # A line along zero says nothing: the site was not measured then.
    before = before if any(before) else []
    scale = series_scale([*values, *before], is_whole=metric.unit is Unit.COUNT)
    all_xs = xs(len(report.rows))
    corners = [Point(x, scale.y(value)) for x, value in zip(all_xs, values, strict=False)]
    is_partial = len(begun) > 1 and _bucket(begun[-1]).is_partial
    complete = corners[:-1] if is_partial else corners
    return SeriesDrawing(
        label=_drawing_label(report, metric),
        metric=metric.label,
        period=report.query.period.dates_label,
        line=line(complete),
        area=area(complete, SERIES_HEIGHT),
        partial_line=line(corners[-2:]) if is_partial else "",
        partial=_partial_words(begun[-1], report, now) if is_partial else "",
        comparison_line=_comparison_line(before, all_xs, scale),
        comparison=report.query.comparison.dates_label if report.query.comparison else "",
        is_empty=not any([*values, *before]),
        gridlines=[
            Gridline(scale.y(value), metric_value(value, metric)) for value in scale.gridlines()
        ],
        ticks=_ticks(report, all_xs),
        points=[
            _point(row, corner, report, now) for row, corner in zip(begun, corners, strict=True)
        ],
    )


def _comparison_line(before: Sequence[float], all_xs: Sequence[float], scale: Scale) -> str:
    """Return the line of the other period below the buckets that it is compared with."""
    corners = [Point(x, scale.y(value)) for x, value in zip(all_xs, before, strict=False)]
    return line(corners) if corners else ""


def _bucket(row: Row) -> Bucket:
    if row.bucket is None:
        raise TypeError("A series has a bucket in each of its rows.")
    return row.bucket


def _drawing_label(report: Report, metric: Metric) -> str:
    return f"{metric.label} by {report.interval}, {report.query.period.dates_label}"


def _partial_words(row: Row, report: Report, now: dt.datetime) -> str:
    """Return why the last bucket is not a whole one: it still runs, or the period cuts it."""
    if report.interval is None:
        raise TypeError("A series has an interval.")
    is_running = _is_running(_bucket(row), now)
    return RUNNING[report.interval] if is_running else f"A part of the {report.interval}"


def _partial_note(bucket: Bucket, report: Report, now: dt.datetime) -> str:
    """Return what stands behind the name of a bucket that is not whole, empty for one that is."""
    if not bucket.is_partial:
        return ""
    return "so far" if _is_running(bucket, now) else f"a part of the {report.interval}"


def _is_running(bucket: Bucket, now: dt.datetime) -> bool:
    return bucket.start <= now < bucket.end


def _point(row: Row, corner: Point, report: Report, now: dt.datetime) -> SeriesPoint:
    [cell], bucket = report.cells(row), _bucket(row)
    return SeriesPoint(
        x=corner.x,
        y=corner.y,
        label=_long_label(bucket.start, report.interval),
        value=metric_exact(cell.value, cell.metric),
        comparison=metric_exact(cell.previous, cell.metric) if row.previous else "",
        change="" if bucket.is_partial else _change_text(cell),
        partial=_partial_note(bucket, report, now),
    )


def _change_text(cell: Cell) -> str:
    return "" if cell.change_rate is None else change(cell.change_rate)


def _ticks(report: Report, all_xs: Sequence[float]) -> list[Tick]:
    """Return few ticks at natural boundaries: every fifth minute, every third hour, Mondays, or months."""
    starts = [_bucket(row).start for row in report.rows]
    natural = [place for place, start in enumerate(starts) if _is_natural(start, report)]
    chosen = _thinned(natural or list(range(len(starts))), MAX_TICKS)
    return [
        Tick(
            x=all_xs[place],
            label=_short_label(starts[place], report.interval),
            anchor=_anchor(all_xs[place]),
            is_minor=number % 2 == 1,
        )
        for number, place in enumerate(chosen)
    ]


def _is_natural(start: dt.datetime, report: Report) -> bool:
    match report.interval:
        case Interval.MINUTE if len(report.rows) > MINUTES_OF_HOUR:
            return start.hour % 3 == 0 and start.minute == 0
        case Interval.MINUTE:
            return start.minute % 5 == 0
        case Interval.HOUR:
            return start.hour % 3 == 0
        case Interval.DAY if len(report.rows) > MAX_TICKS:
            return start.weekday() == 0
        case _:
            return True


def _thinned(places: list[int], most: int) -> list[int]:
    step = -(-len(places) // most)
    return places[::step] if step else []


def _anchor(x: float) -> str:
    return "start" if x < 4 else "end" if x > 96 else "middle"


def _short_label(start: dt.datetime, interval: Interval | None) -> str:
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return f"{start:%H:%M}"
        case Interval.DAY | Interval.WEEK:
            return f"{start.day} {start:%b}"
        case _:
            return f"{start:%b %Y}" if start.month == 1 else f"{start:%b}"


def _long_label(start: dt.datetime, interval: Interval | None) -> str:
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return f"{start.day} {start:%b}, {start:%H:%M}"
        case Interval.WEEK:
            return f"Week from {start.day} {start:%b %Y}"
        case Interval.DAY:
            return f"{start:%A}, {start.day} {start:%b}"
        case _:
            return f"{start:%B %Y}"
