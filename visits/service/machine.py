"""Checks of the machine: its settings, disk, clock and files."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import maxminddb
from django.conf import settings
from django.core import checks
from django.core.checks.messages import CheckMessage
from django.core.mail import get_connection
from django.template.defaultfilters import filesizeformat

from visits.collect.place_file import BROKEN, PlaceFile
from visits.models import Hit
from visits.models.place_files import place_files
from visits.service.collector import collector
from visits.service.finding import Finding, ok, problem, warning

LOW_BYTES, LOWEST_BYTES = 2 * 1024**3, 256 * 1024**2
LOW_SHARE = 0.05
# Senders are allowed no times of their own, so a newer hit was stored by a clock that was ahead.
AHEAD_AT_MOST = dt.timedelta(minutes=2)


def check_settings(now: dt.datetime) -> Iterator[Finding]:
    """Say what Django's checks say, in production those of a deployment, too."""
    messages = [message for message in _messages() if not message.is_silenced()]
    for message in messages:
        say = problem if message.is_serious() else warning
        yield say("settings", f"{message.msg} ({message.id})", message.hint or "")
    if not messages:
        yield ok("settings", "They fit each other." + (" DEBUG is on." if settings.DEBUG else ""))


@cache
def _messages() -> tuple[CheckMessage, ...]:
    """Return what the checks found; settings stay as they are as long as a process lives."""
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    return tuple(message for message in found if message.level >= checks.WARNING)


def check_disk(now: dt.datetime) -> Iterator[Finding]:
    places = {"VAR_DIR": settings.VAR_DIR}
    if settings.ARCHIVE_URL and "://" not in settings.ARCHIVE_URL:
        places["the archive"] = Path(settings.ARCHIVE_URL)
    for name, folder in places.items():
        yield _room(name, _existing(folder))


def _existing(folder: Path) -> Path:
    """Return the folder, or the one above it that exists: the archive's is made with its first file."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _room(name: str, folder: Path) -> Finding:
    if not os.access(folder, os.W_OK | os.X_OK):
        return problem(
            "disk", f"{folder} ({name}) cannot be written.", "See to its owner and mode."
        )
    usage = shutil.disk_usage(folder)
    text = f"{filesizeformat(usage.free)} of {filesizeformat(usage.total)} are free for {name}."
    hint = "Make room: without it hits are refused, and days are not archived."
    if usage.free < LOWEST_BYTES:
        return problem("disk", text, hint)
    if usage.free < LOW_BYTES or usage.free < LOW_SHARE * usage.total:
        return warning("disk", text, hint)
    return ok("disk", text)


def check_spool(now: dt.datetime) -> Iterator[Finding]:
    state = collector()
    limit = filesizeformat(state.spool_limit_bytes)
    if state.is_refusing:
        yield problem(
            "spool",
            f"The spool is {state.spool.value}: hits are refused while the database is away.",
            "Make room on the disk or raise SPOOL_MAX_MB; see to the file's owner and mode.",
        )
    elif state.is_spooling:
        yield warning(
            "spool",
            f"{state.spooled:,} batches wait in the spool.",
            "The database was away; if it is back, a server brings them in by itself.",
        )
    else:
        yield ok("spool", f"Nothing waits; it has room for {limit}.")


def check_clock(now: dt.datetime) -> Iterator[Finding]:
    """Compare the clock with the newest hit; `check_database` asks a database elsewhere for its own."""
    newest = Hit.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest is not None and newest > now + AHEAD_AT_MOST:
        yield problem(
            "clock",
            f"The newest hit is of {newest:%Y-%m-%d %H:%M} UTC, which is to come.",
            "The clock was or is wrong: let the system set it (NTP).",
        )
    else:
        yield ok("clock", f"It is {now:%Y-%m-%d %H:%M} UTC here, and no hit is newer.")


def check_places(now: dt.datetime) -> Iterator[Finding]:
    files = place_files()
    if not files:
        yield warning(
            "places",
            "No database of places is installed: countries and cities are unknown.",
            "Run `make geoip`, or name a file in GEOIP_PATH.",
        )
    for path in files:
        yield _place_file(path)


def _place_file(path: Path) -> Finding:
    try:
        PlaceFile(path)
        with maxminddb.open_database(path, maxminddb.MODE_MMAP) as reader:
            metadata = reader.metadata()
    except BROKEN as error:
        return problem(
            "places",
            f"{path} cannot be used: {type(error).__name__}.",
            "Put a whole file in its place; until then places are unknown.",
        )
    built_on = dt.datetime.fromtimestamp(metadata.build_epoch, dt.UTC).date()
    return ok("places", f"{path.name} ({metadata.database_type}) is of {built_on}.")


def check_mail(now: dt.datetime) -> Iterator[Finding]:
    if not settings.IS_MAIL_CONFIGURED:
        yield warning(
            "mail",
            "Mails are written to the console: nobody gets them.",
            "Set EMAIL_URL, such as smtp+tls://user:password@mail.example.com:587",
        )
    else:
        yield ok("mail", f"It leaves through {settings.EMAIL_HOST or settings.EMAIL_BACKEND}.")


def check_mail_server(now: dt.datetime) -> Iterator[Finding]:
    """Sign in at the mail server, and send nothing; takes EMAIL_TIMEOUT at most."""
    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except Exception as error:  # noqa: BLE001 - whatever a backend raises, it is the answer
        yield problem(
            "mail",
            f"The mail server does not take mails: {type(error).__name__}: {error}",
            "See to EMAIL_URL, and whether this machine may reach it.",
        )
