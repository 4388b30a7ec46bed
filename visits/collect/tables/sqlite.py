"""The statements of a batch for SQLite."""

# The names in a statement are constants of this package and its callers; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection

from visits.collect.tables.statements import (
    ADD_ENGAGEMENT,
    CHANGE_DAYS,
    CHANGED_COLUMNS,
    ENGAGED_MAX_SECONDS,
    MESSAGE_ID_COLUMNS,
    ROWS_AT_MOST,
    SITES_RESET,
    VIEWS_OF_VISITS,
    VISITS_OF_VISITORS,
    Reset,
    Row,
    Tables,
    resets,
)


class SqliteTables(Tables):
    """SQLite: rows are values of one statement; keys come out of one JSON text."""

    has_memory = True

    def take_turn(self, holder: int) -> bool:
        """Note who writes, and return whether the batch before was the same writer's."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT holder FROM visits_writerturn WHERE id = 1")
            row = cursor.fetchone()
            if row is not None and row[0] == holder:
                return True
            cursor.execute("REPLACE INTO visits_writerturn (id, holder) VALUES (1, %s)", [holder])
        return False

    def hold_sites(self, site_ids: Iterable[int]) -> dict[int, Reset]:
        """Return which of these sites were reset; none of them is before the transaction ends."""
        ids = ", ".join(map(str, map(int, site_ids)))
        with connection.cursor() as cursor:
            cursor.execute(SITES_RESET.format(ids="SELECT value FROM json_each(%s)"), [f"[{ids}]"])
            return resets(cursor.fetchall())

    def lock_visitors(self, visitors: Iterable[int]) -> None:
        """Nothing to do: a transaction that writes is alone."""

    def next_ids(self, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return ids for `count` visits and `count` hits."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, seq FROM sqlite_sequence WHERE name IN ('visits_visit', 'visits_hit')"
            )
            newest = dict(cursor.fetchall())
        visit, hit = newest.get("visits_visit", 0), newest.get("visits_hit", 0)
        return range(visit + 1, visit + count + 1), range(hit + 1, hit + count + 1)

    def find_visits(self, keys: Sequence[tuple[int, int]]) -> list[Row]:
        """Return (visitor, *VISIT_COLUMNS) of all visits of these (day, visitor), the oldest first."""
        statement = VISITS_OF_VISITORS.format(keys="json_each(%s) k CROSS", **_parts("day visitor"))
        return self._select(statement, keys)

    def find_views(self, keys: Sequence[tuple[int, ...]]) -> list[Row]:
        """Return (visit, page, newest hit) of those (site, day, page, client, visit) that were viewed."""
        parts = _parts("site day page client visit")
        statement = VIEWS_OF_VISITS.format(keys="json_each(%s) k CROSS", flags="0, 1", **parts)
        return self._select(statement, keys)

    def find_values(
        self, table: str, columns: Sequence[str], keys: Sequence[Row], more: Sequence[str] = ()
    ) -> list[Row]:
        """Return (id, *columns, *more) of the rows of a dimension that have one of these keys."""
        parts = _positions(len(columns))
        same = " AND ".join(f"t.{name} = {part}" for name, part in zip(columns, parts, strict=True))
        names = ", ".join(f"t.{column}" for column in (*columns, *more))
        return self._select(
            f"SELECT t.id, {names} FROM json_each(%s) k CROSS JOIN {table} t ON {same}", keys
        )

    def insert_values(self, table: str, columns: Sequence[str], keys: Sequence[Row]) -> list[Row]:
        """Store the keys that a dimension does not have and return (id, *columns) of these."""
        names = ", ".join(columns)
        # Without “WHERE true”, SQLite would read ON CONFLICT as the condition of a join.
        return self._select(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(_positions(len(columns)))}"
            f" FROM json_each(%s) k WHERE true ON CONFLICT DO NOTHING RETURNING id, {names}",
            keys,
        )

    def change_titles(self, rows: Sequence[tuple[int, str]], except_path: str) -> None:
        """Write (page, title) to pages, all but those of one path."""
        page, title = _positions(2)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE visits_page SET title = {title} FROM json_each(%s) k"
                f" WHERE visits_page.id = {page} AND visits_page.path <> %s"
                f" AND visits_page.title <> {title}",
                [json.dumps(rows), except_path],
            )

    def claim_message_ids(self, rows: Sequence[tuple[int, int, int]]) -> set[tuple[int, int]]:
        """Store (site, digest, at) and return the (site, digest) that were not there before."""
        select = ", ".join(_parts("site digest at").values())
        statement = (
            f"INSERT OR IGNORE INTO visits_messageid ({', '.join(MESSAGE_ID_COLUMNS)})"
            f" SELECT {select} FROM json_each(%s) k RETURNING site_id, digest"
        )
        return {(site, digest) for site, digest in self._select(statement, rows)}

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Store rows of a table."""
        self._run(_insert_statement, (table, columns), rows)

    def update_visits(self, rows: Sequence[Row]) -> None:
        """Write CHANGED_COLUMNS of visits."""
        self._run(_update_statement, (), rows)

    def add_engagement(self, rows: Sequence[tuple[int, int, int]]) -> None:
        """Add (hit, seconds, scroll percent) to hits."""
        self._run(_engagement_statement, (), rows)

    def change_days(self, days: Sequence[tuple[int, int]]) -> None:
        """Note that facts of these (site, day) change, whose sums may have been stored."""
        rows = f"SELECT {', '.join(_positions(2))}, 1 FROM json_each(%s) k WHERE true"
        if days:
            with connection.cursor() as cursor:
                cursor.execute(CHANGE_DAYS.format(rows=rows), [json.dumps(days)])

    def _run(
        self, statement: Callable[..., str], names: tuple[Any, ...], rows: Sequence[Row]
    ) -> None:
        """Run a statement over rows, as many at a time as the largest power of two that is left.

        One call for many rows: between two calls the thread has to wait until the event loop's lets it
        go on. Few different sizes: SQLite compiles each once.
        """
        if not rows:
            return
        connection.ensure_connection()
        database = connection.connection
        begin = 0
        with connection.wrap_database_errors:
            while (left := len(rows) - begin) > 0:
                size = min(ROWS_AT_MOST, 1 << (left.bit_length() - 1))
                values = list(chain.from_iterable(rows[begin : begin + size]))
                database.execute(statement(*names, size), values)
                begin += size

    def _select(self, statement: str, keys: Sequence[Row]) -> list[Row]:
        if not keys:
            return []
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(keys)])
            rows: list[Row] = cursor.fetchall()
        return rows


@cache
def _insert_statement(table: str, columns: tuple[str, ...], size: int) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {_row_holes(len(columns), size)}"


@cache
def _update_statement(size: int) -> str:
    sets = ", ".join(
        f"{column} = k.column{number}" for number, column in enumerate(CHANGED_COLUMNS[:-1], 1)
    )
    values = _row_holes(len(CHANGED_COLUMNS), size)
    return (
        f"UPDATE visits_visit SET {sets} FROM (VALUES {values}) k"
        f" WHERE visits_visit.id = k.column{len(CHANGED_COLUMNS)}"
    )


@cache
def _engagement_statement(size: int) -> str:
    update = ADD_ENGAGEMENT.format(
        seconds="k.column2", scroll="k.column3", maximum=ENGAGED_MAX_SECONDS
    )
    return f"{update} FROM (VALUES {_row_holes(3, size)}) k WHERE visits_hit.id = k.column1"


def _row_holes(columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return ", ".join([row] * rows)


def _positions(count: int) -> list[str]:
    """Return where SQLite finds each value of a key `k` that was sent as a list in JSON."""
    return [f"json_extract(k.value, '$[{number}]')" for number in range(count)]


def _parts(names: str) -> dict[str, str]:
    return dict(zip(names.split(), _positions(len(names.split())), strict=True))
