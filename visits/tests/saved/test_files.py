"""Files of a saved report: each has the numbers of its answer, and none obeys what visitors sent."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from sites.models import Site
from testing import pango
from visits.models import Report
from visits.saved import files
from visits.saved.answer import Answer
from visits.saved.files import (
    WRITERS,
    report_bytes,
    report_filename,
    report_html,
    report_pieces,
)
from visits.saved.run import run_report
from visits.tests.factory import NOON, make_visit
from visits.tests.files.workbook import BookCell, sheet_rows, texts

pytestmark = pytest.mark.django_db

HOSTILE = "/=1+1<script>alert(1)</script>\u202e"


@pytest.fixture
def answer(site: Site) -> Answer:
    """Pages of two visits, with what was before them."""
    make_visit(site, started_at=NOON, pageviews=("/", HOSTILE))
    make_visit(site, started_at=NOON, pageviews=("/",))
    return run(dimension="page", metrics=["visitors", "percentage"])


def run(**fields: object) -> Answer:
    asked = {"name": "Weekly: pages", "chart": Report.Chart.BARS, "period": "7d"}
    report = Report.objects.create(**asked | fields)
    return run_report(report, NOON, purpose=None)


def csv_rows(answer: Answer) -> list[dict[str, str]]:
    text = report_bytes(answer, "csv").decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_csv_json_and_xlsx_have_the_same_numbers(answer: Answer) -> None:
    in_json = json.loads(report_bytes(answer, "json"))["rows"]
    header, *book = texts(report_bytes(answer, "xlsx"))

    expected = [("/", "2"), (HOSTILE, "1")]
    assert [
        (row["page"].removeprefix("'"), row["visitors"]) for row in csv_rows(answer)
    ] == expected
    assert [(row["key"][0], str(row["values"]["visitors"])) for row in in_json] == expected
    place = header.index("Visitors")
    assert [(row[0], row[place]) for row in book] == expected


def test_json_says_what_was_asked(answer: Answer) -> None:
    said = json.loads(report_bytes(answer, "json"))

    assert said["report"] == "Weekly: pages"
    assert (said["sites"], said["total_rows"]) == (1, 2)
    assert said["period"]["from"] == "2026-04-28"
    assert said["comparison"]["to"] == "2026-04-27"
    assert said["comparison"]["name"] == "previous"
    assert (said["dimensions"], said["metrics"]) == (["page"], ["visitors", "percentage"])


def test_workbook_says_in_words_what_it_is_about(answer: Answer) -> None:
    about = {row[0].value: row[1].value for row in sheet_rows(report_bytes(answer, "xlsx"), 2)}

    assert about["Report"] == "Weekly: pages"
    assert about["Period"].endswith("28 Apr – 4 May 2026")
    assert about["Rows"] == "2 of 2"
    assert about["Order"] == "Visitors, largest first"


def test_workbook_has_the_heads_of_paper_and_filters_in_words(site: Site) -> None:
    make_visit(site, started_at=NOON)
    channels = {"dimension": "channel", "operator": "is_not", "values": ["email"]}

    book = report_bytes(
        run(dimension="channel", metrics=["visitors", "revenue"], filters=[channels], sort="name"),
        "xlsx",
    )

    assert texts(book)[0][:5] == [
        "Channel (code)",
        "Channel",
        "Visitors",
        "Visitors before",
        "Change of Visitors",
    ]
    about = {row[0].value: row[1].value for row in sheet_rows(book, 2)}
    assert about["Filters"] == "Channel is not Email"
    assert about["Order"] == "Channel, first to last"


def test_title_that_would_be_a_formula_is_a_text(site: Site) -> None:
    make_visit(site, started_at=NOON, pageviews=("/",))

    answer = run(dimension="page", metrics=["visitors"], name="=HYPERLINK(1)")

    assert sheet_rows(report_bytes(answer, "xlsx"), 2)[0][1] == BookCell("text", "'=HYPERLINK(1)")


def test_paper_shows_visitors_texts_inert(answer: Answer) -> None:
    html = report_html(answer)

    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html


def test_paper_has_the_first_rows_of_a_large_table(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CELLS_OF_PAPER", len(answer.table.columns) * 2 - 1)

    html = report_html(answer)

    assert "The first 1 of 2 rows." in html
    assert html.count('<td class="number">0</td>') == 1


def test_paper_shortens_long_texts(site: Site) -> None:
    make_visit(site, started_at=NOON, pageviews=("/" + "long" * 100,))

    html = report_html(run(dimension="page", metrics=["visitors"], chart=Report.Chart.BARS))

    assert html.count(f"/{'long' * 24}lo…<") == 2


@pytest.mark.parametrize("chart", Report.Chart.values)
def test_every_chart_is_printed(answer: Answer, chart: str) -> None:
    pango.require()
    answer.report.chart = chart
    answer.report.dimension = "" if chart == "series" else "page"
    answer.report.metrics = ["visitors"]

    pdf = b"".join(report_pieces(run_report(answer.report, NOON, purpose=None), "pdf"))

    assert pdf.startswith(b"%PDF-")


def test_series_is_drawn_as_wide_as_the_paper(site: Site) -> None:
    make_visit(site, started_at=NOON)

    html = report_html(run(metrics=["visitors"], chart=Report.Chart.SERIES))

    assert 'd="M566.67 240l113.33 -222"' in html


@pytest.mark.parametrize("ending", [ending for ending in WRITERS if ending != "pdf"])
def test_report_about_no_site_is_a_file_without_rows(ending: str) -> None:
    answer = run(dimension="site", metrics=["visitors"])

    assert report_bytes(answer, ending)


@pytest.mark.parametrize(
    ("name", "filename"),
    [
        ("Weekly: pages", "Weekly-pages_2026-04-28_2026-05-04.csv"),
        ("../../etc/passwd", "etc-passwd_2026-04-28_2026-05-04.csv"),
        ("日本", "2026-04-28_2026-05-04.csv"),
    ],
)
def test_name_of_the_file_is_one_that_every_system_takes(name: str, filename: str) -> None:
    assert report_filename(run(metrics=["visitors"], name=name), "csv") == filename
