"""What an operator reads after `importlogs`."""

from __future__ import annotations

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sites.models import Site
from visits.exchange.importing import ImportResult
from visits.management.commands import importlogs
from visits.models import Hit

ACCESS_LOG = Path(__file__).parents[1] / "exchange" / "access.log"
COMMON_LINE = '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1234\n'


def run(path: Path, site: str = "example.com") -> str:
    output = StringIO()
    call_command("importlogs", str(path), "--site", site, stdout=output)
    return output.getvalue()


def test_summary_is_one_line(site: Site) -> None:
    assert run(ACCESS_LOG) == (
        "access.log: 58 lines: 21 counted, 34 refused (asset 14, bot 8, method 6, status 4, "
        "localhost 1, spam 1), 3 unreadable.\n"
    )


def test_second_import_says_that_nothing_is_new(site: Site) -> None:
    run(ACCESS_LOG)

    assert run(ACCESS_LOG) == "access.log: nothing new (58 lines imported before).\n"


def test_grown_log_tells_old_lines_from_new(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(COMMON_LINE)
    run(log)
    log.write_text(COMMON_LINE * 2)

    assert run(log).startswith("a.log: 1 line: 1 counted, 0 refused, 0 unreadable, 1 imported")


def test_older_copy_is_explained(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(COMMON_LINE * 2)
    run(log)
    log.write_text(COMMON_LINE)

    assert "a longer log with the same beginning was imported before" in run(log)


def test_log_without_agents_is_explained(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(COMMON_LINE)

    assert "no user agents, so bots are counted too" in run(log)


def test_unfinished_line_is_explained(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(COMMON_LINE + COMMON_LINE[:20])

    assert "left for the next time" in run(log)


def test_damaged_file_fails_after_its_good_lines_are_counted(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "a.log.gz"
    log.write_bytes(gzip.compress((COMMON_LINE * 3).encode())[:-8])

    with pytest.raises(CommandError, match="damaged after line 3"):
        run(log)

    assert Hit.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.log", "missing.log cannot be read: No such file or directory."),
        (".", "cannot be read: Is a directory."),
        ("empty.log", "empty.log has no complete line in the common or combined format"),
    ],
)
def test_what_is_no_log_fails_with_a_sentence(
    site: Site, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "empty.log").touch()

    with pytest.raises(CommandError, match=sentence):
        run(tmp_path / name)


def test_interruption_fails_with_a_sentence(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> ImportResult:
        raise KeyboardInterrupt

    monkeypatch.setattr(importlogs, "import_log", interrupt)

    with pytest.raises(CommandError, match="goes on from there"):
        run(ACCESS_LOG)


def test_unclear_site_fails_with_a_sentence(site: Site) -> None:
    with pytest.raises(CommandError, match="There is no site"):
        run(ACCESS_LOG, "example.org")
