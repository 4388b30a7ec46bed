"""What both databases are told in the same words, and the columns of what is written."""

# The names in a statement are constants of this package and its callers; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

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


def resets(rows: Iterable[Row]) -> dict[int, Reset]:
    return {site_id: Reset(reset_at, visit_id) for site_id, reset_at, visit_id in rows}
