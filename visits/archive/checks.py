"""Settings of the archive that cannot work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from visits.archive.store import REMOTE_SCHEMES


@register
def check_archive_url(**_: Any) -> list[CheckMessage]:
    scheme, separator, _rest = settings.ARCHIVE_URL.partition("://")
    if not separator or scheme in REMOTE_SCHEMES:
        return []
    return [
        Error(
            f"ARCHIVE_URL begins with {scheme}://, which no store has.",
            hint="Name a folder, s3://bucket/path, gs://bucket/path or az://account/container/path.",
            id="visits.E001",
        )
    ]
