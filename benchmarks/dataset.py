"""Fills an empty database with a large installation: `python -m benchmarks.dataset`, or `make bench-data`.

The database is that of the settings. The rows are those that the writer would have stored; the schema
in the end is that of the migrations.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import django
from tqdm import tqdm

from benchmarks.plan import Plan

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from benchmarks.rows import HIT_COLUMNS, PROPERTY_COLUMNS, VISIT_COLUMNS, Row, Rows, make_dimensions
from benchmarks.sizes import table_of_sizes
from benchmarks.stream import Stream
from visits.models import Hit, HitProperty, Visit
from visits.models.time import to_day

FACTS = (Visit, Hit, HitProperty)
TABLES = tuple(model._meta.db_table for model in FACTS)
# What a load may take of the machine's memory.
SQLITE_CACHE = "PRAGMA cache_size=-262144"
POSTGRES_MEMORY = "SET maintenance_work_mem = '512MB'"


class NotEmpty(Exception):
    """The database has visits already, which are not ours."""


def fill(plan: Plan, *, shows_progress: bool = False) -> int:
    """Store the sites, dimensions and facts of a plan and return the number of hits.

    1. dimensions, through the ORM
    2. facts, day by day and without indexes, as fast as the database takes them
    3. indexes, then the statistics of the planner

    Raises NotEmpty.
    """
    if Visit.objects.exists():
        raise NotEmpty("This database has visits. Name an empty one in DATABASE_URL.")
    stream = Stream(plan)
    rows = Rows(stream.world, make_dimensions(stream.world))
    with (
        _bulk_loading(),
        tqdm(total=plan.hits, unit=" hits", leave=False, disable=not shows_progress) as progress,
    ):
        for date in plan.dates():
            day = rows.of_day(to_day(date), stream.visits(date))
            with transaction.atomic():
                _insert(Visit._meta.db_table, VISIT_COLUMNS, day.visits)
                _insert(Hit._meta.db_table, HIT_COLUMNS, day.hits)
                _insert(HitProperty._meta.db_table, PROPERTY_COLUMNS, day.properties)
            progress.update(len(day.hits))
    return rows.next_hit_id - 1


def _insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names = ", ".join(columns)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",
            rows,
        )
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        # Integers need no escape, and the only word in them is the one for nothing.
        copy.write("".join([_line(row) for row in rows]).replace("None", "\\N"))


def _line(row: Row) -> str:
    return "\t".join(map(str, row)) + "\n"


@contextmanager
def _bulk_loading() -> Iterator[None]:
    """Take away what is checked or kept up to date with each row, and put it back in the end.

    A load that fails leaves a database that is good for nothing.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(SQLITE_CACHE)
        indexes = _indexes_of_sqlite()
        connection.disable_constraint_checking()
        _execute([f"DROP INDEX {name}" for name, _ in indexes])
        yield
        _execute([sql for _, sql in indexes])
        connection.enable_constraint_checking()
        _execute(["ANALYZE"])
        return
    constraints, indexes = _constraints_of_postgres(), _indexes_of_postgres()
    _execute([POSTGRES_MEMORY])
    _execute([f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in constraints])
    _execute([f"DROP INDEX {name}" for name, _ in indexes])
    yield
    _execute([sql for _, sql in indexes])
    _execute(
        [f"ALTER TABLE {table} ADD CONSTRAINT {name} {sql}" for table, name, sql in constraints]
    )
    _execute(connection.ops.sequence_reset_sql(no_style(), FACTS))
    _execute([f"VACUUM (ANALYZE) {table}" for table in TABLES])


def _indexes_of_sqlite() -> list[tuple[str, ...]]:
    marks = ", ".join(["%s"] * len(TABLES))
    return _select(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        f" AND tbl_name IN ({marks})",
        TABLES,
    )


def _indexes_of_postgres() -> list[tuple[str, ...]]:
    return _select(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [list(TABLES)],
    )


def _constraints_of_postgres() -> list[tuple[str, ...]]:
    return _select(
        "SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint"
        " JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'f' AND relname = ANY(%s)",
        [list(TABLES)],
    )


def _select(sql: str, parameters: Sequence[str | list[str]] = ()) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _execute(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def main() -> None:
    plan = Plan.from_environment()
    # Millions of tuples and no cycles: looking for some takes a fifth of the time.
    gc.disable()
    began_at = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "sqlite":
        # A load that is broken off is begun anew: no journal, and no disk to wait for.
        _execute(["PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF"])
    try:
        hits = fill(plan, shows_progress=sys.stderr.isatty())
    except NotEmpty as error:
        sys.exit(str(error))
    if connection.vendor == "sqlite":
        _execute(["PRAGMA journal_mode=WAL"])
    seconds = time.monotonic() - began_at
    sys.stdout.write(f"{hits:,} hits in {seconds:.0f} s, {connection.vendor}\n")
    sys.stdout.write(table_of_sizes(hits))


if __name__ == "__main__":
    main()
