"""Errors of single sites, which must not end the work for all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import connection

log = structlog.get_logger(__name__)


class Failures:
    """Counts and logs what fails in one round over many sites."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def noted(self, event: str, **values: object) -> Iterator[None]:
        """Log any error that is raised inside, and go on after the block.

        When the database has left, the error is raised again: no other site would fare better.
        """
        try:
            yield
        except Exception:
            if not connection.is_usable():
                raise
            self.count += 1
            log.exception(event, **values)
