"""Answers that are files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import partial
from typing import cast

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from visits.reports.period import Period
from visits.reports.query import ReportQuery

UNNAMEABLE = re.compile(r"[^A-Za-z0-9._-]+")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


class Download(StreamingHttpResponse):
    """Sends a file piece by piece, each of them made when the one before has been taken.

    Django's own answer makes all pieces first where the server is asynchronous.
    """

    def __init__(self, pieces: Iterable[bytes], filename: str) -> None:
        super().__init__(pieces, content_type=CONTENT_TYPES[filename.rpartition(".")[2]])
        disposition = content_disposition_header(as_attachment=True, filename=filename)
        assert disposition is not None
        self.headers["Content-Disposition"] = disposition

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = cast("Iterator[bytes]", self.streaming_content)
        # In the thread of the request, whose connection to the database the view has used.
        following = sync_to_async(partial(next, pieces, None))
        while (piece := await following()) is not None:
            yield piece


def filename_of(query: ReportQuery, report: str, ending: str) -> str:
    """Return a name that every system takes: site, report, and the days that it is about."""
    return dated_filename([query.site.domain, report], query.period, ending)


def dated_filename(parts: Iterable[str], period: Period, ending: str) -> str:
    """Return such a name of any parts, with the days behind them."""
    words = [*parts, f"{period.start:%Y-%m-%d}", f"{period.end:%Y-%m-%d}"]
    return f"{UNNAMEABLE.sub('-', '_'.join(words)).strip('-_.')}.{ending}"
