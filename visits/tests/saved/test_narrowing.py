"""Rows lead into their report."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict

from sites.models import Site
from visits.models import Report
from visits.reports.dimensions import SITE, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.saved.narrowing import Looking, Narrowing
from visits.saved.refused import REASON
from visits.saved.run import run_report
from visits.tests.factory import GOOGLE, make_visit
from visits.tests.saved.making import NOW, labels, make_report

VISITS = Report(metrics=["visitors", "entries"], dimension="page")
REFUSALS = Report(subject="refusals", metrics=["refused"], dimension="reason")


def pairs_of(link: str) -> list[tuple[str, str]]:
    return parse_qsl(link.removeprefix("?"), keep_blank_values=True)


@pytest.mark.parametrize(
    ("dimensions", "texts", "expected"),
    [
        (("channel",), ("direct",), [("filter", "channel:is:direct"), ("by", "source")]),
        (("country",), ("DE",), [("filter", "country:is:DE"), ("by", "region")]),
        # A text may be empty, and may have what separates values.
        (("source",), ("",), [("filter", "source:is:"), ("by", "referrer")]),
        (("page",), ("/a|b",), [("filter", r"page:is:/a\|b"), ("by", "site")]),
        (
            ("country", "device"),
            ("DE", "mobile"),
            [("filter", "country:is:DE"), ("filter", "device:is:mobile"), ("by", "browser")],
        ),
        # No filter is about a day.
        (("day",), ("2026-05-04",), []),
        ((), (), []),
    ],
)
def test_row_leads_to_what_tells_more_of_it(
    dimensions: tuple[str, ...], texts: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    link = Looking(VISITS, Narrowing()).link(tuple(map(get_dimension, dimensions)), texts, "")

    assert pairs_of(link) == expected


def test_site_leads_to_its_pages_and_reason_to_its_sites() -> None:
    site = Looking(VISITS, Narrowing()).link((SITE,), ("example.com",), "abc")
    reason = Looking(REFUSALS, Narrowing()).link((REASON,), ("bot",), "")
    of_site = Looking(REFUSALS, Narrowing(reasons=("bot",))).link((SITE,), ("example.com",), "abc")

    assert pairs_of(site) == [("site", "abc"), ("by", "page")]
    assert pairs_of(reason) == [("reason", "bot"), ("by", "site")]
    # Site and reason are known: there is nothing more to be asked for.
    assert of_site == ""


def test_link_is_read_as_it_was_written() -> None:
    narrowing = Narrowing.parse(QueryDict("site=abc&filter=country%3Ais%3ADE&reason=bot&by=city"))

    assert Narrowing.parse(QueryDict(narrowing.query.removeprefix("?"))) == narrowing
    assert narrowing.by == "city"


@pytest.mark.parametrize(
    "params",
    [
        "reason=whim",
        "filter=country",
        "filter=colour:is:red",
        "site=abc%00",
        "site=abc%0A",
        "site=abc&site=Abc",
        f"site={'a' * 21}",
    ],
)
def test_what_makes_no_sense_is_refused(params: str) -> None:
    with pytest.raises(InvalidQuery):
        Narrowing.parse(QueryDict(params))


def test_other_dimension_keeps_the_metrics_that_it_has() -> None:
    report = Report(metrics=["visitors", "entries"], dimension="page", sort="-entries")

    narrowed = Looking(report, Narrowing(by="source")).narrowed()

    assert (narrowed.metrics, narrowed.sort, narrowed.dimension) == (["visitors"], "", "source")
    assert report.dimension == "page"


@pytest.mark.django_db
def test_narrowed_report_counts_what_its_row_counted(site: Site) -> None:
    make_visit(site, origin=GOOGLE)
    make_visit(site)
    report = make_report(dimension="channel")
    whole = run_report(report, NOW, purpose=None)
    [row] = [row for row in whole.table.rows if row.label == "Organic search"]

    params = QueryDict(row.link.removeprefix("?"))
    narrowed = run_report(report, NOW, purpose=None, narrowing=Narrowing.parse(params))

    assert labels(narrowed) == ["Google"]
    assert narrowed.narrowed_to == ("Channel is Organic search",)
