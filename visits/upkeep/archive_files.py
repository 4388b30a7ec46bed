"""Looks after the files of the archive: lost ones are noticed, superfluous ones removed."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence

import structlog
from django.conf import settings

from visits.archive.catalogue import is_readable, mark_unreadable
from visits.archive.layout import ARCHIVE_LAYOUT, UNREADABLE_LAYOUT
from visits.archive.store import StoredFile, archive_store, is_archive_on
from visits.models import Archive
from visits.upkeep.archive import is_intact
from visits.upkeep.month import WORK_FOLDER

log = structlog.get_logger(__name__)

# A report that has read the catalogue still finds the files it names.
GRACE = dt.timedelta(hours=1)
# What a process that was killed has left in the work folder; the largest month takes an hour.
WORK_LIFE = dt.timedelta(days=1)
# Nothing else in the folder is ours.
FILE_NAME = re.compile(
    r"(?P<month>[0-9]+/[0-9]{4}-[0-9]{2})/(?P<token>[0-9a-f]{16})-(visits|hits)\.parquet"
    r"(\.[0-9a-f]{8}\.partial)?"
)


def check_archive(now: dt.datetime) -> int:
    """Note which months have lost a file, or part of one, and return how many; closing rebuilds them.

    Files that could not be read, but are what was written, are used again: the disk or the network
    was at fault.
    """
    if not is_archive_on():
        return 0
    store = archive_store()
    sizes = {file.name: file.size_bytes for file in store.files()}
    lost = 0
    for archive in Archive.objects.order_by("site", "month"):
        is_there = (
            sizes.get(archive.visits_file) == archive.visits_bytes
            and sizes.get(archive.hits_file) == archive.hits_bytes
        )
        if is_readable(archive) and not is_there:
            mark_unreadable(archive.pk)
            lost += 1
        elif archive.layout == UNREADABLE_LAYOUT and is_there and is_intact(store, archive):
            same = Archive.objects.filter(pk=archive.pk, visits_file=archive.visits_file)
            same.update(layout=ARCHIVE_LAYOUT)
            log.info("archive_readable_again", site=archive.site_id, month=str(archive.month))
    return lost


def remove_orphans(now: dt.datetime) -> int:
    """Remove files of which the catalogue knows nothing, an hour after others took their place.

    Return how many. Before the month is written anew, a file that nobody names is an hour old at least.
    """
    _clear_work_folder(now)
    if not is_archive_on():
        return 0
    store = archive_store()
    files = [file for file in store.files() if FILE_NAME.fullmatch(file.name)]
    # Read after the files: one that is named meanwhile is not taken for an orphan.
    named = set(Archive.objects.values_list("visits_file", flat=True))
    named.update(Archive.objects.values_list("hits_file", flat=True))
    orphans = [
        file.name
        for file, replaced_at in _replaced(files)
        if file.name not in named and replaced_at <= now - GRACE
    ]
    store.delete(orphans)
    return len(orphans)


def _replaced(files: Sequence[StoredFile]) -> Iterator[tuple[StoredFile, dt.datetime]]:
    """Yield each file with the instant at which the next of its month was written, or itself."""
    months: defaultdict[str, dict[str, dt.datetime]] = defaultdict(dict)
    for file in files:
        month, token = _month_and_token(file)
        months[month][token] = max(file.modified_at, months[month].get(token, file.modified_at))
    for file in files:
        month, token = _month_and_token(file)
        own = months[month][token]
        yield file, min((at for at in months[month].values() if at > own), default=own)


def _month_and_token(file: StoredFile) -> tuple[str, str]:
    match = FILE_NAME.fullmatch(file.name)
    assert match is not None
    return match["month"], match["token"]


def _clear_work_folder(now: dt.datetime) -> None:
    folder = settings.VAR_DIR / WORK_FOLDER
    if folder.exists():
        for path in folder.iterdir():
            if path.stat().st_mtime <= (now - WORK_LIFE).timestamp():
                shutil.rmtree(path, ignore_errors=True)
