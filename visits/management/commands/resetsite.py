"""Remove all that a site has collected."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from visits.upkeep.removal import begin_reset, finish_removal


class Command(BaseCommand):
    help = (
        "Removes all that a site has collected: visits, hits, pages, refusals and the archive. Its "
        "settings, goals, funnels, segments, notes, shared links and exclusions stay, and it goes on "
        "counting. This cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", metavar="DOMAIN", help="its domain, key or number")
        parser.add_argument("--no-input", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = find_site(options["site"])
        except UnclearSite as error:
            raise CommandError(str(error)) from error
        question = f"All visits of {site.domain} go. To be sure, type {site.domain}: "
        if not options["no_input"] and input(question).strip() != site.domain:
            raise CommandError("Nothing was changed.")
        begin_reset(site, timezone.now())
        counts = finish_removal(site)
        listed = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
        self.stdout.write(f"{site.domain} is reset. Removed: {listed or 'nothing'}.")
