"""A report by time as a drawing: lines, gridlines, ticks, notes, and the table that is read out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import zip_longest

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.charts.before import nothing_before, values_before
from visits.charts.bucket_label import (
    first_day,
    label,
    last_day,
    partial_note,
    partial_words,
)
from visits.charts.geometry import (
    Scale,
    corners,
    path,
    plot_width,
    series_scale,
    xs,
)
from visits.charts.line import line, partial_ends
from visits.charts.marks import Mark, Note, marks, notes, notes_by_bucket
from visits.charts.table import SeriesRow, table_rows
from visits.charts.ticks import Tick, ticks
from visits.models import Annotation
from visits.reports import date_words as words
from visits.reports.buckets import cut
from visits.reports.days import ONE_DAY
from visits.reports.interval import MAX_DAYS_IN_DAYS
from visits.reports.metrics import Metric, Unit, Value, number
from visits.reports.period import Interval
from visits.reports.results import Bucket, Cell, Report, Row
from visits.templatetags.stats import change, metric_exact, metric_value

# What is drawn, by which interval, of which days.
LABELS = {
    Interval.MINUTE: gettext_lazy("%(metric)s by minute, %(period)s"),
    Interval.HOUR: gettext_lazy("%(metric)s by hour, %(period)s"),
    Interval.DAY: gettext_lazy("%(metric)s by day, %(period)s"),
    Interval.WEEK: gettext_lazy("%(metric)s by week, %(period)s"),
    Interval.MONTH: gettext_lazy("%(metric)s by month, %(period)s"),
}
# What opens the days of a single bucket; the days of an hour are one.
SHOW_ONE = {
    Interval.WEEK: gettext_lazy("Show this week"),
    Interval.MONTH: gettext_lazy("Show this month"),
}


@dataclass(frozen=True, slots=True)
class Gridline:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Zoom:
    """What js/series.js needs to open marked days: those of the period, in how much of them it is drawn,
    and up to how many days are shown by the day."""

    first: str
    last: str
    interval: str
    most_days: int
    show_one: str | Promise


@dataclass(frozen=True, slots=True)
class Wider:
    """The link to the days around those that are drawn. `chosen` is what js/choice.js needs."""

    label: str
    url: str
    chosen: str


@dataclass(frozen=True, slots=True)
class SeriesDrawing:
    """What templates/visits/_series.html draws. `numbers` are for those who draw it in their own way."""

    label: str
    metric: str
    period: str
    count: int
    width: int
    line: str
    area: str
    partial_line: str
    partials: list[str]
    comparison_line: str
    comparison: str
    nothing_before: str
    nothing: str
    gridlines: list[Gridline]
    ticks: list[Tick]
    rows: list[SeriesRow]
    notes: list[Note]
    marks: list[Mark]
    zoom: Zoom | None
    wider: Wider | None
    is_own: bool
    numbers: Sequence[float | None]
    numbers_before: Sequence[float | None]

    def table_rows(self) -> str:
        """Return the rows of the table as HTML, with the columns that its head has."""
        return table_rows(
            self.rows, is_compared=bool(self.comparison_line), has_notes=bool(self.notes)
        )


@dataclass(frozen=True, slots=True)
class _Buckets:
    """The buckets of a report and those that they are compared with, in how they are called."""

    shown: list[Bucket]
    before: Sequence[Bucket]
    interval: Interval
    has_year: bool
    now: dt.datetime


def series_drawing(
    report: Report,
    now: dt.datetime,
    annotations: Iterable[Annotation] = (),
    *,
    begins_on: dt.date | None = None,
    wider: Wider | None = None,
    is_own: bool = False,
) -> SeriesDrawing:
    """Return the drawing of a series of one metric. Buckets in the future are left blank.

    `begins_on` is the day on which measuring began, before which there is nothing to compare with. It
    may be left out where the comparison begins with something.
    """
    [metric] = report.metrics
    buckets = _buckets(report, now)
    begun = [row for row in report.rows if not _bucket(row).is_future]
    values, before = _values(begun), values_before(report, buckets.before, begins_on)
    scale = series_scale([number(each) for each in (*values, *before)], metric.unit)
    count, all_xs = len(report.rows), xs(len(report.rows))
    width = plot_width(count)
    drawn = line(corners(_numbers(values), scale, count), buckets.shown[: len(begun)], width)
    is_empty = not any(number(each) for each in (*values, *before))
    found = notes(annotations)
    by_bucket = notes_by_bucket(found, buckets.shown)
    return SeriesDrawing(
        label=_drawing_label(report, buckets.interval, now),
        metric=str(metric.label),
        period=_period_words(report, now),
        count=count,
        width=width,
        line=drawn.complete,
        area=drawn.area,
        partial_line=drawn.partial,
        partials=_partials(buckets.shown[: len(begun)], buckets),
        comparison_line=path(corners(_numbers(before), scale, count), width),
        comparison=report.query.comparison.dates_label if report.query.comparison else "",
        nothing_before=nothing_before(report.query.comparison, buckets.before, begins_on),
        nothing=_nothing_words(report) if is_empty else "",
        gridlines=[] if is_empty else _gridlines(scale, metric),
        ticks=ticks(buckets.shown, buckets.interval, all_xs),
        rows=_rows([*_cells(metric, values, before)], buckets, by_bucket),
        notes=found,
        marks=marks(by_bucket, all_xs),
        zoom=_zoom(report, buckets.interval),
        wider=wider,
        is_own=is_own,
        numbers=_numbers(values),
        numbers_before=_numbers(before),
    )


def _partials(begun: Sequence[Bucket], buckets: _Buckets) -> list[str]:
    """Return what the dotted ends of the line stand for, each once."""
    words = (
        partial_words(begun[end], buckets.interval, buckets.now) for end in partial_ends(begun)
    )
    return list(dict.fromkeys(words))


def _values(rows: Sequence[Row]) -> list[Value]:
    return [row.values[0] for row in rows]


def _nothing_words(report: Report) -> str:
    """Return why nothing is drawn: other visits may have been counted than those of the filters."""
    is_filtered = len(report.query.filters) > len(report.query.limit)
    return (
        _("Nothing with these filters.")
        if is_filtered
        else _("Nothing was counted in this period.")
    )


def _numbers(values: Sequence[Value]) -> list[float | None]:
    """Return what is drawn: a rate of nothing leaves a gap, and is not zero."""
    return [None if value is None else number(value) for value in values]


def _gridlines(scale: Scale, metric: Metric) -> list[Gridline]:
    return [Gridline(scale.y(value), metric_value(value, metric)) for value in scale.gridlines()]


def _buckets(report: Report, now: dt.datetime) -> _Buckets:
    if report.interval is None:
        raise TypeError("A series has an interval.")
    query = report.query
    periods = [period for period in (query.period, query.comparison) if period]
    years = {day.year for period in periods for day in (period.start, period.end)}
    compared = query.comparison
    return _Buckets(
        shown=[_bucket(row) for row in report.rows],
        before=cut(compared, report.interval, query.zone, now) if compared else (),
        interval=report.interval,
        has_year=years != {now.astimezone(query.zone).year},
        now=now,
    )


def _bucket(row: Row) -> Bucket:
    if row.bucket is None:
        raise TypeError("A series has a bucket in each of its rows.")
    return row.bucket


def _period_words(report: Report, now: dt.datetime) -> str:
    return report.query.period.elapsed(now, report.query.zone).dates_label


def _drawing_label(report: Report, interval: Interval, now: dt.datetime) -> str:
    [metric] = report.metrics
    named = {"metric": metric.label, "period": _period_words(report, now)}
    return str(LABELS[interval]) % named


def _cells(metric: Metric, values: Sequence[Value], before: Sequence[Value]) -> Iterable[Cell]:
    for pair in zip_longest(values, before[: len(values)]):
        yield Cell(metric, *pair)


def _rows(
    cells: Sequence[Cell], buckets: _Buckets, notes_of: Mapping[int, list[Note]]
) -> list[SeriesRow]:
    # Of a day by the minute, most numbers come again.
    exact, changed = cache(partial(_exact, cells[0].metric)), cache(_change_text)
    return [
        _row(cell, place, buckets, notes_of.get(place, []), exact, changed)
        for place, cell in enumerate(cells)
    ]


def _row(
    cell: Cell,
    place: int,
    buckets: _Buckets,
    found: list[Note],
    exact: Callable[[Value], str],
    changed: Callable[[float | None], str],
) -> SeriesRow:
    bucket, has_before = buckets.shown[place], place < len(buckets.before)
    return SeriesRow(
        label=label(bucket, buckets.interval, has_year=buckets.has_year),
        partial=partial_note(bucket, buckets.interval, buckets.now),
        days=_days(bucket, buckets.shown[place - 1] if place else None),
        value=exact(cell.value),
        before_label=_before_label(buckets, place) if has_before else "",
        before=exact(cell.previous) if has_before else "",
        change="" if bucket.is_partial else changed(cell.change_rate),
        notes=found,
    )


def _exact(metric: Metric, value: Value) -> str:
    """Return counts and amounts in full; a column of seconds or shares is read in short."""
    is_in_full = metric.unit in (Unit.COUNT, Unit.MONEY)
    return metric_exact(value, metric) if is_in_full else metric_value(value, metric)


def _before_label(buckets: _Buckets, place: int) -> str:
    """Return what a bucket is compared with; of a day that still runs, only as much as has elapsed."""
    bucket = buckets.before[place]
    named = label(bucket, buckets.interval, has_year=buckets.has_year)
    if buckets.interval is not Interval.DAY or not bucket.is_partial:
        return named
    return _("%(day)s until %(time)s") % {"day": named, "time": words.clock(bucket.end)}


def _days(bucket: Bucket, row_before: Bucket | None) -> str:
    first, last = first_day(bucket), last_day(bucket)
    if first != last:
        return f"{first.isoformat()} {last.isoformat()}"
    is_expected = row_before is not None and first == last_day(row_before) + ONE_DAY
    return "" if is_expected else first.isoformat()


def _change_text(rate: float | None) -> str:
    return "" if rate is None else change(rate)


def _zoom(report: Report, interval: Interval) -> Zoom | None:
    """Return what a drawing can be zoomed by; the smallest that can be shown is a day."""
    period = report.query.period
    if period.day_count == 1:
        return None
    return Zoom(
        first=period.start.isoformat(),
        last=period.end.isoformat(),
        interval=interval.value,
        most_days=MAX_DAYS_IN_DAYS,
        show_one=SHOW_ONE.get(interval, gettext_lazy("Show this day")),
    )
