"""The environment of a test run: nothing of the developer's, everything in a folder that is thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from testing import postgres

# Every variable that settings.py reads is fixed here: neither the shell nor .env reaches a test.
# DEBUG lets the settings load without a manifest of static files; tests see settings.DEBUG as False.
ENVIRONMENT = {
    "ENV_FILE": os.devnull,
    "DEBUG": "true",
    "SECRET_KEY": "the-fixed-secret-key-of-test-runs-opens-nothing-anywhere",
    "ALLOWED_HOSTS": "",  # with DEBUG: names of this machine
    "SITE_URL": "http://localhost:8000",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "TRUSTED_PROXIES": "",
    "EMAIL_URL": "",
    "DEFAULT_FROM_EMAIL": "Django-Tracking <tracking@localhost>",
    "DASK_SCHEDULER": "",
    "GEOIP_PATH": "",
    "ADDRESS_LIMIT": "0",  # a test sends more in a second than a person in an hour
    "SITE_LIMIT": "0",
    "SPOOL_MAX_MB": "8",
    "PUBLIC_DEMO": "false",
    "LOG_LEVEL": "INFO",
    "SSL_REDIRECT": "false",
    "HSTS_INCLUDE_SUBDOMAINS": "false",
}


def worker() -> str:
    """Return the name of this worker of pytest-xdist; empty in the process that was called."""
    return os.environ.get("PYTEST_XDIST_WORKER", "")


def database_kind() -> str:
    """Return "sqlite" or "postgresql", as TEST_DATABASE says."""
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    if kind not in {"sqlite", "postgresql"}:
        raise ValueError(f"TEST_DATABASE is sqlite or postgresql, not {kind}.")
    return kind


def prepare() -> Path:
    """Fix the environment and return the run's folder; workers inherit both."""
    if worker():
        return Path(os.environ["VAR_DIR"])
    folder = Path(tempfile.mkdtemp(prefix="tracking-test-", dir=postgres.SHORT_FOLDER))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(
        ENVIRONMENT,
        VAR_DIR=str(folder),
        DATABASE_URL=_database_url(folder),
        ARCHIVE_URL=str(folder / "archive"),
    )
    return folder


def _database_url(folder: Path) -> str:
    if database_kind() == "postgresql":
        return postgres.url(postgres.cluster_folder(folder))
    return f"sqlite:///{folder / 'tracking.sqlite3'}"
