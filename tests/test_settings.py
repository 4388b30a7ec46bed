"""What the installation refuses to start with; each case is a process of its own."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LONG_KEY = "k" * 50


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a new process that knows only this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "ENV_FILE": os.devnull,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "SECRET_KEY must have 50 characters"),
        ({"SECRET_KEY": "k" * 49, "ALLOWED_HOSTS": "stats.example.com"}, "SECRET_KEY must"),
        ({"SECRET_KEY": LONG_KEY}, "ALLOWED_HOSTS must name the hosts"),
        ({"SECRET_KEY": LONG_KEY, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
    ],
)
def test_production_does_not_start_without_its_settings(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    result = start(tmp_path, **environment)

    assert result.returncode != 0
    assert sentence in result.stderr


def test_production_starts_with_its_settings(tmp_path: Path) -> None:
    result = start(tmp_path, SECRET_KEY=LONG_KEY, ALLOWED_HOSTS="stats.example.com")

    assert result.returncode == 0, result.stderr


def test_development_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    start(tmp_path, DEBUG="true")
    key_file = tmp_path / "secret_key"
    key = key_file.read_text()

    result = start(tmp_path, DEBUG="true")

    assert result.returncode == 0, result.stderr
    assert key_file.read_text() == key
    assert len(key) >= 50
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_folder_with_the_database_is_made_for_its_owner_only(tmp_path: Path) -> None:
    var = tmp_path / "below" / "var"

    result = start(tmp_path, DEBUG="true", VAR_DIR=str(var))

    assert result.returncode == 0, result.stderr
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    env_file = tmp_path / "settings.env"
    env_file.write_text(f"SECRET_KEY={LONG_KEY}\nALLOWED_HOSTS=*\n")

    alone = start(tmp_path, ENV_FILE=str(env_file))
    with_environment = start(tmp_path, ENV_FILE=str(env_file), ALLOWED_HOSTS="stats.example.com")

    assert "ALLOWED_HOSTS must name" in alone.stderr
    assert with_environment.returncode == 0, with_environment.stderr


def test_every_variable_is_documented() -> None:
    settings = (PROJECT / "tracking_project" / "settings.py").read_text()
    names = {
        part.partition('"')[2].partition('"')[0]
        for part in settings.split("env.")[1:]
        if part.partition("(")[0] in ("str", "int", "bool", "list", "db")
    }

    assert {"SECRET_KEY", "DATABASE_URL", "GEOIP_PATH"} <= names
    for document in ("docs/configure.md", ".env.example"):
        text = (PROJECT / document).read_text()
        undocumented = {name for name in names if name not in text} - {"ENV_FILE"}
        assert not undocumented, document


def test_sqlite_is_durable_and_waits_for_its_lock(settings: object) -> None:
    from django.conf import settings as loaded

    if not loaded.IS_SQLITE:
        pytest.skip("SQLite only")
    options = loaded.DATABASES["default"]["OPTIONS"]

    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert "secure_delete=ON" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 5
