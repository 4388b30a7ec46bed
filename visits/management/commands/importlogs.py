"""Import an access log of a web server."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from sites.lookup import UnclearSite, find_site
from sites.models import Site
from visits.exchange.importing import ImportResult, LogImportError, import_log
from visits.management.counted import counted


class Command(BaseCommand):
    help = (
        "Counts the pageviews in an access log of Apache or nginx, in the combined or common format, "
        "compressed with gzip or not. Lines that were imported before are not counted again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--site", required=True, metavar="DOMAIN", help="its domain, key or number"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            result = _import_with_progress(path, find_site(options["site"]))
        except (UnclearSite, LogImportError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Interrupted. What was counted is kept; the same command goes on from there."
            ) from error
        self.stdout.write(f"{path.name}: {summary(result)}")
        if result.is_damaged:
            raise CommandError(
                f"{path.name} is damaged after line {result.lines_before + result.lines:,}."
            )


def _import_with_progress(path: Path, site: Site) -> ImportResult:
    with tqdm(
        total=path.stat().st_size,
        desc=path.name,
        unit="B",
        unit_scale=True,
        leave=False,
        # None: no bar where nobody sees it move.
        disable=None,
    ) as bar:

        def show_progress(position: int) -> None:
            bar.update(position - bar.n)

        return import_log(path, site, timezone.now(), show_progress)


def summary(result: ImportResult) -> str:
    """Return one line: what was counted, refused by reason and unreadable, and what to know of it."""
    if result.is_known_beginning:
        return "nothing new, a longer log with the same beginning was imported before."
    sentences = [_what_was_done(result)]
    if result.counted and not result.has_agents:
        sentences.append("The log has no user agents, so bots are counted too.")
    if result.has_open_line:
        sentences.append("The last line has no end yet and is left for the next time.")
    return " ".join(sentences)


def _what_was_done(result: ImportResult) -> str:
    if not result.lines:
        return f"nothing new ({counted(result.lines_before, 'line')} imported before)."
    refused = ", ".join(f"{reason} {count:,}" for reason, count in result.refused.most_common())
    parts = [
        f"{counted(result.lines, 'line')}: {result.counted:,} counted",
        f"{result.refused.total():,} refused" + (f" ({refused})" if refused else ""),
        f"{result.unreadable:,} unreadable",
    ]
    if result.lines_before:
        parts.append(f"{result.lines_before:,} imported before")
    return ", ".join(parts) + "."
