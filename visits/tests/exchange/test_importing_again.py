"""A file that comes again: each of its lines counts once, whatever happened to it or to its import."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sites.models import Site
from visits.collect.batch import write_batch
from visits.exchange import importing
from visits.exchange.importing import LogImportError, import_log
from visits.models import Hit, Visit
from visits.tests.exchange.lines import ACCESS_LOG, NOW, make_lines, stored


@pytest.mark.parametrize("disguise", ["same", "renamed", "compressed"])
def test_same_file_twice_changes_nothing(
    site: Site, tmp_path: Path, run: Callable, disguise: str
) -> None:
    run(ACCESS_LOG)
    before = stored()
    again = ACCESS_LOG if disguise == "same" else tmp_path / "access.log.1"
    if disguise != "same":
        content = ACCESS_LOG.read_bytes()
        again.write_bytes(gzip.compress(content) if disguise == "compressed" else content)

    result = run(again)

    assert (result.lines, result.lines_before) == (0, 58)
    assert stored() == before


def test_other_site_counts_the_file_for_itself(site: Site, run: Callable) -> None:
    run(ACCESS_LOG)
    other = Site.objects.create(owner=site.owner, name="Other", domain="example.org")

    assert import_log(ACCESS_LOG, other, NOW).lines == 58


def test_grown_file_adds_what_is_new(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", "/pricing"))
    run(log)
    log.write_text(make_lines("/", "/pricing", "/docs"))

    result = run(log)

    assert (result.lines_before, result.lines, result.counted) == (2, 1, 1)
    assert Visit.objects.get().pageviews == 3


def test_unfinished_line_is_counted_once_when_it_is_finished(log: Path, run: Callable) -> None:
    lines = make_lines("/", "/pricing")
    log.write_text(lines[:-40])

    unfinished = run(log)
    log.write_text(lines)
    finished = run(log)

    assert (unfinished.counted, unfinished.has_open_line) == (1, True)
    assert (finished.counted, finished.has_open_line) == (1, False)
    assert Hit.objects.count() == 2


def test_older_copy_of_a_file_changes_nothing(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", "/pricing", "/docs"))
    run(log)
    log.write_text(make_lines("/", "/pricing"))

    result = run(log)

    assert result.is_known_beginning
    assert Hit.objects.count() == 3


def test_file_that_goes_on_differently_is_another_file(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", "/pricing"))
    run(log)
    log.write_text(make_lines("/", "/docs", "/about"))

    first, second = run(log), run(log)

    assert (first.lines, first.lines_before) == (3, 0)
    assert (second.lines, second.lines_before) == (0, 3)


def test_interrupted_import_goes_on_exactly_where_it_stopped(
    log: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(make_lines(*(f"/{number}" for number in range(25)), "/style.css"))
    monkeypatch.setattr(importing, "LINES_IN_A_BATCH", 10)

    def fail_in_second_batch(hits: list) -> None:
        write_batch(hits)
        if Hit.objects.count() > 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "write_batch", fail_in_second_batch)
    with pytest.raises(KeyboardInterrupt):
        run(log)
    after_interruption = Hit.objects.count()
    monkeypatch.setattr(importing, "write_batch", write_batch)
    result = run(log)

    assert after_interruption == 10
    assert (result.lines_before, result.lines, result.counted) == (10, 16, 15)
    assert Hit.objects.count() == 25
    assert Visit.objects.get().pageviews == 25


def test_second_import_at_the_same_time_is_refused(
    log: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(make_lines("/", "/pricing"))

    def judge_late(*arguments: Any) -> Any:
        monkeypatch.undo()
        run(log)
        return importing._judge(*arguments)

    monkeypatch.setattr(importing, "_judge", judge_late)
    with pytest.raises(LogImportError, match="Another import"):
        run(log)

    assert Hit.objects.count() == 2


def test_import_that_began_meanwhile_is_seen(
    log: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(make_lines("/", "/pricing"))
    make_record = importing._make_record

    def make_record_late(*arguments: Any) -> Any:
        monkeypatch.undo()
        run(log)
        return make_record(*arguments)

    monkeypatch.setattr(importing, "_make_record", make_record_late)
    with pytest.raises(LogImportError, match="Another import"):
        run(log)

    assert Hit.objects.count() == 2
