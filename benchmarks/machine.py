"""The machine that figures were measured on, in one line."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from pathlib import Path

from benchmarks.databases import BENCH
from testing import postgres


def describe_machine() -> str:
    """Return processor, memory, file system and versions, as far as Linux tells them."""
    processor = _find(r"model name\s*: (.+)", Path("/proc/cpuinfo")) or platform.processor()
    memory_kb = _find(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo")) or "0"
    return (
        f"{os.cpu_count()} cores, {processor}, {int(memory_kb) / 1e6:.0f} GB, {_file_system()}, "
        f"Linux {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {_postgres_version()}"
    )


def _find(pattern: str, path: Path) -> str:
    found = re.search(pattern, path.read_text()) if path.exists() else None
    return found[1].strip() if found else ""


def _file_system() -> str:
    """Return the type of the file system that the databases are on."""
    asked = ["stat", "--file-system", "--format=%T", str(BENCH)]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip() or "unknown disk"


def _postgres_version() -> str:
    binaries = postgres.find_binaries()
    if binaries is None:
        return "no PostgreSQL"
    asked = [str(binaries / "postgres"), "--version"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip()
