"""Plan and send reports by mail, in a process of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from visits.digests.jobs import jobs


class Command(BaseCommand):
    help = (
        "Plans and sends reports by mail until it is stopped. `serve` does the same in a thread: this is for "
        "installations that run another server, or want mails out of its process. Several may run at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=1, help="mails that are sent at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        consumer = jobs().huey.create_consumer(workers=options["workers"], graceful_signal="TERM")
        self.stdout.write("Reports are sent by mail when they are due. Stop it with Ctrl+C.")
        self.stdout.flush()
        consumer.run()
