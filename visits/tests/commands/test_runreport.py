"""What an operator gets from `runreport`."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sites.models import Site
from visits.models import Report, ReportRun
from visits.tests.factory import NOON, make_visit


@pytest.fixture(autouse=True)
def report(site: Site, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    make_visit(site, pageviews=("/", "/=1+1\x1b[2J"))
    make_visit(site, pageviews=("/",))
    return Report.objects.create(
        name="Pages", metrics=["visitors"], dimension="page", period="7d", limit=1
    )


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("runreport", *arguments, stdout=output)
    return output.getvalue()


def test_table_has_the_rows_and_says_what_is_left_out() -> None:
    head, _, columns, _, row, _, foot = run("Pages").splitlines()

    assert head.startswith("Pages: Last 7 days, 28 Apr – 4 May 2026, compared with 21 Apr –")
    assert columns.split() == ["Page", "Visitors", "Visitors", "before", "Change", "of", "Visitors"]
    assert row.split() == ["/", "2", "0", "new"]
    assert foot == "The first 1 of 2 rows."


def test_table_shows_what_visitors_sent_and_does_not_obey_it(report: Report) -> None:
    Report.objects.update(limit=5)

    assert "\x1b" not in run("Pages")


def test_names_of_reports_are_shown_and_not_obeyed(report: Report) -> None:
    Report.objects.exclude(pk=report.pk).delete()
    Report.objects.update(name="Pages\x1b[2J\u202e")

    head = run(str(report.pk)).splitlines()[0]
    with pytest.raises(CommandError) as error:
        run("Sources\x1b[2J")

    assert head.startswith("Pages\ufffd[2J%E2%80%AE: Last 7 days")
    assert "“Sources\ufffd[2J”" in str(error.value)
    assert "“Pages\ufffd[2J%E2%80%AE”" in str(error.value)


def test_csv_is_that_of_the_exports() -> None:
    [row] = csv.DictReader(StringIO(run("Pages", "--format", "csv"), newline=""))

    assert row == {"page": "/", "visitors": "2", "previous_visitors": "0", "change_visitors": ""}


@pytest.mark.parametrize("option", [("--format", "json"), ("--json",)])
def test_json_has_two_names(option: tuple[str, ...]) -> None:
    said = json.loads(run("Pages", *option))

    assert (said["report"], said["total_rows"]) == ("Pages", 2)
    assert said["rows"][0]["values"] == {"visitors": 2}


def test_report_is_found_by_its_name_in_other_letters_and_by_its_number(report: Report) -> None:
    assert run("pages", "--json") == run(str(report.pk), "--json")


def test_run_is_remembered(report: Report) -> None:
    run("Pages")

    [remembered] = ReportRun.objects.all()
    assert (remembered.report, remembered.purpose, remembered.row_count) == (report, "command", 1)


def test_unknown_report_is_answered_with_those_that_there_are(report: Report) -> None:
    Report.objects.exclude(pk=report.pk).delete()

    with pytest.raises(CommandError, match=r"no report “Sources”.+ “Pages”"):
        run("Sources")


def test_question_that_cannot_be_asked_is_said_in_a_sentence() -> None:
    Report.objects.update(sort="-pageviews", dimension="site")

    with pytest.raises(CommandError, match="Sort by a column of the report"):
        run("Pages")
