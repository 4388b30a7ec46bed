"""A disk that can be filled: a small file system of its own or, where nobody may mount one, a limit."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from testing.installation import Installation

PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class SmallDisk:
    folder: Path
    is_mounted: bool

    @property
    def kind(self) -> str:
        return "tmpfs" if self.is_mounted else "RLIMIT_FSIZE"

    def fill(self, installation: Installation) -> None:
        """Let no file of the installation grow any more."""
        if not self.is_mounted:
            # An error instead of a signal: Python ignores SIGXFSZ.
            self._limit(installation, 1)
            return
        with suppress(OSError), self._filler.open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(PIECE_BYTES))

    def free(self, installation: Installation) -> None:
        if self.is_mounted:
            self._filler.unlink()
        else:
            self._limit(installation, resource.RLIM_INFINITY)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def _limit(self, installation: Installation, size_bytes: int) -> None:
        limits = (size_bytes, resource.RLIM_INFINITY)
        resource.prlimit(installation.pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def small_disk(folder: Path, size_mb: int) -> Iterator[SmallDisk]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]
    try:
        is_mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield SmallDisk(folder, is_mounted)
    finally:
        if is_mounted:
            # Lazily: a process that has just been killed may hold a file for another moment.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
