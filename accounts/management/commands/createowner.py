"""`manage.py createowner EMAIL --password P`: an account without a sign-up form."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.owners import create_owner


class Command(BaseCommand):
    help = "Create an account that can sign in at once; its e-mail address counts as confirmed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--password", help="Asked for when left out.")
        parser.add_argument("--name", default="", help="The name that the screens show.")
        parser.add_argument("--staff", action="store_true", help="May sign in to the admin.")
        parser.add_argument("--superuser", action="store_true", help="May do everything.")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"]
        try:
            user = create_owner(
                options["email"],
                ask_password() if password is None else password,
                display_name=options["name"],
                is_staff=options["staff"],
                is_superuser=options["superuser"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} can sign in now ({user.role.label}).")


def ask_password() -> str:
    password = getpass("Password: ")
    if getpass("Password again: ") != password:
        raise CommandError("The two passwords differ.")
    return password
