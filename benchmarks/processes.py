"""What processes cost, as the kernel counts it (Linux, /proc)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stat:
    """A line of /proc/PID/stat: times in seconds of CPU, user and system together.

    `children_seconds` is the time of children that ended and were waited for.
    """

    pid: int
    parent: int
    own_seconds: float
    children_seconds: float


def parse_stat(line: str) -> Stat:
    """Return what a line of /proc/PID/stat says; the name in it may hold spaces and brackets."""
    pid, _, rest = line.partition(" ")
    fields = rest.rpartition(")")[2].split()
    user, system, children_user, children_system = map(int, fields[11:15])
    return Stat(
        pid=int(pid),
        parent=int(fields[1]),
        own_seconds=(user + system) / TICKS_PER_SECOND,
        children_seconds=(children_user + children_system) / TICKS_PER_SECOND,
    )


def all_stats(proc: Path = PROC) -> list[Stat]:
    """Return the running processes of this machine."""
    stats = []
    for path in proc.glob("[0-9]*/stat"):
        try:
            stats.append(parse_stat(path.read_text()))
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended while we looked.
    return stats


def tree(root: int, stats: Iterable[Stat]) -> list[Stat]:
    """Return a process and all its descendants."""
    children: dict[int, list[Stat]] = {}
    found = []
    for stat in stats:
        children.setdefault(stat.parent, []).append(stat)
        if stat.pid == root:
            found.append(stat)
    for stat in found:
        found += children.get(stat.pid, [])
    return found


def cpu_seconds(root: int, proc: Path = PROC) -> float:
    """Return the CPU time of a process, of its descendants, and of those that already ended.

    Whoever ended is in the account of the process that waited for it: a backend of PostgreSQL in the
    postmaster's.
    """
    stats = tree(root, all_stats(proc))
    return sum(stat.own_seconds + stat.children_seconds for stat in stats)


def resident_bytes(root: int, proc: Path = PROC) -> int:
    """Return the memory of a process and its descendants; what several share is counted once.

    That is the proportional share of each (PSS), or the resident size where it cannot be read.
    """
    return sum(_memory_bytes(proc / str(stat.pid)) for stat in tree(root, all_stats(proc)))


def _memory_bytes(folder: Path) -> int:
    for file, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = (folder / file).read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        sizes = [int(line.split()[1]) for line in lines if line.startswith(field)]
        if sizes:
            return sizes[0] * 1024
    return 0
