"""The thread that does upkeep while the server runs."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import structlog
from django.db import close_old_connections
from django.utils import timezone

from visits.upkeep.archive_files import check_archive, remove_orphans
from visits.upkeep.closing import close_days
from visits.upkeep.expiry import remove_message_ids, remove_quotas, remove_refusal_samples
from visits.upkeep.job_notes import note_failure, note_success
from visits.upkeep.removal import finish_removals
from visits.upkeep.retention import enforce_retention
from visits.upkeep.salts import destroy_salts

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 600
# What is done at an instant; returns how many rows were concerned.
Job = Callable[[dt.datetime], int]


def start_scheduler(*more: Job) -> threading.Thread:
    """Start the upkeep thread; it ends with the process. `more` are jobs of rooms unknown in here."""
    thread = threading.Thread(target=_run_forever, args=more, name="upkeep", daemon=True)
    thread.start()
    return thread


def _run_forever(*more: Job) -> None:
    while True:
        run_upkeep(*more)
        time.sleep(PAUSE_SECONDS)


def run_upkeep(*more: Job) -> None:
    """Do every job once; a job that fails is logged and tried again at the next round."""
    now = timezone.now()
    close_old_connections()
    _run_job("destroy_salts", destroy_salts, now)
    for job in more:
        _run_job(job.__name__, job, now)
    _run_job("remove_message_ids", remove_message_ids, now)
    _run_job("remove_refusal_samples", remove_refusal_samples, now)
    _run_job("remove_quotas", remove_quotas, now)
    _run_job("check_archive", check_archive, now)
    _run_job("close_days", close_days, now)
    _run_job("enforce_retention", enforce_retention, now)
    _run_job("finish_removals", finish_removals, now)
    _run_job("remove_orphans", remove_orphans, now)
    close_old_connections()


def _run_job(name: str, job: Job, now: dt.datetime) -> None:
    try:
        count = job(now)
    except Exception as error:
        # The thread must survive any fault of a job: nobody restarts it.
        log.exception("upkeep_failed", job=name)
        note_failure(name, now, error)
        return
    note_success(name, now, count)
    if count:
        log.info("upkeep_done", job=name, count=count)
