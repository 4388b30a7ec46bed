"""Noting what became of a job, for staff and for `doctor`: the log scrolls away."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError

from visits.models import UpkeepJob
from visits.models.condition import UNSTORABLE
from visits.models.upkeep_job import PROBLEM_MAX_LENGTH

log = structlog.get_logger(__name__)


def note_success(name: str, now: dt.datetime, count: int) -> None:
    _note(name, ran_at=now, succeeded_at=now, count=count, problem="")


def note_failure(name: str, now: dt.datetime, error: Exception) -> None:
    problem = UNSTORABLE.sub("", f"{type(error).__name__}: {error}")
    _note(name, ran_at=now, problem=problem[:PROBLEM_MAX_LENGTH])


def _note(name: str, **fields: object) -> None:
    """Store what is known of a job. Never raises: upkeep goes on when the database is away."""
    try:
        UpkeepJob.objects.update_or_create(name=name, defaults=fields)
    except DatabaseError as error:
        log.warning("job_not_noted", job=name, error=type(error).__name__)
