"""Pause and resume the collection of sites."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from sites.models import Site
from sites.pausing import outcome


class Command(BaseCommand):
    help = (
        "Pauses the collection of sites: within two seconds every process refuses their hits, as "
        "“paused”, and owners are told so on their pages. With --resume, hits are counted again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "site", nargs="+", metavar="DOMAIN", help="its domain, key or number; as many as needed"
        )
        parser.add_argument("--resume", action="store_true", help="count hits again")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sites = [find_site(text) for text in options["site"]]
        except UnclearSite as error:
            raise CommandError(str(error)) from error
        chosen = Site.objects.filter(pk__in=[site.pk for site in sites])
        changed = chosen.resume() if options["resume"] else chosen.pause(timezone.now())
        if options["json"]:
            state = "counting" if options["resume"] else "paused"
            domains = [site.domain for site in sites]
            self.stdout.write(json.dumps({"sites": domains, "state": state, "changed": changed}))
        else:
            number = len({site.pk for site in sites})
            self.stdout.write(outcome(changed, number, is_resumed=options["resume"]))
