"""Looks after the files of the archive: lost ones are noticed, superfluous ones removed."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence

import structlog
from django.conf import settings

from visits.archive.catalogue import note_damage
from visits.archive.layout import ARCHIVE_LAYOUT, UNREADABLE_LAYOUT
from visits.archive.store import Store, StoredFile, StoreError, archive_store, is_archive_on
from visits.archive.unread import unread_files
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


class Rotation:
    """Chooses one month after the other, by their numbers in the catalogue, from any of them on."""

    def __init__(self) -> None:
        self.last: int | None = None

    def choose(self, archives: Sequence[Archive]) -> Archive | None:
        """Return the next of the months, which are in the order of their numbers."""
        if not archives:
            return None
        if self.last is None:
            # A server that is often started again gets to all of them, too.
            chosen = secrets.choice(archives)
        else:
            later = (archive for archive in archives if archive.pk > self.last)
            chosen = next(later, archives[0])
        self.last = chosen.pk
        return chosen


rotation = Rotation()


def check_archive(now: dt.datetime) -> int:
    """Note which months have lost a file, or part of one, and return how many; closing rebuilds them.

    1. every file has to be there, with the size that was written
    2. those that this process could not read, and those of one further month, have to be what was written

    Files that were noted and turn out to be what was written are used again.
    """
    if not is_archive_on():
        return 0
    store = archive_store()
    # Read before the files: those that are written meanwhile are not taken for lost.
    archives = list(Archive.objects.order_by("pk"))
    sizes = {file.name: file.size_bytes for file in store.files()}
    in_turn = rotation.choose(archives)
    lost = 0
    for archive in archives:
        is_there = _is_there(archive, sizes)
        if archive.layout == UNREADABLE_LAYOUT and is_there:
            _use_again_if_whole(store, archive)
        elif archive.layout == ARCHIVE_LAYOUT and not (
            is_there and _is_sound(store, archive, is_read=archive is in_turn)
        ):
            note_damage(archive)
            lost += 1
    return lost


def _is_there(archive: Archive, sizes: dict[str, int]) -> bool:
    return (
        sizes.get(archive.visits_file) == archive.visits_bytes
        and sizes.get(archive.hits_file) == archive.hits_bytes
    )


def _is_sound(store: Store, archive: Archive, *, is_read: bool) -> bool:
    """Tell whether nothing is known against files that are there; they are read if they have to be."""
    was_unread = archive.visits_file in unread_files
    if not (is_read or was_unread):
        return True
    is_whole = _is_whole(store, archive)
    if is_whole:
        unread_files.discard(archive.visits_file)
    # What cannot be read for the second time has a bad disk below it, or will be used again.
    return not was_unread if is_whole is None else is_whole


def _use_again_if_whole(store: Store, archive: Archive) -> None:
    if _is_whole(store, archive):
        same = Archive.objects.filter(pk=archive.pk, visits_file=archive.visits_file)
        same.update(layout=ARCHIVE_LAYOUT)
        unread_files.discard(archive.visits_file)
        log.info("archive_readable_again", site=archive.site_id, month=str(archive.month))


def _is_whole(store: Store, archive: Archive) -> bool | None:
    """Tell whether the files of a month are what was written, None when they cannot be read now."""
    try:
        return is_intact(store, archive)
    except StoreError as error:
        month = str(archive.month)
        log.warning("archive_not_read", site=archive.site_id, month=month, error=str(error))
        return None


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
