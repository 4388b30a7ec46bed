"""Remove visits that meet filters, for good."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from visits.management.counted import counted
from visits.management.selecting import (
    add_selecting_options,
    described,
    selection_of,
    sentence_of,
    site_of,
    with_progress,
)
from visits.upkeep.cutting import purge_steps
from visits.upkeep.steps import take_steps


class Command(BaseCommand):
    help = (
        "Removes visits of a site with all their hits: those that a report with the same filters and "
        "days counts. All other numbers are then as if they had never come. This cannot be undone; "
        "“quarantine” can."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", metavar="DOMAIN", help="its domain, key or number")
        add_selecting_options(parser)
        parser.add_argument("--no-input", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        site = site_of(options["site"])
        selection = selection_of(site, options, timezone.now())
        found = described(selection)
        if not options["dry_run"]:
            _ask(site.domain, found, is_asked=not options["no_input"])
            days = [day.day for day in selection.days()]
            steps = purge_steps(site.pk, selection.visits_of, days)
            removed = take_steps(with_progress(steps, found["visits"], "Removing"))
            found |= {"visits": removed["visits"], "hits": removed["hits"]}
        if options["json"]:
            self.stdout.write(json.dumps(found | {"dry_run": options["dry_run"]}))
            return
        verb = "Would be removed" if options["dry_run"] else "Removed"
        self.stdout.write(f"{verb} from {site.domain}: {sentence_of(found)}.")


def _ask(domain: str, found: dict[str, Any], *, is_asked: bool) -> None:
    """Raise CommandError unless somebody wants it, where there is anything to be removed."""
    question = f"{counted(found['visits'], 'visit')} of {domain} go. To be sure, type {domain}: "
    if is_asked and found["visits"] and input(question).strip() != domain:
        raise CommandError("Nothing was changed.")
