"""Reading several things as they were at one moment, without keeping those who write waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

# So many rows are Python objects at a time. Fewer than make the collector of garbage begin its work: it
# would look through thousands of tuples again and again. PostgreSQL is asked once for each chunk.
CHUNK_ROWS = {"sqlite": 512, "postgresql": 4096}


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all that is read inside be of one moment; nothing may be written. Keep it short.

    Inside a transaction the caller has opened, it is that one's view.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _deferred_transaction():
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


@contextmanager
def _deferred_transaction() -> Iterator[None]:
    """Begin as Django would not: its transactions take SQLite's lock for writing when they begin."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def raw_rows(queryset: QuerySet[Any, Any]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows of `values_list`, some hundreds at a time, as the driver gives them.

    Days and instants stay integers; SQLite's booleans are 0 and 1. Call it inside a snapshot.
    """
    sql, parameters = queryset.query.get_compiler(connection=connection).as_sql()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(CHUNK_ROWS[connection.vendor]):
            yield rows
