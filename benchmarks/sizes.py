"""How large a database is, and which of its tables and indexes make it so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db import connection

SIZES_SQLITE = """
    SELECT sqlite_master.tbl_name, dbstat.name, dbstat.pgsize
    FROM dbstat LEFT JOIN sqlite_master ON sqlite_master.name = dbstat.name
    WHERE dbstat.aggregate = TRUE
"""
# What a table holds beside its rows (TOAST, maps) is counted as the table's.
SIZES_POSTGRES = """
    SELECT relation.relname, relation.relname, pg_table_size(relation.oid)
    FROM pg_class relation
    WHERE relation.relkind = 'r' AND relation.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT owner.relname, relation.relname, pg_relation_size(relation.oid)
    FROM pg_class relation
    JOIN pg_index ON pg_index.indexrelid = relation.oid
    JOIN pg_class owner ON owner.oid = pg_index.indrelid
    WHERE relation.relnamespace = 'public'::regnamespace
"""
SMALLEST_BYTES = 1 << 20
# SQLite's index of a UNIQUE column has this long name.
NAME_WIDTH = 44


def database_bytes() -> int:
    """Return the size of the database of the settings: all its files, all its relations."""
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def relation_bytes() -> list[tuple[str, str, int]]:
    """Return table, relation (the table itself or an index) and size, the largest table first."""
    sql = SIZES_SQLITE if connection.vendor == "sqlite" else SIZES_POSTGRES
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = [(table or name, name, int(size)) for table, name, size in cursor.fetchall()]
    totals: dict[str, int] = {}
    for table, _, size in found:
        totals[table] = totals.get(table, 0) + size
    return sorted(found, key=lambda row: (-totals[row[0]], row[0], row[0] != row[1], -row[2]))


def table_of_sizes(hits: int) -> str:
    """Return lines that say how many bytes a hit takes, by table and index; small ones are one line."""
    rows = relation_bytes()
    large = [(name, size) for _, name, size in rows if size >= SMALLEST_BYTES]
    total = database_bytes()
    rest = total - sum(size for _, size in large)
    return _lines([*large, ("everything else", rest), ("everything", total)], hits)


def _lines(sizes: Sequence[tuple[str, int]], hits: int) -> str:
    return "".join(
        f"{name:{NAME_WIDTH}} {size / 1e6:10,.1f} MB {size / max(hits, 1):8.1f} bytes a hit\n"
        for name, size in sizes
    )
