"""Close days that are over, or compare closed days with their facts."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from sites.lookup import UnclearSite, find_site
from sites.models import Site
from visits.management.counted import counted
from visits.upkeep.closing import Span, close_sites, has_unwritten_archive
from visits.upkeep.verification import verify_days


class Command(BaseCommand):
    help = (
        "Adds up the days that are over and copies them into the archive, as the server does by itself "
        "within minutes of a site's midnight. With --from or --to, all days between are made anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", metavar="DOMAIN", help="its domain, key or number; else all")
        parser.add_argument("--from", type=_day, dest="first_day", metavar="DAY", help="YYYY-MM-DD")
        parser.add_argument("--to", type=_day, dest="last_day", metavar="DAY", help="YYYY-MM-DD")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="change nothing: compare closed days and the archive with the facts",
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        span = _span(options["first_day"], options["last_day"])
        sites = _sites(options["site"])
        with tqdm(
            desc="Comparing" if options["verify"] else "Closing",
            unit=" days",
            leave=False,
            # None: no bar where nobody sees it move.
            disable=None,
        ) as bar:
            if options["verify"]:
                self._verify(sites, span, bar, is_json=options["json"])
            else:
                self._close(sites, span, bar, is_json=options["json"])

    def _close(self, sites: Sequence[Site], span: Span | None, bar: Any, *, is_json: bool) -> None:
        closed = close_sites(sites, timezone.now(), span, bar.update)
        bar.close()
        answer = {"closed": closed.days, "failures": closed.failures}
        self.stdout.write(
            json.dumps(answer) if is_json else f"{counted(closed.days, 'day')} closed."
        )
        if closed.failures:
            raise CommandError("Not all days could be closed; the log says why.")
        if has_unwritten_archive(sites):
            raise CommandError("The archive could not be written; the log says why.")

    def _verify(self, sites: Sequence[Site], span: Span | None, bar: Any, *, is_json: bool) -> None:
        compared = 0
        findings: list[str] = []

        def count_day() -> None:
            nonlocal compared
            compared += 1
            bar.update()

        for site in sites:
            for finding in verify_days(site, span, count_day):
                findings.append(finding)
                if not is_json:
                    with tqdm.external_write_mode():
                        self.stdout.write(finding)
        bar.close()
        if is_json:
            self.stdout.write(json.dumps({"compared": compared, "wrong": findings}))
        if findings:
            raise CommandError(f"{counted(compared, 'day')} compared: {len(findings):,} wrong.")
        if not is_json:
            self.stdout.write(f"{counted(compared, 'day')} compared: all are right.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a day such as 2026-05-31.") from error


def _span(first_day: dt.date | None, last_day: dt.date | None) -> Span | None:
    if first_day is None and last_day is None:
        return None
    span = Span(first_day or dt.date(1970, 1, 1), last_day or dt.date(9999, 1, 1))
    if span.first_day > span.last_day:
        raise CommandError("--from is after --to.")
    return span


def _sites(text: str | None) -> Sequence[Site]:
    if text is None:
        return list(Site.objects.order_by("pk"))
    try:
        return [find_site(text)]
    except UnclearSite as error:
        raise CommandError(str(error)) from error
