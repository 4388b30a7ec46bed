"""Checks of the database: whether it answers, is up to date, and has its indexes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.apps import apps
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.template.defaultfilters import filesizeformat

from visits.service.finding import Finding, ok, problem, warning
from visits.service.storage import database_bytes

OURS = ("accounts", "sites", "visits")
SQLITE_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'index'"
# An index whose making was broken off is there, and is not used.
POSTGRES_INDEXES = (
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid"
)
CLOCKS_APART_SECONDS = 5


def check_database(now: dt.datetime) -> Iterator[Finding]:
    try:
        used, size = database_bytes()
    except Error as error:
        hint = "See to DATABASE_URL, and whether the server runs. Hits wait in the spool meanwhile."
        yield problem("database", f"It does not answer: {type(error).__name__}.", hint)
        return
    version = ".".join(map(str, connection.get_database_version()))
    text = f"{connection.display_name} {version} answers; {filesizeformat(used)} are in use"
    yield ok("database", f"{text} of {filesizeformat(size)}." if size > used else f"{text}.")
    yield from _journal() if connection.vendor == "sqlite" else _clocks()


def _journal() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        yield warning(
            "database",
            f"Its journal is {mode}: readers and writers wait for each other.",
            "Put the file on a local disk, and start the server anew.",
        )


def _clocks() -> Iterator[Finding]:
    """Compare the clock of the database with ours: limits and tasks go by both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    seconds = abs((theirs - dt.datetime.now(dt.UTC)).total_seconds())
    if seconds > CLOCKS_APART_SECONDS:
        yield warning(
            "clock",
            f"The clock of the database is {seconds:,.0f} seconds off.",
            "Let both systems set their clocks (NTP).",
        )


def check_migrations(now: dt.datetime) -> Iterator[Finding]:
    applied = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    missing = sorted(set(MigrationLoader(None).graph.nodes) - applied)
    if missing:
        names = ", ".join(map(".".join, missing[:5]))
        yield problem(
            "migrations", f"{len(missing)} are missing: {names}.", "Run `manage.py migrate`."
        )
    else:
        yield ok("migrations", "The database is that of this version.")


def check_indexes(now: dt.datetime) -> Iterator[Finding]:
    """Compare the indexes of the database, of which only whole ones count, with those of the models."""
    with connection.cursor() as cursor:
        cursor.execute(SQLITE_INDEXES if connection.vendor == "sqlite" else POSTGRES_INDEXES)
        found = {name for [name] in cursor.fetchall()}
    missing = sorted(_indexes() - found)
    if missing:
        yield problem(
            "indexes",
            f"{len(missing)} are missing or broken: {', '.join(missing)}.",
            "Reports are slow without them. On PostgreSQL: REINDEX INDEX; on SQLite restore a backup.",
        )
    else:
        yield ok("indexes", f"All {len(_indexes())} are there.")


def _indexes() -> set[str]:
    return {
        index.name
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for index in model._meta.indexes
    }
