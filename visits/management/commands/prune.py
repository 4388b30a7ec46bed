"""Remove what sites do not keep any longer, now."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from sites.models import Site
from visits.management.counted import counted
from visits.upkeep.removal import finish_removal, sites_to_remove
from visits.upkeep.retention import Pruned, plan, prune, sites_with_retention
from visits.upkeep.steps import Counts


class Command(BaseCommand):
    help = (
        "Removes visits and hits that are older than their site keeps them, months of the archive "
        "likewise, and what deleted and reset sites have left. Upkeep does the same every ten minutes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", metavar="DOMAIN", help="only this one: domain, key or number")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be removed, and remove nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_dry, now = options["dry_run"], timezone.now()
        limited, waiting = _sites(options["site"])
        total: Counts = Counter()
        for site in limited:
            pruned = plan(site, now) if is_dry else prune(site, now)
            total.update(pruned.counts)
            self.stdout.write(f"{site.domain}: {_what_goes(pruned)}")
        for site in waiting:
            counts = Counter() if is_dry else finish_removal(site)
            total.update(counts)
            what = "is deleted" if site.deleted_at else "was reset"
            self.stdout.write(
                f"{site.domain} {what}: {'all of it' if is_dry else _listed(counts)}."
            )
        verb = "Would be removed" if is_dry else "Removed"
        self.stdout.write(f"{verb}: {_listed(total)}.")


def _sites(text: str | None) -> tuple[list[Site], list[Site]]:
    """Return the sites with a retention, and those of which something is left."""
    if text is None:
        return sites_with_retention(), sites_to_remove()
    try:
        site = find_site(text)
    except UnclearSite as error:
        raise CommandError(str(error)) from error
    return [site], [site] if site.is_being_reset else []


def _what_goes(pruned: Pruned) -> str:
    days = counted(pruned.days, "day")
    waiting = f", {counted(pruned.waiting_days, 'day')} not archived yet"
    return f"{days} ({_listed(pruned.counts)}){waiting if pruned.waiting_days else ''}."


def _listed(counts: Counts) -> str:
    """Return counts such as “visits 3, hits 1,200”."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "nothing"
