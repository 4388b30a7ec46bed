"""Run a saved report, and print what it says."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.models import NAME_MAX_LENGTH
from visits.files.text import plain, text_lines
from visits.files.writing import as_json, csv_lines
from visits.models import ReportRun
from visits.reports.exceptions import InvalidQuery
from visits.saved.answer import Answer
from visits.saved.files import report_json
from visits.saved.lookup import UnclearReport, find_report
from visits.saved.run import run_report


class Command(BaseCommand):
    help = "Runs a saved report over all of its sites, and prints its rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", metavar="NAME", help="its name or number")
        parser.add_argument(
            "--format", choices=FORMATS, default="table", help="of what is printed; else a table"
        )
        parser.add_argument(
            "--json",
            action="store_const",
            const="json",
            dest="format",
            help="same as --format json",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = find_report(options["report"])
            answer = run_report(report, timezone.now(), purpose=ReportRun.Purpose.COMMAND)
        except (UnclearReport, InvalidQuery) as error:
            raise CommandError(str(error)) from error
        for text in FORMATS[options["format"]](answer):
            self.stdout.write(text, ending="")


def _table(answer: Answer) -> Iterator[str]:
    table = answer.table
    compared = f", compared with {answer.comparison_words}" if answer.comparison_words else ""
    name = plain(answer.report.name, NAME_MAX_LENGTH)
    yield f"{name}: {answer.period_words}{compared}\n\n"
    labels = [column.label for column in table.columns]
    numbers = [column.is_number for column in table.columns]
    yield from (f"{line}\n" for line in text_lines(labels, list(table.texts()), numbers))
    if not table.is_complete:
        yield f"\nThe first {len(table.rows):,} of {table.total_rows:,} rows.\n"


def _csv(answer: Answer) -> Iterable[str]:
    return csv_lines(answer.table.as_file())


def _json(answer: Answer) -> Iterable[str]:
    return [as_json(report_json(answer)), "\n"]


FORMATS = {"table": _table, "csv": _csv, "json": _json}
