"""Write the hits of a site into a file."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from visits.exchange.hits_file import WRITERS, count_days_without_hits, write_hits
from visits.management.counted import counted
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import parse_filters
from visits.reports.first_day import first_day
from visits.reports.parsing import PERIOD_FIELDS, parse_period
from visits.reports.period import PeriodName
from visits.reports.query import ReportQuery


class Command(BaseCommand):
    help = "Writes the hits of a site into a file, a line each, without a limit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        endings = " or ".join(WRITERS)
        parser.add_argument("file", type=Path, metavar="FILE", help=f"its name ends with {endings}")
        parser.add_argument(
            "--site", required=True, metavar="DOMAIN", help="its domain, key or number"
        )
        parser.add_argument(
            "--period", metavar="NAME", help="such as last_month; all time without it"
        )
        parser.add_argument("--from", metavar="DAY", help="the first day, such as 2026-01-31")
        parser.add_argument("--to", metavar="DAY", help="the last day")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="FILTER",
            help="such as browser:is:Chrome; as often as needed, all have to be met",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.suffix not in WRITERS:
            raise CommandError(f"The name of the file must end with {' or '.join(WRITERS)}.")
        try:
            query = _query(options)
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


def _query(options: dict[str, Any]) -> ReportQuery:
    """Return what the options ask for. Raises UnclearSite and InvalidQuery."""
    site = find_site(options["site"])
    params = {name: options[name] for name in PERIOD_FIELDS if options[name]}
    period = parse_period(
        params or {"period": PeriodName.ALL.value},
        timezone.now(),
        site.zone,
        partial(first_day, site),
    )
    return ReportQuery((site,), period, filters=parse_filters(options["filter"]))
