"""List the sites of the installation with their last seven days."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sites.models import Site
from sites.pausing import state_of
from visits.files.text import text_lines
from visits.files.writing import as_json
from visits.management.counted import counted
from visits.reports.overview import SiteCard, site_cards
from visits.templatetags.stats import change, exact

LABELS = ("Number", "Domain", "Owner", "Visitors in 7 days", "Change", "Now", "State")
NUMBERS = (True, False, False, True, True, True, False)


class Command(BaseCommand):
    help = "Lists all sites: whose they are, their visitors in seven days, and whether they count."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", metavar="EMAIL", help="only the sites of this account")
        parser.add_argument("--tag", metavar="NAME", help="only the sites with this tag")
        parser.add_argument("--json", action="store_true", help="print JSON, a list of objects")

    def handle(self, *args: Any, **options: Any) -> None:
        cards = site_cards(_sites(options["owner"], options["tag"]), timezone.now())
        if options["json"]:
            self.stdout.write(as_json([_as_json(card) for card in cards]))
            return
        for line in text_lines(LABELS, [_texts(card) for card in cards], NUMBERS):
            self.stdout.write(line)
        self.stdout.write(f"\n{counted(len(cards), 'site')}.")


def _sites(owner: str | None, tag: str | None) -> Iterable[Site]:
    sites = Site.objects.select_related("owner").prefetch_related("tags").order_by("domain", "pk")
    if owner is not None:
        sites = sites.filter(owner__email__iexact=owner)
    return sites.filter(tags__name__iexact=tag).distinct() if tag is not None else sites


def _texts(card: SiteCard) -> tuple[str, ...]:
    site, rate = card.site, card.change_rate
    return (
        str(site.pk),
        site.domain,
        site.owner.email if site.owner else "",
        exact(card.visitors),
        "" if rate is None else change(rate),
        exact(card.current_visitors),
        _state(card),
    )


def _state(card: SiteCard) -> str:
    is_waiting = not (card.has_hits or card.site.paused_at)
    return "Waiting for its first hit" if is_waiting else state_of(card.site)


def _as_json(card: SiteCard) -> dict[str, object]:
    site = card.site
    return {
        "id": site.pk,
        "domain": site.domain,
        "name": site.name,
        "key": site.key,
        "owner": site.owner.email if site.owner else None,
        "tags": [tag.name for tag in site.tags.all()],
        "time_zone": site.time_zone,
        "created_at": site.created_at.isoformat(),
        "paused_at": site.paused_at.isoformat() if site.paused_at else None,
        "has_hits": card.has_hits,
        "visitors_7_days": card.visitors,
        "visitors_7_days_before": card.previous_visitors,
        "current_visitors": card.current_visitors,
    }
