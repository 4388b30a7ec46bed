"""Each check finds what is wrong, and says what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error as CheckError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sites.models import Site
from visits.collect.outcome import Refused
from visits.collect.writer import open_spool
from visits.models import (
    Archive,
    Delivery,
    RefusalReason,
    Salt,
    SiteDay,
    UpkeepJob,
)
from visits.service import checks, database, machine, work
from visits.service.checks import NAMES, examine, worst
from visits.service.finding import Finding, Status
from visits.tests.digests.factory import make_recipient, make_report, make_schedule
from visits.tests.factory import make_visit

NOW = dt.datetime(2026, 5, 15, 12, 40, tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MMDB = Path(__file__).parent.parent / "data" / "city.mmdb"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    machine._messages.cache_clear()


def found(check: Callable[[dt.datetime], Iterable[Finding]]) -> list[tuple[Status, str]]:
    return [(each.status, each.text) for each in check(NOW)]


def statuses(check: Callable[[dt.datetime], Iterable[Finding]]) -> list[Status]:
    return [status for status, _ in found(check)]


def test_every_check_says_something_of_a_new_installation(db: None) -> None:
    findings = examine(NOW)

    assert list(dict.fromkeys(finding.check for finding in findings)) == list(NAMES)
    assert [f.text for f in findings if f.status is Status.PROBLEM] == []


def test_worst_finding_decides() -> None:
    assert worst(()) is Status.OK
    assert worst((Finding("a", Status.WARNING, ""), Finding("b", Status.OK, ""))) is Status.WARNING


def test_check_that_stumbles_is_a_problem_and_holds_up_no_other(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(now: dt.datetime) -> list[Finding]:
        raise RuntimeError("a stone")

    monkeypatch.setitem(checks.OF_THE_MACHINE, "disk", stumble)

    texts = {finding.check: finding.text for finding in examine(NOW)}

    assert texts["disk"] == "It could not be checked: RuntimeError: a stone"
    assert "mails" in texts


def test_database_that_is_away_is_told_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[int, int]:
        raise OperationalError("secret address")

    monkeypatch.setattr(database, "database_bytes", fail)

    [last] = [f for f in examine(NOW) if f.status is Status.PROBLEM]

    assert (last.check, last.text) == ("database", "It does not answer: OperationalError.")


def test_findings_of_system_checks_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    message = CheckError("Keys are short.", hint="Make a longer one.", id="x.E001")
    monkeypatch.setattr("visits.service.machine.checks.run_checks", lambda **_: [message])

    [finding] = machine.check_settings(NOW)

    assert finding.text == "Keys are short. (x.E001)"
    assert (finding.status, finding.hint) == (Status.PROBLEM, "Make a longer one.")


@pytest.mark.parametrize(
    ("free", "status"),
    [(100 * 1024**2, Status.PROBLEM), (1024**3, Status.WARNING), (50 * 1024**3, Status.OK)],
)
def test_disk_needs_room(monkeypatch: pytest.MonkeyPatch, free: int, status: Status) -> None:
    usage = type("Usage", (), {"free": free, "total": 100 * 1024**3})
    monkeypatch.setattr("visits.service.machine.shutil.disk_usage", lambda folder: usage)

    # That of VAR_DIR and that of the archive, which is not made yet.
    assert statuses(machine.check_disk) == [status] * 2


def test_folder_that_cannot_be_written_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.service.machine.os.access", lambda *_: False)

    assert statuses(machine.check_disk) == [Status.PROBLEM] * 2


def test_spool_is_looked_at(settings: Any) -> None:
    assert statuses(machine.check_spool) == [Status.OK]
    spool = open_spool()

    for _ in range(3):
        spool.append([Refused(1, RefusalReason.BOT, 1_777_000_000)])
    assert found(machine.check_spool) == [(Status.WARNING, "3 batches wait in the spool.")]

    spool.remove(1)
    assert found(machine.check_spool) == [(Status.WARNING, "2 batches wait in the spool.")]
    spool.close()
    spool.path.write_bytes(b"no database " * 1_000)
    assert statuses(machine.check_spool) == [Status.PROBLEM]


def test_clock_that_went_back_is_found(site: Site) -> None:
    make_visit(site, started_at=NOW)
    assert statuses(machine.check_clock) == [Status.OK]

    make_visit(site, started_at=NOW + HOUR)

    assert statuses(machine.check_clock) == [Status.PROBLEM]


def test_files_of_places_are_opened(settings: Any, tmp_path: Path) -> None:
    settings.GEOIP_PATH = ""
    assert statuses(machine.check_places) == [Status.WARNING]
    settings.GEOIP_PATH = str(MMDB)
    assert statuses(machine.check_places) == [Status.OK]

    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(MMDB.read_bytes()[:100])
    settings.GEOIP_PATH = str(broken)

    assert statuses(machine.check_places) == [Status.PROBLEM]


def test_mail_server_is_signed_in_at_on_request_only(db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.nothing.EmailBackend"

    kept_in = [f for f in examine(NOW) if f.check == "mail"]
    reached_out = [f for f in examine(NOW, reaches_out=True) if f.check == "mail"]

    assert Status.PROBLEM not in {finding.status for finding in kept_in}
    assert reached_out[-1].status is Status.PROBLEM


def test_index_that_is_missing_is_named(db: None) -> None:
    assert statuses(database.check_indexes) == [Status.OK]

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX hit_event")

    [(status, text)] = found(database.check_indexes)
    assert (status, text) == (Status.PROBLEM, "1 are missing or broken: hit_event.")


def test_migration_that_is_missing_is_named(db: None) -> None:
    assert statuses(database.check_migrations) == [Status.OK]

    [newest] = MigrationLoader(connection).graph.leaf_nodes("visits")
    MigrationRecorder(connection).record_unapplied(*newest)

    [(status, text)] = found(database.check_migrations)
    assert (status, text) == (Status.PROBLEM, f"1 are missing: {'.'.join(newest)}.")


def test_jobs_that_fail_or_do_not_run_are_named(db: None) -> None:
    assert found(work.check_jobs) == [(Status.WARNING, "Upkeep has never run.")]
    UpkeepJob.objects.create(name="close_days", ran_at=NOW, succeeded_at=NOW)
    assert statuses(work.check_jobs) == [Status.OK]

    UpkeepJob.objects.create(name="destroy_salts", ran_at=NOW, problem="OSError: full")
    UpkeepJob.objects.create(name="remove_quotas", ran_at=NOW - 3 * HOUR, succeeded_at=NOW)

    assert found(work.check_jobs) == [
        (Status.PROBLEM, "Destroy salts fails always: OSError: full"),
        (Status.PROBLEM, "Not done for 3\N{NO-BREAK SPACE}hours: remove_quotas."),
    ]


def test_days_that_are_not_closed_are_found(site: Site) -> None:
    assert statuses(work.check_days) == [Status.OK]
    day = (NOW - ONE_DAY).date()
    make_visit(site, started_at=NOW - ONE_DAY)
    assert found(work.check_days) == [(Status.PROBLEM, "None of the last four weeks is closed.")]

    SiteDay.objects.create(site=site, day=day, changes=0)
    [(status, text)] = found(work.check_days)
    assert (status, "(Example)" in text) == (Status.PROBLEM, True)

    SiteDay.objects.update(closed_changes=0, archived_changes=0)
    assert found(work.check_days) == [(Status.OK, f"All are closed up to {day}.")]


def test_archive_that_is_damaged_or_off_is_found(site: Site, settings: Any) -> None:
    assert statuses(work.check_archive) == [Status.OK]
    numbers = dict.fromkeys(("visits_bytes", "hits_bytes", "visit_count", "hit_count"), 0)
    Archive.objects.create(site=site, month=NOW.date(), layout=0, written_at=NOW, **numbers)
    assert statuses(work.check_archive) == [Status.PROBLEM]

    settings.ARCHIVE_URL = ""

    assert statuses(work.check_archive) == [Status.WARNING]


def test_secrets_that_should_be_gone_are_found(site: Site) -> None:
    Salt.objects.create(day=(NOW - 2 * ONE_DAY).date(), created_at=NOW - 2 * ONE_DAY)
    assert statuses(work.check_removals) == [Status.OK]

    Salt.objects.create(day=(NOW - 9 * ONE_DAY).date(), created_at=NOW - 9 * ONE_DAY)
    Site.objects.filter(pk=site.pk).discard(NOW - 3 * ONE_DAY)

    assert statuses(work.check_removals) == [Status.PROBLEM, Status.WARNING]


@pytest.mark.parametrize(
    ("state", "due_at", "status"),
    [
        ("sent", NOW - ONE_DAY, Status.OK),
        ("queued", NOW, Status.OK),
        ("queued", NOW - HOUR, Status.PROBLEM),
        ("failed", NOW, Status.WARNING),
    ],
)
def test_mails_that_failed_or_are_late_are_found(
    db: None, state: str, due_at: dt.datetime, status: Status
) -> None:
    schedule = make_schedule(make_report())
    Delivery.objects.create(
        schedule=schedule,
        recipient=make_recipient(schedule),
        slot_at=NOW,
        state=state,
        due_at=due_at,
    )

    assert statuses(work.check_mails) == [status]
