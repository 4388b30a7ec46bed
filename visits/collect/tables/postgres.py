"""The statements of a batch for PostgreSQL."""

# The names in a statement are constants of this package and its callers; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection

from visits.collect.tables.statements import (
    ADD_ENGAGEMENT,
    CHANGE_DAYS,
    CHANGED_COLUMNS,
    CHANGED_TYPES,
    ENGAGED_MAX_SECONDS,
    MESSAGE_ID_COLUMNS,
    SITES_RESET,
    VIEWS_OF_VISITS,
    VISITS_OF_VISITORS,
    Reset,
    Row,
    Tables,
    resets,
)
from visits.models.collecting import SITE_LOCK_MASK, SITE_LOCKS


class PostgresTables(Tables):
    """PostgreSQL: rows go in with COPY; keys and changes are arrays of columns."""

    # Other processes write too: what a visit is now, only the database knows.
    has_memory = False

    def take_turn(self, holder: int) -> bool:
        return False

    def hold_sites(self, site_ids: Iterable[int]) -> dict[int, Reset]:
        """The same. Asked once the locks are there: what was reset meanwhile is seen.

        Batches share the locks, so that they do not wait for each other.
        """
        ids = _array(sorted(site_ids))
        self._execute(
            f"SELECT count(pg_advisory_xact_lock_shared({SITE_LOCKS}, (k & {SITE_LOCK_MASK})::int))"
            " FROM unnest(%s::bigint[]) k",
            [ids],
        )
        return resets(self._execute(SITES_RESET.format(ids="SELECT unnest(%s::bigint[])"), [ids]))

    def lock_visitors(self, visitors: Iterable[int]) -> None:
        """Wait for every other transaction that writes one of these visitors, until this one ends.

        Always in the same order, so that two processes never wait for each other.
        """
        self._execute(
            "SELECT count(pg_advisory_xact_lock(k)) FROM unnest(%s::bigint[]) k",
            [_array(sorted(visitors))],
        )

    def next_ids(self, count: int) -> tuple[Sequence[int], Sequence[int]]:
        rows = self._execute(
            "SELECT nextval('visits_visit_id_seq'), nextval('visits_hit_id_seq')"
            " FROM generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in rows], [row[1] for row in rows]

    def find_visits(self, keys: Sequence[tuple[int, int]]) -> list[Row]:
        names = {"day": "k.day", "visitor": "k.visitor"}
        source = "unnest(%s::int[], %s::bigint[]) k(day, visitor)"
        return self._select(VISITS_OF_VISITORS.format(keys=source, **names), keys)

    def find_views(self, keys: Sequence[tuple[int, ...]]) -> list[Row]:
        names = {name: f"k.{name}" for name in ("site", "day", "page", "client", "visit")}
        source = (
            "unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[])"
            " k(site, day, page, client, visit)"
        )
        statement = VIEWS_OF_VISITS.format(keys=source, flags="false, true", **names)
        return self._select(statement, keys)

    def find_values(
        self, table: str, columns: Sequence[str], keys: Sequence[Row], more: Sequence[str] = ()
    ) -> list[Row]:
        names = ", ".join(columns)
        return self._execute(
            f"SELECT id, {', '.join((*columns, *more))} FROM unnest({_array_holes(columns)}) k({names})"
            f" JOIN {table} USING ({names})",
            [list(column) for column in zip(*keys, strict=True)],
        )

    def insert_values(self, table: str, columns: Sequence[str], keys: Sequence[Row]) -> list[Row]:
        names = ", ".join(columns)
        return self._execute(
            f"INSERT INTO {table} ({names}) SELECT * FROM unnest({_array_holes(columns)})"
            f" ON CONFLICT DO NOTHING RETURNING id, {names}",
            [list(column) for column in zip(*keys, strict=True)],
        )

    def change_titles(self, rows: Sequence[tuple[int, str]], except_path: str) -> None:
        # Nobody waits for a title: a page that another process is changing keeps what it gets there.
        self._execute(
            "UPDATE visits_page SET title = k.title FROM unnest(%s::bigint[], %s::text[]) k(id, title)"
            " JOIN (SELECT id FROM visits_page WHERE id = ANY(%s::bigint[]) AND path <> %s"
            " FOR UPDATE SKIP LOCKED) free ON free.id = k.id"
            " WHERE visits_page.id = k.id AND visits_page.title <> k.title",
            [*map(list, zip(*rows, strict=True)), [page for page, _ in rows], except_path],
        )

    def claim_message_ids(self, rows: Sequence[tuple[int, int, int]]) -> set[tuple[int, int]]:
        statement = (
            f"INSERT INTO visits_messageid ({', '.join(MESSAGE_ID_COLUMNS)})"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
            " ON CONFLICT (site_id, digest) DO NOTHING RETURNING site_id, digest"
        )
        return {(site, digest) for site, digest in self._select(statement, sorted(rows))}

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        if rows:
            statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            text = "".join(["\t".join(map(_copied, row)) + "\n" for row in rows])
            with (
                connection.wrap_database_errors,
                self._cursor() as cursor,
                cursor.copy(statement) as copy,
            ):
                copy.write(text)

    def update_visits(self, rows: Sequence[Row]) -> None:
        if rows:
            sets = ", ".join(f"{column} = k.{column}" for column in CHANGED_COLUMNS[:-1])
            arrays = ", ".join(f"%s::{kind}[]" for kind in CHANGED_TYPES)
            self._execute(
                f"UPDATE visits_visit v SET {sets}"
                f" FROM unnest({arrays}) k({', '.join(CHANGED_COLUMNS)}) WHERE v.id = k.id",
                [_array(column) for column in zip(*rows, strict=True)],
            )

    def add_engagement(self, rows: Sequence[tuple[int, int, int]]) -> None:
        if rows:
            statement = ADD_ENGAGEMENT.format(
                seconds="k.seconds", scroll="k.scroll", maximum=ENGAGED_MAX_SECONDS
            )
            self._execute(
                f"{statement} FROM unnest(%s::bigint[], %s::int[], %s::int[])"
                " k(hit, seconds, scroll) WHERE id = k.hit",
                [_array(column) for column in zip(*rows, strict=True)],
            )

    def change_days(self, days: Sequence[tuple[int, int]]) -> None:
        """Note that facts of these (site, day) change.

        The rows stay locked until the transaction ends, always in the same order: two processes never
        wait for each other.
        """
        rows = (
            "SELECT k.site, k.day, 1 FROM unnest(%s::bigint[], %s::int[]) k(site, day)"
            " ORDER BY k.site, k.day"
        )
        if days:
            arrays = [_array(column) for column in zip(*days, strict=True)]
            self._execute(CHANGE_DAYS.format(rows=rows), arrays)

    def _select(self, statement: str, keys: Sequence[Row]) -> list[Row]:
        if not keys:
            return []
        return self._execute(statement, [_array(column) for column in zip(*keys, strict=True)])

    def _execute(self, statement: str, values: list[Any]) -> list[Row]:
        """Run a statement that the server prepares once a connection, and return its rows."""
        with connection.wrap_database_errors, self._cursor() as cursor:
            cursor.execute(statement, values, prepare=True)
            return cursor.fetchall() if cursor.description else []

    def _cursor(self) -> Any:
        """Return a cursor that sends values beside the statement; Django's own puts them into it."""
        import psycopg

        connection.ensure_connection()
        return psycopg.Cursor(connection.connection)


def _array_holes(columns: Sequence[str]) -> str:
    """Return the arrays of a dimension's columns: all of them are texts but for the site."""
    return ", ".join("%s::bigint[]" if column == "site_id" else "%s::text[]" for column in columns)


def _array(values: Iterable[Any]) -> str:
    """Return integers and booleans as PostgreSQL writes an array: quicker than adapting each."""
    return "{" + ",".join([str(int(value)) for value in values]) + "}"


# COPY reads a tab as the end of a column and a backslash as an escape.
COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    return value.translate(COPY_ESCAPES) if isinstance(value, str) else str(cast(int, value))
