"""The statements that are too hot for the ORM: a batch of rows each, written for both databases.

Everything that is hot in here runs once a batch, whatever its size. `tables()` returns the set of
statements for the database in use; call its methods inside a transaction.
"""

from __future__ import annotations

from django.db import connection

from visits.collect.tables.postgres import PostgresTables
from visits.collect.tables.sqlite import SqliteTables

Tables = SqliteTables | PostgresTables


def tables() -> Tables:
    """Return the statements for the database in use."""
    return PostgresTables() if connection.vendor == "postgresql" else SqliteTables()
