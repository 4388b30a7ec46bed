"""A throw-away PostgreSQL cluster: own folder, own socket, gone with the test run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

MISSING = "PostgreSQL's server is not installed (Debian: apt-get install postgresql)."
# The path of a Unix socket has at most 107 bytes; a long TMPDIR would not leave enough.
SHORT_FOLDER = "/tmp"
START_SECONDS = 60
STOP_SECONDS = 30
# No port is opened.
SETTINGS = {"listen_addresses": "", "max_connections": "60", "timezone": "UTC"}
# Nothing of a test outlives its run: no disk is waited for.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class StartError(Exception):
    """The cluster did not start; the message ends with what PostgreSQL said."""


@dataclass
class Cluster:
    folder: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the server by its own process id; connections that are still open are closed."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def cluster_folder(run_folder: Path) -> Path:
    """Return where the cluster of a run lives: beside its folder, which others must not read."""
    return run_folder.with_name(f"{run_folder.name}-pg")


def url(folder: Path, database: str = "tracking") -> str:
    return f"postgresql://postgres@/{quote(str(folder), safe='')}/{database}"


def find_binaries() -> Path | None:
    """Return the folder with the newest server's programs, None when there is none."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    on_path = shutil.which("postgres")
    if newest is None and on_path is not None:
        newest = Path(on_path).resolve()
    return newest.parent if newest else None


def start(binaries: Path, folder: Path, *, is_durable: bool = False) -> Cluster:
    """Make a cluster in `folder`, unless there is one, start it and return it when it answers.

    A durable one waits for the disk at each commit, as in production. Raises `StartError`.
    """
    folder.mkdir(mode=0o755, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    log_path = folder / "log"
    settings = SETTINGS | (DURABLE if is_durable else THROW_AWAY)
    with log_path.open("wb") as log:
        if not (folder / "data").exists():
            _initialise(binaries, folder, log.fileno())
        command = [*_as_server_user(), str(binaries / "postgres"), "-D", str(folder / "data")]
        command += ["-k", str(folder)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        # Its own session: Ctrl-C reaches pytest alone, and pytest stops the server in the end.
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True, env=_environment()
        )
    cluster = Cluster(folder, process)
    try:
        wait_until_it_answers(cluster)
    except StartError:
        cluster.stop()
        raise
    return cluster


def _initialise(binaries: Path, folder: Path, log: int) -> None:
    command = [*_as_server_user(), str(binaries / "initdb"), "--pgdata", str(folder / "data")]
    command += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    command += ["--no-sync"]
    finished = subprocess.run(command, cwd=folder, stdout=log, stderr=log, env=_environment())
    if finished.returncode:
        raise StartError(f"initdb failed:\n{(folder / 'log').read_text()}")


def _as_server_user() -> list[str]:
    """Return the command that gives up root, which PostgreSQL refuses to run as.

    The server also gets an interrupt, its fast shutdown, when the test run dies without a word.
    """
    if shutil.which("setpriv") is None:
        return []
    command = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() == 0:
        command += ["--reuid=postgres", "--regid=postgres", "--init-groups"]
    return command


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def wait_until_it_answers(cluster: Cluster) -> None:
    """Return when it takes connections. Raises `StartError` when that takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while cluster.process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url_of_maintenance(cluster), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise StartError(f"PostgreSQL does not answer:\n{(cluster.folder / 'log').read_text()}")


def url_of_maintenance(cluster: Cluster) -> str:
    return f"host={cluster.folder} user=postgres dbname=postgres"
