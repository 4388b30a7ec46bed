"""The page of all checks: what `doctor` says, without its call at the mail server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from visits.service.checks import examine, worst
from visits.service.finding import Finding

TITLES = {
    "settings": "Settings",
    "disk": "Disk",
    "spool": "Spool",
    "places": "Places",
    "mail": "Mail",
    "database": "Database",
    "migrations": "Migrations",
    "indexes": "Indexes",
    "clock": "Clock",
    "jobs": "Upkeep",
    "days": "Closed days",
    "archive": "Archive",
    "removals": "Removals",
    "mails": "Scheduled mails",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """What one check found; `status` is "ok", "warning" or "problem"."""

    name: str
    title: str
    status: str
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """What templates/admin/checks.html shows."""

    said: str
    status: str
    checks: list[Examined]


def checks_page(now: dt.datetime) -> ChecksPage:
    found = examine(now)
    by_check = groupby(found, key=lambda finding: finding.check)
    status = worst(found)
    return ChecksPage(
        status.sentence, status.word, [_examined(name, list(each)) for name, each in by_check]
    )


def _examined(name: str, findings: list[Finding]) -> Examined:
    return Examined(name, TITLES[name], worst(findings).word, findings)
