"""All checks of the installation, for `doctor` and for the admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from visits.service.database import check_database, check_indexes, check_migrations
from visits.service.finding import Finding, Status, problem
from visits.service.machine import (
    check_clock,
    check_disk,
    check_mail,
    check_mail_server,
    check_places,
    check_settings,
    check_spool,
)
from visits.service.work import (
    check_archive,
    check_days,
    check_jobs,
    check_mails,
    check_removals,
)

Check = Callable[[dt.datetime], Iterable[Finding]]

# In the order in which they are told. Those behind the database need one that answers.
OF_THE_MACHINE: dict[str, Check] = {
    "settings": check_settings,
    "disk": check_disk,
    "spool": check_spool,
    "places": check_places,
    "mail": check_mail,
}
DATABASE = "database"
OF_THE_DATABASE: dict[str, Check] = {
    "migrations": check_migrations,
    "indexes": check_indexes,
    "clock": check_clock,
    "jobs": check_jobs,
    "days": check_days,
    "archive": check_archive,
    "removals": check_removals,
    "mails": check_mails,
}
NAMES = (*OF_THE_MACHINE, DATABASE, *OF_THE_DATABASE)


def examine(now: dt.datetime, *, reaches_out: bool = False) -> tuple[Finding, ...]:
    """Return what all checks find, each at least once. Changes nothing and never raises.

    With `reaches_out` the mail server is signed in at, which may take some seconds.
    """
    found = list(_found(OF_THE_MACHINE, now))
    if reaches_out:
        found += _found({"mail": check_mail_server}, now)
    found += _found({DATABASE: check_database}, now)
    # The others would only say once more that it is away.
    if all(each.status is not Status.PROBLEM for each in found if each.check == DATABASE):
        found += _found(OF_THE_DATABASE, now)
    return tuple(found)


def worst(findings: Sequence[Finding]) -> Status:
    return max((finding.status for finding in findings), default=Status.OK)


def _found(checks: dict[str, Check], now: dt.datetime) -> Iterator[Finding]:
    for name, check in checks.items():
        try:
            yield from list(check(now))
        except Exception as error:  # noqa: BLE001 - what a check stumbles over is what it found
            yield problem(name, f"It could not be checked: {type(error).__name__}: {error}")
