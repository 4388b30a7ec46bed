"""Reports as CSV and JSON: what is read back from a file is what the report said."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tracemalloc
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sites.models import Site
from visits.files.cells import csv_cell
from visits.files.tables import Table, report_table
from visits.files.writing import csv_lines, json_hits, json_report, pieces
from visits.models import HitRevenue
from visits.reports import breakdown as breakdown_module
from visits.reports.breakdown import breakdown, whole_breakdown
from visits.reports.dimensions import DIMENSIONS
from visits.reports.exceptions import InvalidQuery
from visits.reports.measure import Measured, Rows
from visits.reports.metrics import OF_TOTALS
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import all_hits
from visits.reports.representation import report_as_json
from visits.reports.results import Report
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals
from visits.tests.factory import GOOGLE, NOON, PHONE, Origin, make_hit, make_visit

TODAY = NOON.date()
DAY = dt.timedelta(days=1)
NAUGHTY = Path(__file__).parents[3] / "tests" / "faults" / "data" / "naughty_strings.json"


@pytest.fixture
def query(site: Site) -> ReportQuery:
    """Seven days that are compared with the seven before; two visits and a purchase, and one before."""
    visit = make_visit(site, pageviews=("/", "/pricing", "/"), origin=GOOGLE)
    bought = make_hit(visit, "/pricing", event="Buy", properties={"plan": "-pro"})
    HitRevenue.objects.create(site=site, hit=bought, currency="EUR", amount_micros=19_990_000)
    refund = make_hit(visit, "/pricing", event="Refund")
    HitRevenue.objects.create(site=site, hit=refund, currency="USD", amount_micros=-500_000)
    make_visit(site, pageviews=("/",), equipment=PHONE)
    make_visit(site, pageviews=("/about",), started_at=NOON - 7 * DAY)
    period = Period.of("7d", TODAY)
    return ReportQuery((site,), period, period.previous(TODAY))


def read_csv(texts: Iterable[str]) -> list[list[str]]:
    return list(csv.reader(StringIO("".join(texts), newline=""), strict=True))


def rows_of(report: Report) -> list[dict[str, str]]:
    header, *rows = read_csv(csv_lines(report_table(report)))
    return [dict(zip(header, row, strict=True)) for row in rows]


# CSV


def test_totals_are_one_row_with_the_days_it_is_about(query: ReportQuery) -> None:
    report = totals(query, ["visitors", "bounce_rate"])

    assert rows_of(report) == [
        {
            "from": "2026-04-28",
            "to": "2026-05-04",
            "visitors": "2",
            "previous_visitors": "1",
            "change_visitors": "1.0",
            "bounce_rate": "0.5",
            "previous_bounce_rate": "1.0",
            "change_bounce_rate": "-0.5",
        }
    ]


def test_series_says_what_is_not_over(query: ReportQuery) -> None:
    report = timeseries(query.at(Period.of("month", TODAY)), ["visitors"], NOON)

    rows = rows_of(report)

    assert list(rows[3].values()) == ["2026-05-04", "true", "false", "2"]
    assert list(rows[4].values()) == ["2026-05-05", "false", "true", "0"]
    assert len(rows) == 31


def test_value_of_a_dimension_is_its_text_and_beside_it_its_words(query: ReportQuery) -> None:
    query = query.at(query.period)

    assert rows_of(breakdown(query, "country", ["visits"])) == [
        {"country": "DE", "country_label": "Germany", "visits": "2"}
    ]
    assert rows_of(breakdown(query, "page", ["pageviews"]))[0] == {"page": "/", "pageviews": "3"}
    assert rows_of(breakdown(query, "source", ["visits"]))[0] == {
        "source": "",
        "source_label": "Direct",
        "visits": "1",
    }
    assert rows_of(breakdown(query, "property[plan]", ["events"])) == [
        {"property[plan]": "'-pro", "events": "1"}
    ]


def test_two_dimensions_are_two_columns(query: ReportQuery) -> None:
    report = breakdown(query.at(query.period), "page", ["pageviews"], second="browser")

    assert rows_of(report)[0] == {"page": "/", "browser": "Firefox", "pageviews": "2"}


def test_revenue_has_a_column_for_each_currency(query: ReportQuery) -> None:
    report = breakdown(query, "event", ["events", "revenue"])

    assert rows_of(report) == [
        {
            "event": "Buy",
            "events": "1",
            "previous_events": "0",
            "change_events": "",
            "revenue_EUR": "19.99",
            "revenue_USD": "",
            "change_revenue": "",
        },
        {
            "event": "Refund",
            "events": "1",
            "previous_events": "0",
            "change_events": "",
            "revenue_EUR": "",
            "revenue_USD": "-0.5",
            "change_revenue": "",
        },
    ]


@pytest.mark.parametrize("name", [*DIMENSIONS])
def test_every_breakdown_is_read_back_from_csv(query: ReportQuery, name: str) -> None:
    known = [each for each in DIMENSIONS[name].metrics if "conversion" not in each]
    metrics = [each for each in known if each != "revenue"]
    report = whole_breakdown(query, name, metrics)

    rows = rows_of(report)

    assert len(rows) == len(report.rows)
    for row, expected in zip(rows, report.rows, strict=True):
        assert row[name] == csv_cell(expected.texts[0])
        assert tuple(number(row[each]) for each in metrics) == expected.values
        assert tuple(number(row[f"previous_{each}"]) for each in metrics) == expected.previous
        assert tuple(number(row[f"change_{each}"]) for each in metrics) == expected.changes


def number(text: str) -> float | None:
    return float(text) if text else None


def test_lines_end_as_rfc_4180_says_and_texts_are_quoted(site: Site) -> None:
    make_visit(site, pageviews=('/a,"b"\r\nc',))
    query = ReportQuery((site,), Period.of("today", TODAY))

    text = "".join(csv_lines(report_table(breakdown(query, "page", ["visitors"]))))

    assert text == '"page","visitors"\r\n"/a,""b""\r\nc",1\r\n'


def test_mark_stands_once_at_the_beginning_when_asked_for() -> None:
    table = Table(("ä", "=b"), iter([("ö", 1)]))

    content = b"".join(pieces(csv_lines(table, has_mark=True)))

    assert content == '\ufeff"ä","\'=b"\r\n"ö",1\r\n'.encode()


def test_naughty_strings_come_back_from_csv_and_json(site: Site) -> None:
    naughty = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text][:150]
    for text in naughty:
        make_visit(site, pageviews=(), origin=Origin(utm_campaign=text[:100].replace("\x00", "")))
    query = ReportQuery((site,), Period.of("today", TODAY))
    report = whole_breakdown(query, "utm_campaign", ["visits"])
    stored = [row.key[0] for row in report.rows]

    header, *rows = read_csv(piece.decode() for piece in pieces(csv_lines(report_table(report))))

    assert [row[0] for row in rows] == [csv_cell(text) for text in stored]
    assert all(len(row) == len(header) for row in rows)
    found = json.loads(b"".join(pieces(json_report(report))))
    assert [row["key"][0] for row in found["rows"]] == stored


# JSON


@pytest.mark.parametrize("name", ["page", "city", "event", "weekday", "utm_campaign"])
def test_json_is_what_the_api_answers(query: ReportQuery, name: str) -> None:
    report = breakdown(query, name)

    assert read_json(report) == plain(report_as_json(report))


def test_series_and_totals_are_json_too(query: ReportQuery) -> None:
    metrics = [name for name in OF_TOTALS if "conversion" not in name]
    for report in (totals(query, metrics), timeseries(query, metrics, NOON)):
        assert read_json(report) == plain(report_as_json(report))
        assert read_json(report)["rows"][-1]["values"]["revenue"] == {"EUR": "19.99", "USD": "-0.5"}


def test_no_digit_is_lost_in_json(site: Site) -> None:
    visit = make_visit(site)
    hit = make_hit(visit, event="Buy")
    HitRevenue.objects.create(site=site, hit=hit, currency="VND", amount_micros=2**63 - 1)
    report = totals(ReportQuery((site,), Period.of("today", TODAY)), ["revenue"])

    found = read_json(report)["rows"][0]["values"]["revenue"]["VND"]

    assert Decimal(found).scaleb(6) == 2**63 - 1


def test_lone_surrogate_is_replaced_in_json(query: ReportQuery) -> None:
    site = query.site
    site.time_zone = "Europe/\ud800"
    report = Report(query, (), (), 0)

    assert json.loads(b"".join(pieces(json_report(report))))["time_zone"] == "Europe/\ufffd"


def test_line_of_json_is_one_line(site: Site) -> None:
    title = "".join(map(chr, (0x85, 0x2028, 0x2029, 0x0B, 0x1C, 0x9B, 0x202E)))
    make_visit(site, pageviews=(f"/{title}",))
    query = ReportQuery((site,), Period.of("today", TODAY))

    text = "".join(json_hits(all_hits(query)))

    [line] = text.splitlines()
    assert not {"\x9b", "\u202e"} & set(line)
    assert json.loads(line)["path"] == f"/{title}"


def read_json(report: Report) -> Any:
    return json.loads("".join(json_report(report)))


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


# All rows


def test_whole_breakdown_has_the_rows_of_all_pages(site: Site) -> None:
    for number in range(25):
        make_visit(site, pageviews=(f"/{number % 12}",))
    query = ReportQuery((site,), Period.of("today", TODAY))
    pages = [
        row
        for offset in (0, 5, 10)
        for row in breakdown(query, "page", limit=5, offset=offset).rows
    ]

    whole = whole_breakdown(query, "page")

    assert list(whole.rows) == pages
    assert (len(whole.rows), whole.total_rows) == (12, 12)
    assert (whole.rows[-1], list(whole.rows[2:4])) == (pages[-1], pages[2:4])
    assert [row.label for row in whole_breakdown(query, "page", sort="name", search="1").rows] == [
        "/1",
        "/10",
        "/11",
    ]


@pytest.mark.parametrize("options", [{"sort": "path"}, {"search": "x" * 101}, {"second": "x"}])
def test_whole_breakdown_refuses_what_pages_refuse(
    query: ReportQuery, options: dict[str, str]
) -> None:
    with pytest.raises(InvalidQuery):
        whole_breakdown(query, "page", **options)


def test_rows_of_a_large_breakdown_are_not_held(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 50_000
    rows: Rows = {((f"/page-{number}",),): (number, number) for number in range(count)}
    monkeypatch.setattr(
        breakdown_module, "sums_by_names", lambda *_: Measured(("visitors", "pageviews"), rows)
    )
    report = whole_breakdown(ReportQuery((site,), Period.of("today", TODAY)), "page")

    tracemalloc.start()
    lines = sum(piece.count(b"\r\n") for piece in pieces(csv_lines(report_table(report))))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert lines == count + 1
    assert peak_bytes < 2_000_000
