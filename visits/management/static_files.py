"""Static files are collected when the server starts, unless they are those that were collected last."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files() -> None:
    """Collect them anew when one of them has changed: to hash and to compress all takes many seconds."""
    note = Path(settings.VAR_DIR) / "static.collected"
    wanted = _fingerprint()
    if note.exists() and note.read_text() == wanted and Path(settings.STATIC_ROOT).is_dir():
        return
    # Whoever is killed meanwhile begins anew.
    note.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    note.write_text(wanted)


def _fingerprint() -> str:
    """Return what differs when a file is added, changed or removed, or kept in another way."""
    digest = hashlib.blake2b(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
