"""A report by time as a drawing: lines, gridlines, ticks, notes, and the table that is read out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.charts.before import nothing_before, values_before
from visits.charts.bucket_label import partial_words
from visits.charts.geometry import Scale, corners, path, plot_width, series_scale, xs
from visits.charts.line import Line, line, partial_ends
from visits.charts.marks import Mark, Note, marks, notes, notes_by_bucket
from visits.charts.series_rows import LENGTHS, Buckets, Rows
from visits.charts.table import SeriesRow, table_rows
from visits.charts.ticks import Tick, ticks
from visits.charts.zoom import Zoom, zoom_of
from visits.models import Annotation
from visits.reports.buckets import cut
from visits.reports.days import ONE_MINUTE
from visits.reports.metrics import Metric, Value, number
from visits.reports.period import Interval
from visits.reports.results import Bucket, Report, Row
from visits.templatetags.stats import metric_value

# What is drawn, by which interval, of which days.
LABELS = {
    Interval.MINUTE: gettext_lazy("%(metric)s by minute, %(period)s"),
    Interval.HOUR: gettext_lazy("%(metric)s by hour, %(period)s"),
    Interval.DAY: gettext_lazy("%(metric)s by day, %(period)s"),
    Interval.WEEK: gettext_lazy("%(metric)s by week, %(period)s"),
    Interval.MONTH: gettext_lazy("%(metric)s by month, %(period)s"),
}


@dataclass(frozen=True, slots=True)
class Gridline:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Wider:
    """The link to the days around those that are drawn. `chosen` is what js/choice.js needs."""

    label: str
    url: str
    chosen: str


@dataclass(frozen=True)
class SeriesDrawing:
    """What templates/visits/_series.html draws. `numbers` are for those who draw it in their own way.

    `begins_on` is the day on which measuring began, before which there is nothing to compare with. It
    is None where it is not known, or the comparison begins with something. Without `can_zoom` its days are
    not for the reader to choose.
    """

    report: Report
    now: dt.datetime
    notes: list[Note]
    begins_on: dt.date | None
    wider: Wider | None
    is_own: bool
    can_zoom: bool = True

    # In words

    @property
    def label(self) -> str:
        named = {"metric": self._metric.label, "period": self.period}
        return str(LABELS[self._buckets.interval]) % named

    @property
    def metric(self) -> str:
        return str(self._metric.label)

    @cached_property
    def period(self) -> str:
        query = self.report.query
        return query.period.elapsed(self.now, query.zone).dates_label

    @property
    def comparison(self) -> str:
        compared = self.report.query.comparison
        return compared.dates_label if compared else ""

    @cached_property
    def nothing_before(self) -> str:
        compared = self.report.query.comparison
        return nothing_before(compared, self._buckets.before, self.begins_on)

    @cached_property
    def nothing(self) -> str:
        return _nothing_words(self.report) if self._is_empty else ""

    @cached_property
    def partials(self) -> list[str]:
        return _partials(self._begun, self._buckets)

    # Numbers

    @cached_property
    def numbers(self) -> list[float | None]:
        return _numbers(self._values)

    @cached_property
    def numbers_before(self) -> list[float | None]:
        return _numbers(self._before)

    @property
    def count(self) -> int:
        return len(self.report.rows)

    @property
    def minutes(self) -> int:
        """How long a bucket is that is an hour or less; 0 for any other."""
        return LENGTHS.get(self._buckets.interval, dt.timedelta()) // ONE_MINUTE

    # Geometry

    @property
    def width(self) -> int:
        return plot_width(self.count)

    @property
    def line(self) -> str:
        return self._line.complete

    @property
    def area(self) -> str:
        return self._line.area

    @property
    def partial_line(self) -> str:
        return self._line.partial

    @cached_property
    def comparison_line(self) -> str:
        return path(corners(self.numbers_before, self._scale, self.count), self.width)

    @cached_property
    def gridlines(self) -> list[Gridline]:
        return [] if self._is_empty else _gridlines(self._scale, self._metric)

    @cached_property
    def ticks(self) -> list[Tick]:
        return ticks(self._buckets.shown, self._buckets.interval, self._xs)

    @cached_property
    def marks(self) -> list[Mark]:
        return marks(self._notes_by_bucket, self._xs)

    @cached_property
    def zoom(self) -> Zoom | None:
        period = self.report.query.period
        return zoom_of(period, self._buckets.interval) if self.can_zoom else None

    # The table

    @cached_property
    def rows(self) -> list[SeriesRow]:
        """Return a row for each bucket that has begun."""
        return self._rows.each()

    @property
    def has_rows(self) -> bool:
        return bool(self._values)

    def table_rows(self) -> str:
        """Return the rows of the table as HTML, with the columns that its head has."""
        return table_rows(
            self._rows.shortened(),
            is_compared=bool(self.comparison_line),
            has_notes=bool(self.notes),
        )

    @property
    def _rows(self) -> Rows:
        return Rows(self._metric, self._values, self._before, self._buckets, self._notes_by_bucket)

    # What all of that is made of

    @property
    def _metric(self) -> Metric:
        [metric] = self.report.metrics
        return metric

    @cached_property
    def _buckets(self) -> Buckets:
        return _buckets(self.report, self.now)

    @cached_property
    def _begun(self) -> list[Bucket]:
        return [bucket for bucket in self._buckets.shown if not bucket.is_future]

    @cached_property
    def _values(self) -> list[Value]:
        return [row.values[0] for row in self.report.rows[: len(self._begun)]]

    @cached_property
    def _before(self) -> list[Value]:
        return values_before(self.report, self._buckets.before, self.begins_on)

    @cached_property
    def _is_empty(self) -> bool:
        return not any(map(number, (*self._values, *self._before)))

    @cached_property
    def _scale(self) -> Scale:
        values = [number(each) for each in (*self._values, *self._before)]
        return series_scale(values, self._metric.unit)

    @cached_property
    def _line(self) -> Line:
        drawn = corners(self.numbers, self._scale, self.count)
        return line(drawn, self._begun, self.width)

    @cached_property
    def _xs(self) -> list[float]:
        return xs(self.count)

    @cached_property
    def _notes_by_bucket(self) -> Mapping[int, list[Note]]:
        return notes_by_bucket(self.notes, self._buckets.shown)


def series_drawing(
    report: Report,
    now: dt.datetime,
    annotations: Iterable[Annotation] = (),
    *,
    begins_on: dt.date | None = None,
    wider: Wider | None = None,
    is_own: bool = False,
) -> SeriesDrawing:
    """Return the drawing of a series of one metric. Buckets in the future are left blank."""
    return SeriesDrawing(report, now, notes(annotations), begins_on, wider, is_own)


def _partials(begun: Sequence[Bucket], buckets: Buckets) -> list[str]:
    """Return what the dotted ends of the line stand for, each once."""
    words = (
        partial_words(begun[end], buckets.interval, buckets.now) for end in partial_ends(begun)
    )
    return list(dict.fromkeys(words))


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


def _buckets(report: Report, now: dt.datetime) -> Buckets:
    if report.interval is None:
        raise TypeError("A series has an interval.")
    query = report.query
    periods = [period for period in (query.period, query.comparison) if period]
    years = {day.year for period in periods for day in (period.start, period.end)}
    compared = query.comparison
    return Buckets(
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
