"""Where the archive lies: the same answers from a folder and from an object store."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from visits.archive import checks
from visits.archive.store import (
    FileMissing,
    FolderStore,
    Store,
    StoreError,
    archive_store,
    checksum,
    is_archive_on,
)
from visits.tests.archive.object_store import ObjectStoreServer, run_object_store

NAME = "7/2026-05/0123456789abcdef-visits.parquet"


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStoreServer]:
    with run_object_store() as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "s3":
        server: ObjectStoreServer = request.getfixturevalue("object_store")
        server.is_away = False
        server.objects.clear()
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        settings.ARCHIVE_URL = "s3://bucket/some/where"
    return archive_store()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"PAR1" * 1000)
    return path


def test_what_was_put_is_listed_and_read(store: Store, source: Path) -> None:
    store.put(NAME, source)

    [file] = store.files()
    assert (file.name, file.size_bytes) == (NAME, 4000)
    assert file.modified_at.tzinfo is not None
    assert checksum(store.pieces(NAME)) == checksum([source.read_bytes()])
    assert store.address(NAME).endswith(NAME)


def test_empty_place_has_no_files(store: Store) -> None:
    assert list(store.files()) == []


def test_deleted_file_is_gone_and_may_be_deleted_again(store: Store, source: Path) -> None:
    store.put(NAME, source)

    store.delete([NAME, "1/2026-05/other.parquet"])
    store.delete([NAME])

    assert list(store.files()) == []


def test_lost_file_is_told_from_a_lost_store(store: Store) -> None:
    with pytest.raises(FileMissing):
        list(store.pieces(NAME))


def test_store_that_refuses_is_an_error(
    store: Store, source: Path, request: pytest.FixtureRequest
) -> None:
    if isinstance(store, FolderStore):
        store.folder.parent.mkdir(parents=True, exist_ok=True)
        store.folder.write_text("a file where the folder should be")
    else:
        request.getfixturevalue("object_store").is_away = True

    with pytest.raises(StoreError):
        store.put(NAME, source)


def test_month_without_files_leaves_no_folder(source: Path, tmp_path: Path) -> None:
    folder = FolderStore(tmp_path / "archive")
    folder.put(NAME, source)

    folder.delete([NAME])

    assert list((tmp_path / "archive").iterdir()) == []


def test_folder_is_closed_to_the_machines_other_users(source: Path, tmp_path: Path) -> None:
    FolderStore(tmp_path / "archive").put(NAME, source)

    assert stat.S_IMODE((tmp_path / "archive").stat().st_mode) == 0o700


def test_file_that_could_not_be_written_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("visits.archive.store._sync", fail)

    with pytest.raises(StoreError, match="No space left"):
        FolderStore(tmp_path / "archive").put(NAME, source)
    assert list(FolderStore(tmp_path / "archive").files()) == []


def test_modified_at_is_the_time_of_writing(source: Path, tmp_path: Path) -> None:
    folder = FolderStore(tmp_path)
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)

    folder.put(NAME, source)

    written = {file.name: file.modified_at for file in folder.files()}
    assert written[NAME] >= before


def test_archive_that_is_off_has_no_store(settings: Any) -> None:
    settings.ARCHIVE_URL = ""

    assert not is_archive_on()
    with pytest.raises(StoreError, match="off"):
        archive_store()


@pytest.mark.parametrize(
    ("url", "errors"),
    [("", []), ("/srv/archive", []), ("s3://a/b", []), ("ftp://a/b", ["visits.E001"])],
)
def test_unknown_store_is_found_before_the_start(
    settings: Any, url: str, errors: list[str]
) -> None:
    settings.ARCHIVE_URL = url

    assert [error.id for error in checks.check_archive_url()] == errors
