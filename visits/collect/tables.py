"""The statements that are too hot for the ORM: a batch of rows each, written for both databases.

Everything that is hot in here runs once a batch, whatever its size. `tables()` returns the set of
statements for the database in use; call its methods inside a transaction. The names in a statement are
constants of this module and its callers; every value is bound.
"""

# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, cast

from django.db import connection

from visits.models.collecting import SITE_LOCK_MASK, SITE_LOCKS

Row = Sequence[Any]

VISIT_COLUMNS = (
    "id", "site_id", "day", "visitor", "started_at", "last_seen_at", "entry_page_id", "exit_page_id",
    "source_id", "client_id", "location_id", "campaign_id", "screen_id", "language_id", "is_first",
    "pageviews", "events", "is_bounce", "duration_seconds",
)  # fmt: skip
# What a further hit changes in a visit; the id goes last.
CHANGED_COLUMNS = (
    "started_at", "last_seen_at", "entry_page_id", "exit_page_id", "pageviews", "events", "is_bounce",
    "duration_seconds", "id",
)  # fmt: skip
HIT_COLUMNS = (
    "id", "site_id", "day", "at", "visit_id", "kind", "page_id", "event_name_id", "client_id",
    "is_first_view", "engaged_seconds", "scroll_percent",
)  # fmt: skip
OPEN_VISIT_COLUMNS = ("id", "day", "visitor")
PROPERTY_COLUMNS = ("site_id", "hit_id", "property_id")
REVENUE_COLUMNS = ("site_id", "hit_id", "currency", "amount_micros")
MESSAGE_ID_COLUMNS = ("site_id", "digest", "at")
SAMPLE_COLUMNS = (
    "site_id", "at", "reason", "hostname", "path", "referrer", "agent", "network", "note",
)  # fmt: skip
# What PostgreSQL is told about the columns of rows that it gets as arrays.
CHANGED_TYPES = ("bigint",) * 6 + ("boolean",) + ("bigint",) * 2
# Rows in one statement of SQLite; more are no quicker.
ROWS_AT_MOST = 128
# The column of PostgreSQL, and of SQLite's test for it, is a smallint: eight hours fit.
ENGAGED_MAX_SECONDS = 28_800

VISITS_OF_VISITORS = f"""
    SELECT o.visitor, {", ".join(f"v.{column}" for column in VISIT_COLUMNS)}
    FROM {{keys}} JOIN visits_openvisit o ON o.day = {{day}} AND o.visitor = {{visitor}}
    JOIN visits_visit v ON v.id = o.id
    ORDER BY v.id
"""
VIEWS_OF_VISITS = """
    SELECT h.visit_id, h.page_id, max(h.id)
    FROM {keys} JOIN visits_hit h
      ON h.site_id = {site} AND h.day = {day} AND h.page_id = {page} AND h.client_id = {client}
     AND h.is_first_view IN ({flags}) AND h.visit_id = {visit}
    WHERE h.kind = 1
    GROUP BY h.visit_id, h.page_id
"""
ADD_ENGAGEMENT = """
    UPDATE visits_hit SET
      engaged_seconds = CASE WHEN coalesce(engaged_seconds, 0) + {seconds} > {maximum}
        THEN {maximum} ELSE coalesce(engaged_seconds, 0) + {seconds} END,
      scroll_percent = CASE WHEN coalesce(scroll_percent, 0) > {scroll}
        THEN scroll_percent ELSE {scroll} END
"""
CHARGE_QUOTA = """
    INSERT INTO visits_dimensionquota (site_id, day, dimension, count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (site_id, day, dimension)
    DO UPDATE SET count = visits_dimensionquota.count + excluded.count
    RETURNING count
"""
CHANGE_DAYS = """
    INSERT INTO visits_siteday (site_id, day, changes) {rows}
    ON CONFLICT (site_id, day) DO UPDATE SET changes = visits_siteday.changes + 1
"""


SITES_RESET = """
    SELECT id, reset_at, last_reset_visit FROM sites_site
    WHERE id IN ({ids}) AND reset_at IS NOT NULL
"""


class Reset(NamedTuple):
    """When a site was reset, as its database says it, and the newest visit that went with it."""

    at: Any
    last_visit: int


class Tables:
    """What both databases say in the same words."""

    def add_counts(self, table: str, keys: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add the last value of each row to the count of its key, made when it is new.

        The rows are sorted: two processes take the locks in the same order.
        """
        names = ", ".join((*keys, "count"))
        holes = ", ".join(["%s"] * (len(keys) + 1))
        statement = (
            f"INSERT INTO {table} ({names}) VALUES ({holes}) ON CONFLICT ({', '.join(keys)}) "
            f"DO UPDATE SET count = {table}.count + excluded.count"
        )
        with connection.cursor() as cursor:
            cursor.executemany(statement, sorted(rows))

    def charge_quota(self, site_id: int, day: int, dimension: str, wanted: int) -> int:
        """Add new values to what a site had of a dimension on a day; return how many it has had.

        The row stays locked until the transaction ends: two processes never share the last places.
        """
        with connection.cursor() as cursor:
            cursor.execute(CHARGE_QUOTA, [site_id, day, dimension, wanted])
            count: int = cursor.fetchone()[0]
        return count


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
            return _resets(cursor.fetchall())

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
        return _resets(self._execute(SITES_RESET.format(ids="SELECT unnest(%s::bigint[])"), [ids]))

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


def tables() -> SqliteTables | PostgresTables:
    """Return the statements for the database in use."""
    return PostgresTables() if connection.vendor == "postgresql" else SqliteTables()


def _resets(rows: Iterable[Row]) -> dict[int, Reset]:
    return {site_id: Reset(reset_at, visit_id) for site_id, reset_at, visit_id in rows}


def _positions(count: int) -> list[str]:
    """Return where SQLite finds each value of a key `k` that was sent as a list in JSON."""
    return [f"json_extract(k.value, '$[{number}]')" for number in range(count)]


def _parts(names: str) -> dict[str, str]:
    return dict(zip(names.split(), _positions(len(names.split())), strict=True))


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
