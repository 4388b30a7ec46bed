"""Reports whose archived months are asked on other machines: equal answers, and answers whatever fails."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from pytest_django import Settings
from structlog.testing import capture_logs

from accounts.models import User
from sites.models import Site
from testing.server import free_port
from visits.archive.store import archive_store
from visits.models import Archive
from visits.reports import archived, checks
from visits.reports.archive_columns import ArchiveFile
from visits.reports.archive_selection import MonthFiles
from visits.reports.breakdown import breakdown
from visits.reports.checks import check_dask_scheduler
from visits.reports.metrics import Value
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.scan import Fact, Scan
from visits.reports.scan_archive import scan_months
from visits.tests.factory import GOOGLE, NOON, make_visit
from visits.tests.reports import wishes
from visits.tests.reports.ask import check
from visits.tests.reports.cases import Case, cases, stored, truth
from visits.tests.reports.dask_cluster import (
    PROJECT,
    START_SECONDS,
    DaskCluster,
    run_cluster,
    wait_for,
)
from visits.tests.reports.engines import CLUSTER
from visits.tests.reports.naive import (
    Breakdown,
    Cross,
    Flow,
    Funnel,
    Goals,
    PlainFilter,
    PlainGoal,
    Question,
    Series,
    Totals,
)
from visits.tests.reports.wishes import GOALS
from visits.upkeep.closing import close_sites

# Both workers get some of them.
MONTHS = (1, 2, 3, 4)
CLUSTER_MODULE = "visits.reports.cluster"
NEWER = """
from visits.reports import scan_archive

def scan_months(months, scan):
    return scan_archive.scan_months(months, scan)
"""
Connect = Callable[[str], Any]
EXPECTED = {"Google": 4, "": 8}


@pytest.fixture(scope="module")
def dask_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with run_cluster(tmp_path_factory.mktemp("dask")) as running:
        yield running


@pytest.fixture
def connect(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Let the reports ask a scheduler through a connection that the test can look at."""
    module = importlib.import_module(CLUSTER_MODULE)
    known: dict[str, Any] = {}
    monkeypatch.setattr(module, "_clusters", known)
    # A busy machine needs a while.
    monkeypatch.setattr(module, "CONNECT_SECONDS", START_SECONDS)
    monkeypatch.setattr(module, "ANSWER_SECONDS", START_SECONDS)

    def connect(address: str) -> Any:
        settings.DASK_SCHEDULER = address
        return module.cluster(address)

    yield connect
    for cluster in known.values():
        cluster.close()


@pytest.fixture
def nobody(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A connection to a port of this machine at which nobody listens."""
    monkeypatch.setattr(importlib.import_module(CLUSTER_MODULE), "CONNECT_SECONDS", 0.1)
    return connect(f"tcp://127.0.0.1:{free_port()}")


@pytest.fixture
def not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when this process answers by itself."""
    monkeypatch.setattr(archived, "_map_here", refuse)


@pytest.fixture
def busy(site: Site) -> Site:
    return fill(site)


def fill(site: Site) -> Site:
    """Give a site three visits in each of some months, and archive them."""
    for month in MONTHS:
        at = NOON.replace(month=month)
        make_visit(site, started_at=at, origin=GOOGLE)
        make_visit(site, started_at=at, pageviews=["/", "/pricing"])
        make_visit(site, started_at=at)
    close_sites([site], NOON)
    return site


def visits_by_source(site: Site) -> dict[str, Value]:
    period = Period.custom(dt.date(2026, 1, 1), dt.date(2026, 4, 30))
    report = breakdown(ReportQuery((site,), period), "source", ["visits"])
    return {row.key[0]: row.values[0] for row in report.rows}


def reasons(logs: list[Any]) -> list[str]:
    """Return why the cluster was left, for each warning."""
    return [entry["error"] for entry in logs if entry["event"] == "cluster_left"]


def files_of(site: Site) -> list[MonthFiles]:
    address = archive_store().address
    return [
        MonthFiles(
            site.pk,
            site.zone,
            each.month,
            ArchiveFile(address(each.visits_file), each.visits_checksum),
            ArchiveFile(address(each.hits_file), each.hits_checksum),
        )
        for each in Archive.objects.filter(site=site).order_by("month")
    ]


def refuse(*_: Any) -> Any:
    raise AssertionError("The workers did not answer.")


# Truth


@pytest.mark.django_db
@truth(4)
@given(case=cases(is_filtered=True), known=wishes.goal_filters(), steps=wishes.funnels())
def test_answers_of_workers_are_those_of_a_plain_loop(
    owner: User,
    dask_cluster: DaskCluster,
    connect: Connect,
    not_here: None,
    case: Case,
    known: PlainFilter,
    steps: tuple[PlainGoal, ...],
) -> None:
    connect(dask_cluster.address)
    asked, by_goal = case.asked, case.ask(known)
    questions: list[Question] = [
        Totals(asked),
        Totals(by_goal),
        *(Series(asked, interval) for interval in ("minute", "hour", "day", "month")),
        *(Breakdown(asked, name) for name in ("page", "source", "entry_page", "hour_of_day")),
        *(Breakdown(case.ask(), name) for name in ("event", "property[plan]", "city", "browser")),
        Cross(asked, "page", "source"),
        Cross(case.ask(), "hour_of_day", "weekday"),
        Goals(asked, GOALS),
        Funnel(asked, steps),
        Flow(asked, "/pricing"),
    ]
    with stored(owner, case, CLUSTER) as world:
        check(questions, [world.here], world.visits)
        check([Totals(asked), Breakdown(asked, "page")], world.sites, world.all_visits)


@pytest.mark.django_db
def test_many_threads_ask_through_one_connection(
    busy: Site, dask_cluster: DaskCluster, connect: Connect
) -> None:
    cluster = connect(dask_cluster.address)
    months = files_of(busy)
    scan = Scan(Fact.VISIT, (busy.pk,), (busy.zone,), NOON.date(), NOON.date(), (), ("visits",))

    def visits(_: int) -> int:
        frame = cluster.answer(partial(scan_months, scan=scan), months, 0, otherwise=refuse)
        count: int = frame.item()
        return count

    assert visits(0) == 12
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(visits, range(24))) == {12}


def test_worker_has_the_same_months_whatever_the_period() -> None:
    months = [
        MonthFiles(7, ZoneInfo("UTC"), dt.date(2026, month, 1), ArchiveFile("v"), ArchiveFile("h"))
        for month in range(1, 13)
    ]

    deal = importlib.import_module(CLUSTER_MODULE).deal
    of_year = deal(months, ["a", "b", "c"])
    of_quarter = deal(months[5:8], ["a", "b", "c"])

    assert [len(part) for part in of_year.values()] == [4, 4, 4]
    assert [len(part) for part in of_quarter.values()] == [1, 1, 1]
    assert all(part[0] in of_year[worker] for worker, part in of_quarter.items())


# What fails


@pytest.mark.django_db
def test_answer_arrives_although_a_worker_is_killed_in_the_middle_of_it(
    busy: Site, tmp_path: Path, connect: Connect, not_here: None
) -> None:
    [archive] = Archive.objects.filter(month=dt.date(2026, 2, 1))
    file = Path(archive_store().address(archive.visits_file))
    whole = file.with_suffix(".whole")
    file.rename(whole)
    # Who opens this waits, until it is killed.
    os.mkfifo(file)

    def kill_who_reads(dask_cluster: DaskCluster) -> None:
        reader = wait_for(lambda: _last_reader(dask_cluster.client))
        whole.rename(file)
        dask_cluster.process_at(reader).kill()

    with run_cluster(tmp_path) as dask_cluster, ThreadPoolExecutor(1) as pool:
        connect(dask_cluster.address)
        killing = pool.submit(kill_who_reads, dask_cluster)
        with capture_logs() as logs:
            assert visits_by_source(busy) == EXPECTED
        killing.result()

        assert sum(worker.poll() is None for worker in dask_cluster.workers.values()) == 1
        assert reasons(logs) == []
        assert visits_by_source(busy) == EXPECTED


def _last_reader(client: Any) -> str:
    """Return the address of the worker that reads a file while the other one is done; else nothing."""
    is_other_done = any(client.has_what().values())
    reading = [
        address for address, tasks in client.call_stack().items() if "read_columns" in str(tasks)
    ]
    return reading[0] if is_other_done and len(reading) == 1 else ""


@pytest.mark.django_db
def test_without_a_scheduler_the_answer_comes_from_here_with_one_warning(
    busy: Site, nobody: Any
) -> None:
    now = 1_000.0
    nobody._clock = lambda: now

    with capture_logs() as logs:
        assert visits_by_source(busy) == EXPECTED
        now += 61
        assert visits_by_source(busy) == EXPECTED

    assert len(reasons(logs)) == 1


@pytest.mark.django_db
def test_cluster_that_failed_is_not_asked_for_a_minute(
    busy: Site, nobody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    nobody._clock = lambda: now
    visits_by_source(busy)
    monkeypatch.setattr(nobody, "_connect", refuse)

    now += 59
    assert visits_by_source(busy) == EXPECTED
    now += 2
    with pytest.raises(AssertionError):
        visits_by_source(busy)


@pytest.mark.django_db
def test_cluster_that_is_back_is_asked_again(
    busy: Site, dask_cluster: DaskCluster, nobody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    nobody._clock = lambda: now

    with capture_logs() as logs:
        visits_by_source(busy)
        now += 61
        nobody.address = dask_cluster.address
        monkeypatch.setattr(
            importlib.import_module(CLUSTER_MODULE), "CONNECT_SECONDS", START_SECONDS
        )
        monkeypatch.setattr(archived, "_map_here", refuse)
        assert visits_by_source(busy) == EXPECTED

    assert [entry["event"] for entry in logs] == ["cluster_left", "cluster_works_again"]


@pytest.mark.django_db
def test_scheduler_without_workers_is_left(busy: Site, tmp_path: Path, connect: Connect) -> None:
    with run_cluster(tmp_path, worker_count=0) as dask_cluster, capture_logs() as logs:
        connect(dask_cluster.address)
        assert visits_by_source(busy) == EXPECTED

    assert reasons(logs) == ["NoWorkers"]


@pytest.mark.django_db
def test_workers_that_fall_silent_are_left(
    busy: Site, dask_cluster: DaskCluster, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module(CLUSTER_MODULE), "ANSWER_SECONDS", 0.5)
    connect(dask_cluster.address)
    for worker in dask_cluster.workers.values():
        worker.send_signal(signal.SIGSTOP)
    try:
        with capture_logs() as logs:
            assert visits_by_source(busy) == EXPECTED
    finally:
        for worker in dask_cluster.workers.values():
            worker.send_signal(signal.SIGCONT)

    assert reasons(logs) == ["TimeoutError"]


@pytest.mark.django_db
def test_workers_that_lack_the_code_are_left(
    busy: Site,
    dask_cluster: DaskCluster,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "newer_code.py").write_text(NEWER)
    monkeypatch.syspath_prepend(tmp_path)
    newer = importlib.import_module("newer_code")
    monkeypatch.setattr(archived, "scan_months", newer.scan_months)
    connect(dask_cluster.address)

    with capture_logs() as logs:
        assert visits_by_source(busy) == EXPECTED

    assert reasons(logs) == ["ModuleNotFoundError"]


@pytest.mark.django_db
def test_workers_with_other_code_are_left(
    busy: Site, dask_cluster: DaskCluster, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module(CLUSTER_MODULE), "CODE_VERSION", "newer")
    connect(dask_cluster.address)

    with capture_logs() as logs:
        assert visits_by_source(busy) == EXPECTED

    assert reasons(logs) == ["OtherCode"]


@pytest.mark.django_db
def test_workers_that_do_not_see_the_archive_are_left(
    site: Site,
    settings: Settings,
    dask_cluster: DaskCluster,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    # Workers look for it in a folder of theirs.
    settings.ARCHIVE_URL = "archive"
    busy = fill(site)
    connect(dask_cluster.address)

    with capture_logs() as logs:
        assert visits_by_source(busy) == EXPECTED

    # Nobody takes the file for damaged.
    assert [entry["event"] for entry in logs] == ["cluster_left"]
    assert reasons(logs) == ["UnreadableFile"]


@pytest.mark.django_db
def test_days_of_a_damaged_file_are_answered_by_the_facts(
    busy: Site, dask_cluster: DaskCluster, connect: Connect
) -> None:
    connect(dask_cluster.address)
    [archive] = Archive.objects.filter(month=dt.date(2026, 2, 1))
    Path(archive_store().address(archive.visits_file)).write_bytes(b"PAR1, damaged")

    with capture_logs() as logs:
        assert visits_by_source(busy) == EXPECTED

    assert [entry["event"] for entry in logs] == ["archive_unreadable"]


# What is loaded


@pytest.mark.django_db
def test_nothing_of_dask_is_loaded_without_a_scheduler(
    busy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dask", "distributed", CLUSTER_MODULE):
        # Importing it is an error now.
        monkeypatch.setitem(sys.modules, name, None)

    assert visits_by_source(busy) == EXPECTED


def test_web_process_does_not_load_dask() -> None:
    assert "dask" not in loaded_by(
        "import tracking_project.asgi, tracking_project.urls, visits.reports.archived", os.environ
    )


def test_workers_need_no_settings() -> None:
    loaded = loaded_by(f"import {CLUSTER_MODULE}, visits.reports.sequence_archive", {})

    assert "dask" in loaded
    assert "django" not in loaded


def loaded_by(statement: str, environment: Mapping[str, str]) -> set[str]:
    """Return the packages that a new process has after a statement."""
    program = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(finished.stdout.split())


@pytest.mark.parametrize(
    ("address", "archive_url", "ids"),
    [
        ("", "", []),
        ("tcp://10.0.0.5:8786", "/srv/archive", []),
        ("tls://10.0.0.5:8786", "s3://a/b", []),
        ("10.0.0.5:8786", "/srv/archive", ["visits.E002"]),
        ("tcp://10.0.0.5:8786", "", ["visits.W001"]),
    ],
)
def test_cluster_that_cannot_work_is_found_before_the_start(
    settings: Settings, address: str, archive_url: str, ids: list[str]
) -> None:
    settings.DASK_SCHEDULER, settings.ARCHIVE_URL = address, archive_url

    assert [message.id for message in check_dask_scheduler()] == ids


def test_missing_dask_is_found_before_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DASK_SCHEDULER = "tcp://10.0.0.5:8786"
    monkeypatch.setattr(checks, "find_spec", lambda _: None)

    assert [message.id for message in check_dask_scheduler()] == ["visits.E003"]
