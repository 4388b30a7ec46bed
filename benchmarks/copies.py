"""Copies of the data sets: a benchmark of reports closes days in its copy and leaves the data as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import (
    cluster,
    copy_of_postgres,
    copy_sqlite,
    environment,
    postgres_dataset,
    run_folder,
    sqlite_dataset,
    sqlite_url,
)
from benchmarks.plan import Plan
from testing import postgres

# Without an address nothing is archived, and every report is answered by the ORM.
NO_ARCHIVE = ""


@dataclass(frozen=True)
class Copy:
    """A copy of the data of a plan. `pid` is the root of the database's own processes, if it has some."""

    kind: str
    plan: Plan
    url: str
    folder: Path
    pid: int | None = None

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def take_log(self) -> str:
        """Return what processes on this copy logged since the last time."""
        said = self.log.read_text()
        self.log.unlink()
        return said.strip()

    def environment(self, *, has_archive: bool) -> dict[str, str]:
        """Return the environment of an installation on this copy, with its archive or without one."""
        archive_url = str(self.folder / "archive") if has_archive else NO_ARCHIVE
        variables = self.plan.to_environment()
        return environment(self.url, self.folder, ARCHIVE_URL=archive_url, **variables)


@contextmanager
def copy_of(kind: str, plan: Plan) -> Iterator[Copy]:
    """Yield a copy of a plan's data in a kind of database, removed in the end.

    Raises postgres.StartError.
    """
    with run_folder() as folder:
        if kind == "sqlite":
            path = copy_sqlite(sqlite_dataset(plan), folder)
            yield Copy(kind, plan, sqlite_url(path), folder)
            return
        with (
            cluster() as running,
            copy_of_postgres(running, postgres_dataset(running, plan)) as name,
        ):
            url = postgres.url(running.folder, name)
            yield Copy(kind, plan, url, folder, running.process.pid)
