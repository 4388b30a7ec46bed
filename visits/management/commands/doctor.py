"""Look whether the installation can do its work."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from visits.service.checks import examine, worst
from visits.service.finding import Finding, Status

MARKS = {Status.OK: "ok", Status.WARNING: "WARNING", Status.PROBLEM: "PROBLEM"}


class Command(BaseCommand):
    help = (
        "Checks settings, database, indexes, disk, spool, clock, places, mail and overdue work, and changes "
        "nothing. The exit status is 0 when all is well, 1 with warnings, and 2 with problems."
    )
    # They are part of what is told; nobody should have to repair them to be told the rest.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--offline", action="store_true", help="do not connect to the mail server"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = examine(timezone.now(), reaches_out=not options["offline"])
        status = worst(found)
        self.stdout.write(_as_json(found, status) if options["json"] else _as_text(found, status))
        if status is not Status.OK:
            sys.exit(status)


def _as_json(found: Sequence[Finding], status: Status) -> str:
    checks = [
        {"check": each.check, "status": each.status.word, "text": each.text, "hint": each.hint}
        for each in found
    ]
    return json.dumps({"status": status.word, "checks": checks}, indent=2)


def _as_text(found: Sequence[Finding], status: Status) -> str:
    width = max(len(each.check) for each in found)
    lines = []
    for each in found:
        lines.append(f"{MARKS[each.status]:<8} {each.check:<{width}}  {each.text}")
        if each.hint and each.status is not Status.OK:
            lines.append(f"{'':<8} {'':<{width}}  {each.hint}")
    return "\n".join([*lines, status.sentence])
