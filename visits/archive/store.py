"""Where the archive's files lie: a folder, or an object store. A file is written once and never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore as Remote

REMOTE_SCHEMES = ("s3", "gs", "az")
PIECE_BYTES = 1 << 20
# What is being written has this at its end until it is whole.
PARTIAL_SUFFIX = ".partial"


class StoreError(Exception):
    """The place of the archive cannot be read or written; the message says why."""


class FileMissing(StoreError):
    """The file is not in the store, which itself can be read."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    size_bytes: int
    modified_at: dt.datetime


class Store(Protocol):
    """What the archive asks of its place. Every method raises StoreError."""

    def put(self, name: str, source: Path) -> None:
        """Store a local file under a new name; when this returns, it survives a power failure."""

    def files(self) -> Iterator[StoredFile]:
        """Yield everything that is stored."""

    def delete(self, names: Iterable[str]) -> None:
        """Delete files; those that are not there are no error."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file in their order."""

    def address(self, name: str) -> str:
        """Return what Polars reads the file by."""


def is_archive_on() -> bool:
    return bool(settings.ARCHIVE_URL)


def archive_store() -> Store:
    """Return the place that ARCHIVE_URL names. Raises StoreError, also when the archive is off."""
    return _open(settings.ARCHIVE_URL)


def checksum(pieces: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def local_pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a local file. Raises OSError."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


class FolderStore:
    """Files below a local folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, source: Path) -> None:
        path = self.folder / name
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")
        with _store_errors():
            # What visitors did is no business of the machine's other users.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(source, partial)
                _sync(partial)
                partial.rename(path)
            finally:
                partial.unlink(missing_ok=True)
            for folder in (path.parent, *path.parent.parents):
                _sync(folder)
                if folder == self.folder:
                    break

    def files(self) -> Iterator[StoredFile]:
        with _store_errors():
            for path in self.folder.rglob("*"):
                # Somebody else may be sweeping too.
                with suppress(FileNotFoundError):
                    status = path.stat()
                    if path.is_file():
                        modified_at = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
                        name = path.relative_to(self.folder).as_posix()
                        yield StoredFile(name, status.st_size, modified_at)

    def delete(self, names: Iterable[str]) -> None:
        with _store_errors():
            for name in names:
                path = self.folder / name
                path.unlink(missing_ok=True)
                self._remove_empty(path.parent)

    def pieces(self, name: str) -> Iterator[bytes]:
        with _store_errors():
            yield from local_pieces(self.folder / name)

    def address(self, name: str) -> str:
        return str(self.folder / name)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.folder:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


class ObjectStore:
    """Objects below a URL; keys and endpoints are in the environment, as for any other program."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def put(self, name: str, source: Path) -> None:
        with _store_errors():
            self._remote.put(name, source)

    def files(self) -> Iterator[StoredFile]:
        with _store_errors():
            for chunk in self._remote.list():
                for entry in chunk:
                    yield StoredFile(entry["path"], entry["size"], entry["last_modified"])

    def delete(self, names: Iterable[str]) -> None:
        with _store_errors():
            for name in names:
                with suppress(FileNotFoundError):
                    self._remote.delete(name)

    def pieces(self, name: str) -> Iterator[bytes]:
        with _store_errors():
            for piece in self._remote.get(name).stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)

    def address(self, name: str) -> str:
        return f"{self.url}/{name}"

    @property
    def _remote(self) -> Remote:
        return _remote(self.url)


@lru_cache(maxsize=1)
def _remote(url: str) -> Remote:
    from obstore.store import from_url

    return from_url(url)


def _open(url: str) -> Store:
    if not url:
        raise StoreError("The archive is off.")
    scheme, separator, _ = url.partition("://")
    if not separator:
        return FolderStore(Path(url))
    if scheme in REMOTE_SCHEMES:
        return ObjectStore(url)
    raise StoreError(f"ARCHIVE_URL begins with {scheme}://, which no store has.")


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn what a store says into one exception of ours; obstore's are OSErrors or its BaseError."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(str(error)) from error
    except OSError as error:
        raise StoreError(str(error)) from error
    except Exception as error:
        if type(error).__module__.startswith("obstore"):
            raise StoreError(str(error)) from error
        raise


def _sync(path: Path) -> None:
    """Wait until a file or the names in a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
