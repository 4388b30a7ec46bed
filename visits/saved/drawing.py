"""The picture of a report: its first metric by time, or a bar for each row."""

from __future__ import annotations

from visits.charts.series import SeriesDrawing, series_drawing
from visits.models import Report
from visits.reports.metrics import OF_TOTALS, number
from visits.reports.timeseries import timeseries
from visits.saved.answer import AnswerTable, BarsDrawing, ChartBar, Role
from visits.saved.question import Question
from visits.saved.refused import refusals_by_time

BARS_AT_MOST = 20


def chart_of(question: Question, table: AnswerTable) -> SeriesDrawing | BarsDrawing | None:
    """Return the picture that the report has; none of a metric that time cannot be split by."""
    match question.report.chart:
        case Report.Chart.SERIES if question.query.sites:
            return _series(question)
        case Report.Chart.BARS:
            return _bars(question, table)
    return None


def _series(question: Question) -> SeriesDrawing | None:
    query, now = question.query, question.now
    if question.is_of_refusals:
        by_time = refusals_by_time(query, now, question.looking.narrowing.reasons)
        return series_drawing(by_time, now)
    metric = question.metrics[0]
    return series_drawing(timeseries(query, (metric,), now), now) if metric in OF_TOTALS else None


def _bars(question: Question, table: AnswerTable) -> BarsDrawing | None:
    """Return a bar for each of the first rows; none of a single number."""
    if not question.dimensions or not table.rows:
        return None
    place = next(number for number, column in enumerate(table.columns) if column.role is Role.VALUE)
    values = [number(row.values[0]) for row in table.result.rows[:BARS_AT_MOST]]
    most = max(values)
    bars = tuple(
        ChartBar(
            label=row.label,
            value=row.shown[place].text,
            exact=row.shown[place].exact,
            percent=round(100 * value / most, 2) if most > 0 else 0,
            link=row.link,
        )
        for row, value in zip(table.rows, values, strict=False)
    )
    return BarsDrawing(question.report.name, table.columns[place].label, bars)
