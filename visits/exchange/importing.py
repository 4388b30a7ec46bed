"""Counting the pageviews of an access log, each line once, however often the file is imported."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.doors import USER_AGENT_MAX_LENGTH
from visits.collect.outcome import NewHit, Outcome, Refused
from visits.collect.page import InvalidUrl
from visits.collect.payload import URL_MAX_LENGTH, Message, Payload
from visits.collect.pipeline import collect
from visits.collect.text import clean_text
from visits.exchange.log_file import LogFile, keyed_digest, open_log
from visits.exchange.logs import LogLine, parse_line
from visits.exchange.page_requests import refusal_reason
from visits.models import LogImport, RefusalReason, SiteDay
from visits.upkeep.retention import first_kept_day, pruned_days

# One transaction each: a visitor's hit that arrives meanwhile waits for half a second at most.
LINES_IN_A_BATCH = 1000
# A server's clock may be ahead of ours, or in another time zone than it says. Later lines are junk.
CLOCK_TOLERANCE = dt.timedelta(days=1)

Progress = Callable[[int], None]
Judgement = Outcome | None


class LogImportError(Exception):
    """A log cannot be imported; the message is a sentence for the operator."""


class DayPruned(Exception):
    """Retention has removed the facts of a day between the judgement of its lines and their storing."""


@dataclass(frozen=True, slots=True)
class KeptDays:
    """The days to which a site still adds hits: those whose facts it keeps."""

    site: Site
    first_day: dt.date | None
    pruned: frozenset[dt.date]

    @classmethod
    def of(cls, site: Site, now: dt.datetime) -> KeptDays:
        return cls(site, first_kept_day(site, now), pruned_days(site))

    def has(self, at: int) -> bool:
        """Tell whether the day of an instant, in epoch seconds, is one of them."""
        if self.first_day is None and not self.pruned:
            return True
        day = self.site.day_of(dt.datetime.fromtimestamp(at, dt.UTC))
        return day not in self.pruned and (self.first_day is None or day >= self.first_day)


@dataclass(slots=True)
class ImportResult:
    """What became of the lines of a log that were new: each is counted, refused or unreadable."""

    lines_before: int = 0
    lines: int = 0
    counted: int = 0
    refused: Counter[RefusalReason] = field(default_factory=Counter)
    unreadable: int = 0
    # The common format has no user agents: bots cannot be told apart.
    has_agents: bool = True
    # The file is shorter than a log that was imported before and begins with the same line.
    is_known_beginning: bool = False
    has_open_line: bool = False
    is_damaged: bool = False

    def add(self, outcomes: Sequence[Judgement]) -> None:
        self.lines += len(outcomes)
        self.counted += sum(isinstance(outcome, NewHit) for outcome in outcomes)
        self.refused.update(outcome.reason for outcome in outcomes if isinstance(outcome, Refused))
        self.unreadable += outcomes.count(None)


def import_log(
    path: Path, site: Site, now: dt.datetime, show_progress: Progress = lambda position: None
) -> ImportResult:
    """Count the pageviews in those lines of a log that were not imported before; return a summary.

    1. recognise the file by its first line, and what of it was imported
    2. judge the lines from there on, a batch at a time
    3. store hits, refusals and how far the batch goes in one transaction, so that an import that was
       interrupted goes on exactly where it stopped

    Lines of days whose facts the site does not keep any more are refused.

    `show_progress` is told how many bytes of the file were read. Raises LogImportError and OSError.
    """
    if site.paused_at is not None:
        # Its lines would be refused, and count as imported.
        raise LogImportError(f"The collection of {site.domain} is paused. Resume it first.")
    first_line, has_agents = _read_first_line(path)
    record = _find_or_make_record(path, site, keyed_digest(first_line))
    if record is None:
        return ImportResult(is_known_beginning=True)
    result = ImportResult(lines_before=record.imported_lines, has_agents=has_agents)
    with open_log(path) as log:
        log.skip(record.imported_bytes)
        lines = log.lines()
        while batch := list(islice(lines, LINES_IN_A_BATCH)):
            result.add(_judge_and_store(batch, site, now, record, log))
            show_progress(log.position)
        result.has_open_line, result.is_damaged = log.has_open_line, log.is_damaged
    return result


# Which file it is


def _read_first_line(path: Path) -> tuple[bytes, bool]:
    """Return the first line that can be read, by which a log is known, and whether it has an agent."""
    with open_log(path) as log:
        for line in log.lines():
            if (parsed := parse_line(line)) is not None:
                return line.rstrip(b"\r\n"), parsed.user_agent is not None
    raise LogImportError(
        f"{path.name} has no complete line in the common or combined format of Apache and nginx."
    )


def _find_or_make_record(path: Path, site: Site, digest: bytes) -> LogImport | None:
    """Return how far this file was imported, None when it is the beginning of a longer one.

    Another file may begin with the same line; it is known by what follows. A shorter one may not:
    nothing tells whether its other lines are those of the longer, but no two servers answer the same
    client with the same bytes in the same second, so it is taken for an older copy.
    """
    records = LogImport.objects.filter(site=site, first_line_digest=digest)
    known = list(records.order_by("-imported_bytes"))
    is_shorter = False
    for record in known:
        with open_log(path) as log:
            is_whole = log.skip(record.imported_bytes)
            if is_whole and log.digest == bytes(record.imported_digest):
                return record
            is_shorter = is_shorter or not is_whole
    return None if is_shorter else _make_record(path, site, digest, len(known))


def _make_record(path: Path, site: Site, digest: bytes, known_count: int) -> LogImport:
    with transaction.atomic():
        # The lock, which lets hits of the site pass, makes a second import of a new file wait here;
        # then it sees that the first one has begun.
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        if LogImport.objects.filter(site=site, first_line_digest=digest).count() != known_count:
            raise LogImportError(f"Another import of {path.name} is running.")
        return LogImport.objects.create(
            site=site, first_line_digest=digest, imported_digest=keyed_digest(b"")
        )


# What becomes of its lines


def _judge_and_store(
    lines: Sequence[bytes], site: Site, now: dt.datetime, record: LogImport, log: LogFile
) -> list[Judgement]:
    latest_at = int((now + CLOCK_TOLERANCE).timestamp())
    while True:
        kept = KeptDays.of(site, now)
        outcomes = [_judge(line, kept, latest_at) for line in lines]
        try:
            _store(record, log, outcomes)
        except DayPruned:
            continue
        return outcomes


def _judge(raw_line: bytes, kept: KeptDays, latest_at: int) -> Judgement:
    """Return the hit that a line makes, why it makes none, or None when it cannot be read."""
    site = kept.site
    line = parse_line(raw_line)
    if line is None or line.at > latest_at:
        return None
    reason = refusal_reason(line)
    if reason is not None:
        return Refused(site.pk, reason, line.at)
    if not kept.has(line.at):
        return Refused(site.pk, RefusalReason.EXPIRED, line.at)
    try:
        return collect(_to_payload(line, site))
    except InvalidUrl:
        return None


def _to_payload(line: LogLine, site: Site) -> Payload:
    url = line.target
    # Only a proxy is asked for a whole URL. A path may begin with two slashes and is no host for it.
    if url.startswith("/"):
        url = f"https://{line.host or site.domain}{url}"
    return Payload(
        site=site,
        message=Message(url=url[:URL_MAX_LENGTH], referrer=line.referrer[:URL_MAX_LENGTH]),
        received_at=line.at,
        address=line.address,
        user_agent=clean_text(line.user_agent or "", USER_AGENT_MAX_LENGTH),
        # A client that sends no user agent is a program. Where the log has none nobody can tell, and an
        # owner would rather see all pageviews than none.
        counts_libraries=line.user_agent is None,
    )


def _store(record: LogImport, log: LogFile, outcomes: Sequence[Judgement]) -> None:
    """Store a batch. Raises DayPruned and LogImportError; then nothing is stored."""
    known = [outcome for outcome in outcomes if outcome is not None]
    lines = record.imported_lines + len(outcomes)
    with transaction.atomic():
        _advance(record, log, lines)
        if not Site.objects.filter(pk=record.site_id, is_being_reset=False).exists():
            raise LogImportError("The site is being reset, or was deleted. Try again later.")
        # Servers note a request when it ends: lines are a little out of order.
        write_batch(sorted(known, key=lambda outcome: outcome.at))
        # Only now: the rows of these days are ours until the transaction ends.
        days = {outcome.day for outcome in known if isinstance(outcome, NewHit)}
        if SiteDay.objects.filter(site=record.site_id, day__in=days, is_pruned=True).exists():
            raise DayPruned
    record.imported_bytes, record.imported_lines = log.read_bytes, lines


def _advance(record: LogImport, log: LogFile, lines: int) -> None:
    """Note how far the file is imported. Raises LogImportError if somebody else has."""
    is_ours = LogImport.objects.filter(pk=record.pk, imported_bytes=record.imported_bytes).update(
        imported_bytes=log.read_bytes,
        imported_digest=log.digest,
        imported_lines=lines,
        updated_at=timezone.now(),
    )
    if not is_ours:
        raise LogImportError("Another import of this file is running, or the site was reset.")
