"""What an operator gets from `exporthits`."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sites.models import Site
from visits.exchange import hits_file
from visits.reports import raw_hits
from visits.tests.factory import NOON, PHONE, make_hit, make_visit
from visits.upkeep.closing import close_days
from visits.upkeep.removal import begin_reset
from visits.upkeep.retention import prune


@pytest.fixture(autouse=True)
def traffic(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    visit = make_visit(site, pageviews=("/", "/pricing"))
    make_hit(visit, "/pricing", event="Buy", properties={"plan": "pro"})
    make_visit(site, pageviews=("/old",), started_at=NOON.replace(year=2024), equipment=PHONE)


def run(path: Path, *options: str) -> str:
    output = StringIO()
    call_command("exporthits", str(path), "--site", "example.com", *options, stdout=output)
    return output.getvalue()


def test_all_hits_of_all_time_are_written(tmp_path: Path) -> None:
    path = tmp_path / "hits.csv"

    said = run(path)

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == ["/old", "/", "/pricing", "/pricing"]
    assert said == "hits.csv: 4 hits of 4 May 2024 – 4 May 2026.\n"


def test_lines_of_json_for_a_period_and_filters(tmp_path: Path) -> None:
    path = tmp_path / "hits.jsonl"

    said = run(path, "--period", "7d", "--filter", "event:is:Buy", "--filter", "page:is:/pricing")

    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["kind"], line["path"]) for line in lines] == [
        ("pageview", "/pricing"),
        ("event", "/pricing"),
    ]
    assert said == "hits.jsonl: 2 hits of 28 Apr – 4 May 2026.\n"


def test_days_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "hits.csv"

    assert run(path, "--from", "2024-05-04", "--to", "2024-05-04") == (
        "hits.csv: 1 hit of 4 May 2024.\n"
    )


def test_there_is_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = raw_hits.find_hits
    monkeypatch.setattr(
        raw_hits, "find_hits", lambda query, after=None: find(query, after, limit=1)
    )

    assert run(tmp_path / "hits.csv").startswith("hits.csv: 4 hits")


def test_days_whose_hits_are_not_kept_are_named(site: Site, tmp_path: Path) -> None:
    close_days(NOON)
    site.keeps_facts_days = 7
    site.save()
    prune(site, NOON)

    assert run(tmp_path / "hits.csv") == (
        "hits.csv: 3 hits of 4 May 2024 – 4 May 2026.\n"
        "Not in it: 1 day whose hits are not kept any more.\n"
    )
    assert "Not in it" not in run(tmp_path / "hits.csv", "--period", "7d")


def test_day_before_a_reset_has_no_hits_to_miss(site: Site, tmp_path: Path) -> None:
    begin_reset(site, NOON)

    assert run(tmp_path / "hits.csv", "--from", "2026-05-01", "--to", "2026-05-04") == (
        "hits.csv: 0 hits of 1 May – 4 May 2026.\n"
    )


def test_second_run_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "hits.csv"
    run(path)
    content = path.read_bytes()

    run(path)

    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_failure_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hits.csv"
    path.write_text("before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hits_file, "all_hits", fail)

    with pytest.raises(CommandError, match=r"cannot be written: No space left on device\.$"):
        run(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("hits.xls", (), r"must end with \.csv or \.jsonl\.$"),
        ("hits", (), "must end with"),
        ("hits.csv", ("--period", "fortnight"), "is not a period"),
        ("hits.csv", ("--from", "2026-01-01"), "Choose the last day"),
        ("hits.csv", ("--filter", "browser"), "is not a filter"),
        ("hits.csv", ("--site", "other.example"), "There is no site"),
        ("missing/hits.csv", (), "cannot be written: No such file or directory"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, name: str, options: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(tmp_path / name, *options)

    assert list(tmp_path.iterdir()) == []
