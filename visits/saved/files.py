"""A report that was run, as a file: values for programs and spreadsheets, words for paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from visits.charts.paper import series_on_paper
from visits.files.download import dated_filename
from visits.files.pdf import pdf_bytes
from visits.files.tables import Table
from visits.files.writing import as_json, csv_lines, pieces
from visits.files.xlsx import xlsx_bytes, xlsx_pieces
from visits.reports import date_words
from visits.reports.metrics import Metric, Unit
from visits.reports.representation import period_as_json, row_as_json
from visits.saved.answer import Answer
from visits.saved.heads import heads_of, order_words
from visits.templatetags.stats import exact

# Paper takes one to three milliseconds of a processor for each cell, and nobody turns so many pages: other
# files have the other rows.
CELLS_OF_PAPER = 1_000
COLUMNS_IN_FULL_SIZE = 12
# How a spreadsheet shows the numbers of a unit; the number itself is as in every other file.
FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.RATE: "0.0%",
    Unit.RATIO: "0.00",
    Unit.SECONDS: "0",
    Unit.PERCENT: "0.0",
}
CHANGE_FORMAT = "+0.0%;-0.0%;0.0%"


def report_pieces(answer: Answer, ending: str) -> Iterable[bytes]:
    """Return a report as the pieces of a csv, xlsx, json or pdf file. Raises PdfUnavailable and PdfBusy."""
    return WRITERS[ending](answer)


def report_bytes(answer: Answer, ending: str) -> bytes:
    """Return such a file in one piece, as mails take it. Raises PdfUnavailable and PdfBusy."""
    if ending == "xlsx":
        table = answer.table.as_file()
        return xlsx_bytes(table, about(answer), formats(answer), _heads(answer, table))
    return b"".join(report_pieces(answer, ending))


def report_filename(answer: Answer, ending: str) -> str:
    """Return a name that every system takes: the report's, and the days that it is about."""
    return dated_filename([answer.report.name], answer.period, ending)


def about(answer: Answer) -> list[tuple[str, str]]:
    """Return what was asked, in words, for those who get the file without the page."""
    report, table = answer.report, answer.table
    shown = exact(len(table.rows))
    filters = [condition.words for condition in answer.query.filters]
    limits = "; ".join(dict.fromkeys((*filters, *answer.narrowed_to)))
    lines = [
        (_("Report"), report.name),
        (_("About"), report.description),
        (_("Period"), answer.period_words),
        (_("Compared with"), answer.comparison_words),
        (_("Filters"), limits),
        (_("Order"), order_words(table.result, report.sort)),
        (_("Sites"), exact(len(answer.sites))),
        (_("Rows"), _("%(shown)s of %(all)s") % {"shown": shown, "all": exact(table.total_rows)}),
        (_("Made at"), _instant_words(answer)),
    ]
    return [(label, text) for label, text in lines if text]


def formats(answer: Answer) -> dict[str, str]:
    """Return how numbers of each column are shown; revenue has a column for each currency."""
    return dict(_formats(answer.table.result.metrics))


def report_json(answer: Answer) -> dict[str, Any]:
    """Return what was asked, then the rows in the shape that the API has."""
    result, query = answer.table.result, answer.query
    return {
        "report": answer.report.name,
        "sites": len(answer.sites),
        "time_zone": str(_instant(answer).tzinfo),
        "period": period_as_json(query.period),
        "comparison": _comparison_as_json(answer),
        "filters": [condition.text for condition in query.filters],
        "dimensions": [dimension.name for dimension in result.dimensions],
        "metrics": [metric.name for metric in result.metrics],
        "total_rows": answer.table.total_rows,
        "rows": [row_as_json(result, row) for row in result.rows],
    }


def report_html(answer: Answer) -> str:
    """Return the page that is printed as PDF, with the first rows of a large table."""
    series = series_on_paper(answer.series) if answer.series else None
    columns = answer.table.columns
    rows = answer.table.rows[: max(1, CELLS_OF_PAPER // len(columns))]
    context = {
        "answer": answer,
        "rows": [list(zip(columns, row.shown, strict=True)) for row in rows],
        "is_wide": len(columns) > COLUMNS_IN_FULL_SIZE,
        "series": series,
        "made_at": _instant_words(answer),
    }
    return render_to_string("pdf/report.html", context)


def _comparison_as_json(answer: Answer) -> dict[str, Any] | None:
    """Return the days, under the name that the report has for them."""
    if answer.query.comparison is None:
        return None
    return period_as_json(answer.query.comparison) | {"name": answer.report.comparison}


def _heads(answer: Answer, table: Table) -> dict[str, str]:
    return heads_of(answer.table.result, table.header)


def _formats(metrics: Iterable[Metric]) -> Iterator[tuple[str, str]]:
    for metric in metrics:
        yield f"change_{metric.name}", CHANGE_FORMAT
        if metric.unit in FORMATS:
            yield metric.name, FORMATS[metric.unit]
            yield f"previous_{metric.name}", FORMATS[metric.unit]


def _instant(answer: Answer) -> dt.datetime:
    """Return when the report was run, on the clock by which its days are counted."""
    return answer.ran_at.astimezone(answer.sites[0].zone if answer.sites else dt.UTC)


def _instant_words(answer: Answer) -> str:
    at = _instant(answer)
    return f"{date_words.full_day(at.date())}, {date_words.clock(at)} ({at.tzname()})"


def _csv(answer: Answer) -> Iterator[bytes]:
    return pieces(csv_lines(answer.table.as_file(), has_mark=True))


def _xlsx(answer: Answer) -> Iterable[bytes]:
    table = answer.table.as_file()
    return xlsx_pieces(table, about(answer), formats(answer), _heads(answer, table))


def _json(answer: Answer) -> Iterator[bytes]:
    return pieces([as_json(report_json(answer)), "\n"])


def _pdf(answer: Answer) -> Iterable[bytes]:
    return [pdf_bytes(report_html(answer), render_to_string("pdf/report.css"))]


WRITERS: Mapping[str, Callable[[Answer], Iterable[bytes]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
    "pdf": _pdf,
}
