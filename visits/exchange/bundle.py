"""All reports of a site's period in one file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from wsgiref.util import FileWrapper
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from visits.files.tables import report_table
from visits.files.writing import csv_lines, pieces
from visits.reports.breakdown import whole_breakdown
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.query import ReportQuery
from visits.reports.results import Report
from visits.reports.scan import Fact
from visits.reports.timeseries import timeseries
from visits.reports.totals import TOTALS, totals

# The series says it already.
LEFT_OUT = frozenset(("day", "week", "month"))
# It is one division away, and costs a question of its own.
LEFT_OUT_METRICS = frozenset(("percentage",))
IN_MEMORY_BYTES = 2 * 1024 * 1024
PIECE_BYTES = 64 * 1024


def bundle(query: ReportQuery, now: dt.datetime, *, has_mark: bool = False) -> FileWrapper:
    """Return the pieces of a zip with a CSV for the totals, the series and every dimension.

    It is written before the first piece is returned: what goes wrong is no half of a file. One report
    is held at a time, and of the zip two megabytes; what is longer lies on the disk until it is closed.
    """
    with ExitStack() as until_failure:
        file = until_failure.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        with ZipFile(file, "w") as zipped:
            for name, report in _reports(query, now):
                _write(zipped, name, report, now.astimezone(query.zone), has_mark=has_mark)
        file.seek(0)
        until_failure.pop_all()
    return FileWrapper(file, PIECE_BYTES)


def _reports(query: ReportQuery, now: dt.datetime) -> Iterator[tuple[str, Report]]:
    """Yield names and reports, each of which is asked when the one before is written."""
    yield "totals", totals(query)
    yield "timeseries", timeseries(query, TOTALS, now)
    for name, dimension in DIMENSIONS.items():
        if name not in LEFT_OUT:
            yield name, whole_breakdown(query, name, _metrics(dimension))


def _metrics(dimension: Dimension) -> list[str]:
    """Return what a dimension is known for: of visits the totals, of pages, events and goals their own."""
    is_of_visits = dimension.fact is Fact.VISIT and dimension.column != "goal"
    known = TOTALS if is_of_visits else dimension.metrics
    return [name for name in known if name in dimension.metrics and name not in LEFT_OUT_METRICS]


def _write(
    zipped: ZipFile, name: str, report: Report, written_at: dt.datetime, *, has_mark: bool
) -> None:
    member = ZipInfo(f"{name}.csv", written_at.timetuple()[:6])
    member.compress_type = ZIP_DEFLATED
    with zipped.open(member, "w") as opened:
        for piece in pieces(csv_lines(report_table(report), has_mark=has_mark)):
            opened.write(piece)
