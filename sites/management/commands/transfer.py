"""Hand a site over to another owner."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from sites.lookup import UnclearSite, find_site
from sites.models import Site
from sites.ownership import TransferRefused, transfer_problem, transfer_site


class Command(BaseCommand):
    help = (
        "Hands a site over to another owner, with its numbers, settings and shared links. The owner "
        "before does not see it any more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", metavar="DOMAIN", help="its domain, key or number")
        parser.add_argument("--to", required=True, metavar="EMAIL", help="the owner to be")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = find_site(options["site"])
            owner = User.objects.get_by_natural_key(options["to"])
            before = "" if site.owner is None else site.owner.email
            changed = _transfer(site, owner, is_dry=options["dry_run"])
        except (UnclearSite, TransferRefused) as error:
            raise CommandError(str(error)) from error
        except User.DoesNotExist as error:
            raise CommandError(f"There is no owner {options['to']}.") from error
        if options["json"]:
            answer = {"site": site.domain, "from": before, "to": owner.email, "changed": changed}
            self.stdout.write(json.dumps(answer | {"dry_run": options["dry_run"]}))
        elif not changed:
            self.stdout.write(f"{site.domain} belongs to {owner.email} already.")
        else:
            verb = "would belong" if options["dry_run"] else "belongs"
            self.stdout.write(f"{site.domain} {verb} to {owner.email}, after {before}.")


def _transfer(site: Site, owner: User, *, is_dry: bool) -> bool:
    if not is_dry:
        return transfer_site(site, owner)
    problem = transfer_problem(site, owner)
    if problem:
        raise TransferRefused(problem)
    return site.owner_id != owner.pk
