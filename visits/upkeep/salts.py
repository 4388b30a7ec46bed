"""Destroying what could link a visitor of a past day to a person."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from visits.models import OpenVisit, Salt
from visits.upkeep.steps import delete_in_steps

# The last time zone ends its day twelve hours after UTC (UTC-12); a visit may go on until the site's
# next midnight, a day later, because yesterday's id is tried for it.
SALT_LIFE = dt.timedelta(days=2, hours=12)
# Importing a log makes salts for past days; they must last while the import runs.
IMPORT_LIFE = dt.timedelta(hours=24)


def destroy_salts(now: dt.datetime) -> int:
    """Destroy the salts that no visit can need any more, with the open visits of their days.

    That is a day after theirs has ended everywhere; salts that an import made last a day from then.
    Returns how many were destroyed. Afterwards nobody can compute a visitor id of those days.
    """
    last_day = (now - SALT_LIFE).date()
    salts = Salt.objects.filter(day__lte=last_day, created_at__lte=now - IMPORT_LIFE)
    days = list(salts.values_list("day", flat=True))
    open_visits = OpenVisit.objects.filter(day__in=days)
    # A large site has a million of them.
    delete_in_steps(open_visits)
    with transaction.atomic():
        open_visits.delete()
        Salt.objects.filter(day__in=days).delete()
    _overwrite_journal()
    return len(days)


def _overwrite_journal() -> None:
    """Take what was deleted out of SQLite's files: until a checkpoint, its journal still holds it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
