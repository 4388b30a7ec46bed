"""The queue of mails: huey on a file of its own, so that no job waits for a hit or makes one wait.

The tables say what has to be sent, the queue only who is next: what is lost with it, or stands in it
twice, is found again or taken once.
"""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps

import structlog
from django.conf import settings
from django.db import close_old_connections, transaction
from django.urls import get_resolver
from django.utils import timezone
from huey import SqliteHuey, crontab
from huey.api import TaskWrapper

from visits.digests.mail import SlotMails
from visits.digests.planning import plan_due, plan_now
from visits.digests.sending import LEASE, recover, retry, send
from visits.digests.serializer import JsonSerializer
from visits.models import Delivery, Schedule

log = structlog.get_logger(__name__)

FILE_NAME = "jobs.sqlite3"
# The thread in the server plans every half minute and looks into the queue every other second.
PLAN_SECONDS = 30
LOOK_SECONDS = 2


class Jobs:
    """The queue and its two kinds of jobs. Opens the file."""

    def __init__(self, path: str) -> None:
        self.huey = SqliteHuey("digests", filename=path, results=False, serializer=JsonSerializer())
        self.deliver: TaskWrapper = self.huey.task(name="deliver")(_with_database(deliver))
        every_minute = self.huey.periodic_task(crontab(), name="plan")
        every_minute(_with_database(_plan_at_this_time))


@cache
def jobs() -> Jobs:
    return Jobs(str(settings.VAR_DIR / FILE_NAME))


def plan(now: dt.datetime) -> int:
    """Find what is due or stopped halfway, and queue it; return how many deliveries were new or found."""
    found = recover(now) + plan_due(now)
    enqueue_due(now)
    return found


def send_now(schedule: Schedule) -> int:
    """Queue mails of this minute to all recipients; return how many are new."""
    now = timezone.now()
    count = plan_now(schedule, now)
    transaction.on_commit(lambda: enqueue_due(now))
    return count


def retry_failed(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Queue those of some deliveries again that failed; return them."""
    now = timezone.now()
    retried = [delivery for delivery in deliveries if retry(delivery, now)]
    transaction.on_commit(lambda: enqueue_due(now))
    return retried


def enqueue_due(now: dt.datetime) -> int:
    """Put jobs for what is due into the queue, one for each slot; return how many.

    What is enqueued is not due for a while: should its job be lost, it becomes due again.
    """
    due = Delivery.objects.due(now).order_by("schedule_id", "slot_at", "pk")
    rows = due.values_list("schedule_id", "slot_at", "pk")
    count = 0
    for _, group in itertools.groupby(rows, key=lambda row: row[:2]):
        ids = [pk for _, _, pk in group]
        if Delivery.objects.due(now).filter(pk__in=ids).update(due_at=now + LEASE):
            jobs().deliver(ids)
            count += 1
    return count


def deliver(ids: Sequence[int]) -> None:
    """Send the mails of one slot, for which the report is run once in each language."""
    mails = SlotMails()
    for pk in ids:
        send(pk, mails.build)


def start_worker() -> threading.Thread:
    """Start the thread that plans and sends; it ends with the process."""
    # Mails have links, and links need all routes: two threads that import them at once find half of a module.
    get_resolver().url_patterns  # noqa: B018
    thread = threading.Thread(target=_work_forever, name="digests", daemon=True)
    thread.start()
    return thread


def run_queued() -> int:
    """Do the jobs that wait, one after the other; return how many there were."""
    count = 0
    while (task := jobs().huey.dequeue()) is not None:
        jobs().huey.execute(task)
        count += 1
    return count


def _work_forever() -> None:
    for number in itertools.count():
        if number % (PLAN_SECONDS // LOOK_SECONDS) == 0:
            _survive(_plan_at_this_time)
        _survive(run_queued)
        time.sleep(LOOK_SECONDS)


def _survive(step: Callable[[], object]) -> None:
    try:
        _with_database(step)()
    except Exception:
        # Nobody restarts the thread: the database or the disk may be back at the next round.
        log.exception("digests_failed", step=step.__name__)


def _plan_at_this_time() -> None:
    plan(timezone.now())


def _with_database(job: Callable[..., object]) -> Callable[..., None]:
    """Return a job that uses no connection of before, and leaves none."""

    @wraps(job)
    def run(*arguments: object) -> None:
        close_old_connections()
        try:
            job(*arguments)
        finally:
            close_old_connections()

    return run
