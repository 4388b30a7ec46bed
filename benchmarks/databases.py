"""The databases that benchmarks run on: made once, kept below var/bench, copied for each run.

`make bench-data` calls this; with DATABASE_URL it fills that database instead of its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.plan import Plan
from testing import postgres
from testing.server import PROJECT

BENCH = PROJECT / "var" / "bench"
# PostgreSQL's server is not root and may not look into var/, which is closed to everybody else.
CLUSTER_OF_ROOT = (
    Path("/var/tmp") / f"tracking-bench-{hashlib.sha256(bytes(PROJECT)).hexdigest()[:8]}"
)
MADE_OF = (
    "accounts/migrations/*.py",
    "sites/migrations/*.py",
    "visits/migrations/*.py",
    *(f"benchmarks/{module}.py" for module in ("dataset", "plan", "rows", "stream", "world")),
)
KINDS = ("sqlite", "postgresql")


def environment(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a production installation that has nothing of the developer's."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tracking_project.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "the-fixed-secret-key-of-benchmarks-opens-nothing-anywhere",
        "ALLOWED_HOSTS": "127.0.0.1",
        **more,
    }


@contextmanager
def run_folder() -> Iterator[Path]:
    """Yield a folder for one run, on the disk where the data is."""
    BENCH.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=BENCH))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def dataset_name(plan: Plan) -> str:
    """Return a name that is another one when the plan, the schema or its making has changed."""
    digest = hashlib.sha256(repr(plan).encode())
    for pattern in MADE_OF:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(path.read_bytes())
    return f"dataset_{plan.hits}_{digest.hexdigest()[:8]}"


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def sqlite_dataset(plan: Plan) -> Path:
    """Return the file with the data of a plan; the first call makes it."""
    path = BENCH / f"{dataset_name(plan)}.sqlite3"
    if not path.exists():
        for outdated in BENCH.glob(f"dataset_{plan.hits}_*.sqlite3"):
            outdated.unlink()
        unfinished = path.with_suffix(".unfinished")
        _remove_sqlite(unfinished)
        _fill(plan, sqlite_url(unfinished))
        unfinished.rename(path)
    return path


def copy_sqlite(path: Path, folder: Path) -> Path:
    """Copy a database file into a folder, sharing blocks where the file system can; it is on disk then."""
    copy = folder / "tracking.sqlite3"
    subprocess.run(["cp", "--reflink=auto", str(path), str(copy)], check=True)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    return copy


def _remove_sqlite(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


@contextmanager
def cluster() -> Iterator[postgres.Cluster]:
    """Run the benchmarks' own PostgreSQL, with the durability of production, until the block ends.

    Raises postgres.StartError, also when PostgreSQL's server is not installed.
    """
    binaries = postgres.find_binaries()
    if binaries is None:
        raise postgres.StartError(postgres.MISSING)
    BENCH.mkdir(parents=True, exist_ok=True)
    folder = CLUSTER_OF_ROOT if os.geteuid() == 0 else BENCH / "postgresql"
    running = postgres.start(binaries, folder, is_durable=True)
    try:
        yield running
    finally:
        running.stop()


def postgres_dataset(running: postgres.Cluster, plan: Plan) -> str:
    """Return the name of the database with the data of a plan; the first call makes it."""
    name = dataset_name(plan)
    with connect(running) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not known:
            _drop_outdated(connection, plan)
            unfinished = f"{name}_unfinished"
            connection.execute(f"CREATE DATABASE {unfinished}")
            _fill(plan, postgres.url(running.folder, unfinished))
            connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def _drop_outdated(connection: psycopg.Connection, plan: Plan) -> None:
    """Remove earlier data of this size, finished or not."""
    names = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"dataset\\_{plan.hits}\\_%"]
    ).fetchall()
    for (name,) in names:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copy_of_postgres(running: postgres.Cluster, name: str) -> Iterator[str]:
    """Yield the name of a copy of a database, which is dropped in the end."""
    copy = f"{name}_run"
    with connect(running) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
        # Copies files; the other way would write everything to the journal too.
        connection.execute(f"CREATE DATABASE {copy} TEMPLATE {name} STRATEGY file_copy")
        try:
            yield copy
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")


def connect(running: postgres.Cluster, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(
        host=str(running.folder), user="postgres", dbname=database, autocommit=True
    )


def _fill(plan: Plan, database_url: str) -> None:
    """Fill a database in a process of its own, whose settings name it."""
    BENCH.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "benchmarks.dataset"],
        cwd=PROJECT,
        env=environment(database_url, BENCH, **plan.to_environment()),
        check=True,
    )


def main(variables: Mapping[str, str] = os.environ) -> None:
    plan = Plan.from_environment(variables)
    if url := variables.get("DATABASE_URL"):
        try:
            _fill(plan, url)
        except subprocess.CalledProcessError as error:
            # It has said why.
            sys.exit(error.returncode)
        return
    sys.stdout.write(f"SQLite: {sqlite_dataset(plan)}\n")
    try:
        with cluster() as running:
            sys.stdout.write(f"PostgreSQL: {running.folder}, {postgres_dataset(running, plan)}\n")
    except postgres.StartError as error:
        sys.stdout.write(f"PostgreSQL: {error}\n")


if __name__ == "__main__":
    main()
