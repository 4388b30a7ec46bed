"""Log files read line by line, with what was read of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from visits.exchange.log_file import LINE_MAX_BYTES, keyed_digest, open_log


def write_log(folder: Path, content: bytes, *, is_compressed: bool = False) -> Path:
    path = folder / "access.log"
    path.write_bytes(gzip.compress(content) if is_compressed else content)
    return path


@pytest.mark.parametrize("is_compressed", [False, True])
def test_lines_are_read_with_their_bytes_and_digest(tmp_path: Path, is_compressed: bool) -> None:
    path = write_log(tmp_path, b"one\ntwo\r\n\nfour\n", is_compressed=is_compressed)

    with open_log(path) as log:
        lines = list(log.lines())

    assert lines == [b"one\n", b"two\r\n", b"\n", b"four\n"]
    assert (log.read_bytes, log.digest) == (15, keyed_digest(b"one\ntwo\r\n\nfour\n"))
    assert not log.has_open_line


def test_line_without_end_is_left_for_another_time(tmp_path: Path) -> None:
    path = write_log(tmp_path, b"one\ntw")

    with open_log(path) as log:
        lines = list(log.lines())

    assert (lines, log.read_bytes, log.has_open_line) == ([b"one\n"], 4, True)
    assert log.digest == keyed_digest(b"one\n")


def test_compressed_log_is_finished(tmp_path: Path) -> None:
    path = write_log(tmp_path, b"one\ntwo", is_compressed=True)

    with open_log(path) as log:
        lines = list(log.lines())

    assert (lines, log.read_bytes, log.has_open_line) == ([b"one\n", b"two"], 7, False)


@pytest.mark.parametrize("length", [LINE_MAX_BYTES, LINE_MAX_BYTES + 1, 3 * LINE_MAX_BYTES])
def test_longer_line_is_passed_over(tmp_path: Path, length: int) -> None:
    content = b"one\n" + b"x" * length + b"\nthree\n"
    path = write_log(tmp_path, content)

    with open_log(path) as log:
        lines = list(log.lines())

    assert lines == [b"one\n", b"", b"three\n"]
    assert (log.read_bytes, log.digest) == (len(content), keyed_digest(content))


def test_line_of_the_greatest_length_is_read(tmp_path: Path) -> None:
    line = b"x" * (LINE_MAX_BYTES - 1) + b"\n"

    with open_log(write_log(tmp_path, line)) as log:
        assert list(log.lines()) == [line]


def test_reading_goes_on_where_it_was(tmp_path: Path) -> None:
    path = write_log(tmp_path, b"one\ntwo\nthree\n")

    with open_log(path) as log:
        assert log.skip(8)
        assert log.digest == keyed_digest(b"one\ntwo\n")
        assert list(log.lines()) == [b"three\n"]
        assert log.digest == keyed_digest(b"one\ntwo\nthree\n")


def test_shorter_file_cannot_be_skipped(tmp_path: Path) -> None:
    with open_log(write_log(tmp_path, b"one\n")) as log:
        assert not log.skip(5)


def test_lines_before_the_end_of_a_cut_compressed_file_are_read(tmp_path: Path) -> None:
    content = b"".join(b"line %d\n" % number for number in range(100_000))
    path = write_log(tmp_path, content, is_compressed=True)
    path.write_bytes(path.read_bytes()[:100_000])

    with open_log(path) as log:
        read = b"".join(log.lines())

    assert log.is_damaged
    assert len(read) > 100_000
    assert read == content[: log.read_bytes]
    assert log.digest == keyed_digest(read)


def test_changed_compressed_file_is_damaged(tmp_path: Path) -> None:
    path = write_log(tmp_path, b"one\ntwo\n" * 1000, is_compressed=True)
    path.write_bytes(path.read_bytes()[:-8] + b"checksum")

    with open_log(path) as log:
        lines = list(log.lines())

    assert log.is_damaged
    assert lines == [b"one\n", b"two\n"] * 1000


def test_digest_depends_on_the_secret_key(settings) -> None:
    digest = keyed_digest(b"one")

    settings.SECRET_KEY = "another" * 10

    assert keyed_digest(b"one") != digest


@pytest.mark.parametrize("content", [b"", b"\x1f", b"\x1f\x8b"])
def test_tiny_file_has_no_lines(tmp_path: Path, content: bytes) -> None:
    with open_log(write_log(tmp_path, content)) as log:
        assert list(log.lines()) == []
