"""Write the hits of a site into a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from visits.exchange.hits_file import WRITERS, count_days_without_hits, write_hits
from visits.management.counted import counted
from visits.management.question import add_question_options, query_of
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import PeriodName


class Command(BaseCommand):
    help = "Writes the hits of a site into a file, a line each, without a limit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        endings = " or ".join(WRITERS)
        parser.add_argument("file", type=Path, metavar="FILE", help=f"its name ends with {endings}")
        parser.add_argument(
            "--site", required=True, metavar="DOMAIN", help="its domain, key or number"
        )
        add_question_options(parser, "such as last_month; all time without it")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.suffix not in WRITERS:
            raise CommandError(f"The name of the file must end with {' or '.join(WRITERS)}.")
        try:
            site = find_site(options["site"])
            query = query_of(site, options, timezone.now(), PeriodName.ALL)
        except (UnclearSite, InvalidQuery) as error:
            raise CommandError(str(error)) from error
        try:
            count = write_hits(query, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{path.name}: {counted(count, 'hit')} of {query.period.dates_label}.")
        if days := count_days_without_hits(query):
            self.stdout.write(
                f"Not in it: {counted(days, 'day')} whose hits are not kept any more."
            )
