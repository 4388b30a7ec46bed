"""Settings of the cluster that cannot work."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

SCHEMES = ("tcp://", "tls://")


@register
def check_dask_scheduler(**_: Any) -> list[CheckMessage]:
    if not settings.DASK_SCHEDULER:
        return []
    found: list[CheckMessage] = []
    if not settings.DASK_SCHEDULER.startswith(SCHEMES):
        found.append(
            Error(
                f"DASK_SCHEDULER is {settings.DASK_SCHEDULER}, which is no address of a scheduler.",
                hint="Write tcp://host:8786, or tls://host:8786 where Dask has certificates.",
                id="visits.E002",
            )
        )
    if find_spec("distributed") is None:
        found.append(
            Error(
                "DASK_SCHEDULER names a cluster, and Dask is not installed.",
                hint="pip install -r requirements-cluster.txt",
                id="visits.E003",
            )
        )
    if not settings.ARCHIVE_URL:
        found.append(
            Warning(
                "DASK_SCHEDULER names a cluster, which has nothing to read: the archive is off.",
                hint="Set ARCHIVE_URL to a place that the workers see.",
                id="visits.W001",
            )
        )
    return found
