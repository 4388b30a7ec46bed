"""A PostgreSQL that waits for the disk and can be taken away under its clients."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from testing import postgres


@dataclass
class Databases:
    binaries: Path
    cluster: postgres.Cluster
    created: int = 0

    @classmethod
    @contextmanager
    def run(cls, binaries: Path) -> Iterator[Databases]:
        folder = Path(tempfile.mkdtemp(prefix="faults-pg-", dir=postgres.SHORT_FOLDER))
        databases = cls(binaries, postgres.start(binaries, folder, is_durable=True))
        try:
            yield databases
        finally:
            databases.cluster.stop()
            shutil.rmtree(folder)

    def create(self, template: str = "template1") -> str:
        """Make a database, a copy of another one, and return its URL."""
        self.created += 1
        name = f"faults_{self.created}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return postgres.url(self.cluster.folder, name)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement, when the server has recovered from what was done to it."""
        postgres.wait_until_it_answers(self.cluster)
        with psycopg.connect(
            postgres.url_of_maintenance(self.cluster), autocommit=True
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def deadlocks(self) -> int:
        """Return how often PostgreSQL had to end a transaction because two waited for each other."""
        [(count,)] = self.execute("SELECT sum(deadlocks)::bigint FROM pg_stat_database")
        return int(str(count))

    def take_away(self) -> None:
        """Stop at once, as `pg_ctl stop -m immediate` does: what was not committed is lost."""
        self.cluster.process.send_signal(signal.SIGQUIT)
        self.cluster.process.wait()

    def bring_back(self) -> None:
        self.cluster = postgres.start(self.binaries, self.cluster.folder, is_durable=True)

    @property
    def log(self) -> str:
        return (self.cluster.folder / "log").read_text(encoding="utf-8", errors="replace")
