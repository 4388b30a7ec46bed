"""Add a site from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from sites.forms import SiteForm
from sites.models import Site
from sites.snippet import script_tag


class Command(BaseCommand):
    help = "Adds a site for an owner and prints its snippet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--name", default="", help="as shown in lists; default: the domain")
        parser.add_argument("--time-zone", default="UTC", help="for example Europe/Berlin")

    def handle(self, *args: Any, **options: Any) -> None:
        site = add_site(
            owner=_owner(options["owner"]),
            domain=options["domain"],
            name=options["name"],
            time_zone=options["time_zone"],
        )
        self.stdout.write(
            f"Added {site.domain}, number {site.pk}. Its snippet:\n{script_tag(site)}"
        )


def _owner(email: str) -> User:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(
            f"There is no owner {email}. Add one with: python manage.py createowner {email}"
        ) from error


def add_site(owner: User, **fields: str) -> Site:
    """Return the new site, checked by the same form as on the web. Raises CommandError."""
    form = SiteForm(fields, instance=Site(owner=owner))
    if not form.is_valid():
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        raise CommandError(" ".join(sentences))
    return form.save()
