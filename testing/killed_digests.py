"""Workers that send a report and are killed in a step of it, each in a process of its own.

Run inside an installation whose mails go to a folder; prints what became of each delivery as JSON. The
process that forks opens neither the database nor the queue: its children share nothing but files.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LATER = dt.timedelta(days=400)
FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
# The function before which, or behind which, the worker is killed, in the order of the way of a mail.
BEFORE: dict[str, str] = {
    "planned": "visits.digests.jobs.enqueue_due",
    "queued": "visits.digests.jobs.run_queued",
    "taken": "visits.digests.jobs.send",
    "claimed": "visits.digests.mail.run_report",
    "run": "visits.digests.mail.report_mail",
    "built": "visits.digests.sending.get_connection",
    "connecting": f"{FILE_BACKEND}.open",
    "handing over": f"{FILE_BACKEND}.send_messages",
    "noting": "visits.digests.sending._note_sent",
}
AFTER: dict[str, str] = {
    "connected": f"{FILE_BACKEND}.open",
    "handed over": f"{FILE_BACKEND}.send_messages",
    "noted": "visits.digests.sending._note_sent",
}
STEPS = (*BEFORE, *AFTER)


def main() -> None:
    results = {step: kill_and_go_on(step) for step in STEPS}
    print(json.dumps(results))


def kill_and_go_on(step: str) -> dict[str, Any]:
    """Return by which signal the worker ended, and how many mails there were then, later, and at last."""
    before = mails()
    in_child(lambda: make_schedule(step))
    ended_by = in_child(lambda: work_and_die(step))
    counts = [mails() - before]
    for minutes in (0, 1, 5, 10, 1500):
        in_child(partial(work, dt.timedelta(minutes=minutes)))
    counts.append(mails() - before)
    if counts[-1] == 0:
        in_child(retry_all)
    in_child(lambda: work(dt.timedelta()))
    return {"signal": ended_by, "mails": [*counts, mails() - before]}


def in_child(job: Callable[[], object]) -> int:
    """Do a job in a process of its own; return the number of the signal that ended it, 0 for none."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            job()
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == 0, "a job failed"
    return os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else 0


def make_schedule(name: str) -> None:
    """Make a report that was due this midnight, and take all others for done."""
    from visits.models import Recipient, Report, Schedule

    Schedule.objects.update(is_active=False)
    report = Report.objects.create(name=name, metrics=["visitors"])
    schedule = Schedule.objects.create(
        report=report, rhythm="daily", time=dt.time(), time_zone="UTC", runs_from=LONG_AGO
    )
    Recipient.objects.create(schedule=schedule, email="ada@example.com", subscribed_at=LONG_AGO)


def work_and_die(step: str) -> None:
    path = BEFORE.get(step) or AFTER[step]
    known = resolve(path)

    def die(*arguments: Any, **options: Any) -> None:
        if step in AFTER:
            known(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    with mock.patch(path, die):
        work(dt.timedelta())


def work(later: dt.timedelta) -> None:
    """Do as the server's thread does, as if it were later; a slot that is due by then is not this one."""
    from django.utils import timezone

    from visits.digests import jobs
    from visits.models import Schedule

    now = timezone.now() + later
    jobs.plan(now)
    Schedule.objects.update(runs_from=now + LATER)
    jobs.run_queued()


def retry_all() -> None:
    """Do as staff do who look into the mailbox and miss a mail."""
    from visits.digests.jobs import retry_failed
    from visits.models import Delivery

    newest = Delivery.objects.order_by("-pk")[:1]
    retry_failed(newest)


def mails() -> int:
    """Return how many mails lie in the folder."""
    from django.conf import settings

    folder: str = settings.EMAIL_FILE_PATH  # type: ignore[misc]  # not in the stubs
    files = Path(folder).glob("*")
    return sum(path.read_bytes().count(b"\nMessage-ID: ") for path in files)


def resolve(path: str) -> Callable[..., Any]:
    from django.utils.module_loading import import_string

    owner, _, name = path.rpartition(".")
    try:
        holder = import_string(owner)
    except ImportError:
        return import_string(path)
    return getattr(holder, name)
