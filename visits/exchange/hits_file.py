"""A file of hits, on the disk of the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from visits.files.tables import hits_table
from visits.files.writing import csv_lines, json_hits, pieces
from visits.models import SiteDay
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import RawHit, all_hits

# By the end of a file's name.
WRITERS: Mapping[str, Callable[[Iterable[RawHit]], Iterator[str]]] = {
    ".csv": lambda hits: csv_lines(hits_table(hits)),
    ".jsonl": json_hits,
}


def count_days_without_hits(query: ReportQuery) -> int:
    """Return how many days of the period had visits whose hits are not kept any more.

    Days of which not even the sums are left are not among them.
    """
    days = (query.period.start, query.period.end)
    pruned = SiteDay.objects.filter(site=query.site, is_pruned=True, visits__gt=0, day__range=days)
    return pruned.count()


def write_hits(query: ReportQuery, path: Path) -> int:
    """Write all hits that the query counts as CSV or JSON lines, and return their number.

    The file gets its name when it is complete. Its name must end as WRITERS say. Raises OSError.
    """
    count = 0

    def counted(hits: Iterable[RawHit]) -> Iterator[RawHit]:
        nonlocal count
        for hit in hits:
            count += 1
            yield hit

    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            file.writelines(pieces(WRITERS[path.suffix](counted(all_hits(query)))))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count
