"""A log file being read: its lines, and how far it was read with which digest."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

GZIP_MAGIC = b"\x1f\x8b"
# Apache takes a request line and headers of 8,190 bytes each, and may write four bytes for one.
LINE_MAX_BYTES = 128 * 1024
CHUNK_BYTES = 1024 * 1024
DIGEST_BYTES = 32
DAMAGES = (EOFError, zlib.error, gzip.BadGzipFile)


@contextmanager
def open_log(path: Path) -> Iterator[LogFile]:
    """Open a log, compressed with gzip or not. Raises OSError."""
    with path.open("rb") as file:
        yield LogFile(file)


def keyed_digest(content: bytes) -> bytes:
    """Return a digest that nobody without the secret key can compare with guessed content."""
    digest = _new_hash()
    digest.update(content)
    return digest.digest()


def _new_hash() -> hashlib.blake2b:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), person=b"log import").digest()
    return hashlib.blake2b(key=key, digest_size=DIGEST_BYTES)


class LogFile:
    """The lines of a log and what was read of it so far.

    `read_bytes` counts bytes after decompression, up to the end of a line.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.is_compressed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        # GzipFile has all that is used here, without being an IO for the type checker.
        self.stream: IO[bytes] = gzip.GzipFile(fileobj=file) if self.is_compressed else file  # type: ignore[assignment]
        self.read_bytes = 0
        self.is_damaged = False
        self.has_open_line = False
        self._hash = _new_hash()

    @property
    def digest(self) -> bytes:
        """The keyed digest of what was read."""
        return self._hash.digest()

    @property
    def position(self) -> int:
        """How many bytes of the file on the disk were read; for showing progress."""
        return self.file.tell()

    def skip(self, size: int) -> bool:
        """Read `size` bytes; return whether the file has them all."""
        while size > 0 and (chunk := self._guarded(self.stream.read, min(size, CHUNK_BYTES))):
            self._hash.update(chunk)
            self.read_bytes += len(chunk)
            size -= len(chunk)
        return size == 0

    def lines(self) -> Iterator[bytes]:
        """Yield the lines from here on; one of more than LINE_MAX_BYTES is yielded empty.

        A last line without a line break is still being written: it is left for another time, and
        `has_open_line` tells of it. A compressed file does not grow, so there it counts. Damaged
        compression ends the lines and is told by `is_damaged`.
        """
        while (line := self._read_line()) is not None:
            yield line

    def _read_line(self) -> bytes | None:
        """Return the next complete line, None when there is none."""
        digest, size, line = self._hash.copy(), 0, b""
        is_complete = False
        while not is_complete and (part := self._guarded(self.stream.readline, LINE_MAX_BYTES)):
            line = part if size == 0 else b""
            size += len(part)
            digest.update(part)
            is_complete = part.endswith(b"\n")
        is_final = self.is_compressed and not self.is_damaged
        if size == 0 or not (is_complete or is_final):
            self.has_open_line = size > 0
            return None
        self._hash = digest
        self.read_bytes += size
        return line

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except DAMAGES:
            self.is_damaged = True
            return b""
