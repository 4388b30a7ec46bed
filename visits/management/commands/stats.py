"""Print what a site's report says: a table of totals, and visitors by time as a chart."""

from __future__ import annotations

import datetime as dt
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from visits.charts.terminal import column_chart
from visits.files.text import text_lines
from visits.files.writing import as_json
from visits.management.question import add_question_options, query_of
from visits.reports import date_words
from visits.reports.buckets import bucket_count
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.interval import Interval
from visits.reports.metrics import Metric, Revenue, Unit, Value, number
from visits.reports.period import DEFAULT_NAME
from visits.reports.query import ReportQuery
from visits.reports.representation import report_as_json
from visits.reports.results import Report
from visits.reports.timeseries import timeseries
from visits.reports.totals import TOTALS, totals
from visits.templatetags.stats import change, compact, exact, metric_value

CHARTED = "visitors"
# What stands beside the columns: a number as short as "1.24M", and the axis.
MARGIN = 8


class Command(BaseCommand):
    help = "Prints the totals of a site with what they are compared with, and its visitors by time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", metavar="DOMAIN", help="its domain, key or number")
        add_question_options(parser, f"such as today, 7d or last_month; else {DEFAULT_NAME}")
        parser.add_argument(
            "--json", action="store_true", help="print both reports as the API has them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            query = _query(options, now)
            report = totals(query, TOTALS)
            series = timeseries(query, (CHARTED,), now, _interval(query))
        except (UnclearSite, InvalidQuery) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            both = {"totals": report_as_json(report), "timeseries": report_as_json(series)}
            self.stdout.write(as_json(both))
            return
        for line in (*_head(query), *_table(report), "", *_chart(series)):
            self.stdout.write(line)


def _query(options: dict[str, Any], now: dt.datetime) -> ReportQuery:
    """Return what the options ask for. Raises UnclearSite and InvalidQuery."""
    query = query_of(find_site(options["site"]), options, now, DEFAULT_NAME)
    compared = Comparison(ComparisonName.PREVIOUS).of(query.period, now, query.zone)
    return ReportQuery(query.sites, query.period, compared, query.filters)


def _interval(query: ReportQuery) -> Interval:
    """Return the period's own interval, or a longer one of which the terminal has room for all columns."""
    width = shutil.get_terminal_size().columns - MARGIN
    intervals = query.period.allowed_intervals
    own = intervals.index(query.period.interval)
    fitting = (
        interval
        for interval in intervals[own:]
        if bucket_count(query.period, interval, query.zone) <= width
    )
    return next(fitting, intervals[-1])


def _head(query: ReportQuery) -> Iterator[str]:
    compared = f", compared with {query.comparison.dates_label}" if query.comparison else ""
    yield f"{query.site.domain}: {query.period.label}, {query.period.dates_label}{compared}"
    yield from (condition.text for condition in query.filters)
    yield ""


def _table(report: Report) -> Iterator[str]:
    is_compared = report.query.comparison is not None
    rows = [
        (
            str(cell.metric.label),
            _whole(cell.value, cell.metric),
            *(
                (_whole(cell.previous, cell.metric), _change(cell.change_rate))
                if is_compared
                else ()
            ),
        )
        for cell in report.cells(report.rows[0])
    ]
    header = ("Metric", "Value", *(("Before", "Change") if is_compared else ()))
    return text_lines(header, rows, (False, *(True for _ in header[1:])))


def _whole(value: Value, metric: Metric) -> str:
    """Return a value as reports write it, but counts to the last digit: a terminal has the room."""
    if metric.unit is Unit.COUNT and not isinstance(value, Revenue):
        return exact(value)
    return metric_value(value, metric)


def _change(rate: float | None) -> str:
    return "" if rate is None else change(rate)


def _chart(series: Report) -> Iterator[str]:
    """Yield visitors by time; what is still to come is blank."""
    assert series.interval is not None
    buckets = [row.bucket for row in series.rows if row.bucket is not None]
    values = [
        None if bucket.is_future else number(row.values[0])
        for row, bucket in zip(series.rows, buckets, strict=True)
    ]
    yield f"{series.metrics[0].label} by {series.interval.value}"
    highest = max((value for value in values if value is not None), default=0)
    if not highest:
        yield f"No {str(series.metrics[0].label).lower()}."
        return
    top = compact(highest)
    yield from column_chart(values, top)
    first, last = (_when(buckets[place].start, series.interval) for place in (0, -1))
    gap = max(1, len(values) - len(first) - len(last))
    yield f"{' ' * (len(top) + 2)}{first}{' ' * gap}{last}"


def _when(start: dt.datetime, interval: Interval) -> str:
    if interval in (Interval.MINUTE, Interval.HOUR):
        return f"{date_words.day_in_year(start.date())} {date_words.clock(start)}"
    return date_words.day_in_year(start.date())
