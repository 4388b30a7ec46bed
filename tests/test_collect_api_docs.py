"""docs/collect-api.md tells the truth: each of its lines runs against a real server."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from testing import tools
from testing.server import PROJECT, Server, serve
from visits.collect import answers, dimension_ids, doors, payload, writer
from visits.models import RefusalReason
from visits.models.dimension import (
    HOSTNAME_MAX_LENGTH,
    NAME_MAX_LENGTH,
    PATH_MAX_LENGTH,
    PROPERTY_VALUE_MAX_LENGTH,
    TITLE_MAX_LENGTH,
)

DOCUMENT = (PROJECT / "docs" / "collect-api.md").read_text(encoding="utf-8")
PLACES = PROJECT / "visits" / "tests" / "data" / "city.mmdb"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"^HTTP/1\.1 \d{3} .*$", re.MULTILINE)
# Reasons that no door gives in the header: two are errors, the others are for lines of logs.
ERRORS = {RefusalReason.INVALID, RefusalReason.LIMIT}
OF_LOGS = {
    RefusalReason.ASSET,
    RefusalReason.STATUS,
    RefusalReason.METHOD,
    RefusalReason.EXPIRED,
}
# What staff do to a site is not tried out on the site of the document.
OF_STAFF = {RefusalReason.PAUSED}
# One request a second and ten at once: few enough to be sent here.
ADDRESS_LIMIT = 1
FLOOD = 100


@dataclass(frozen=True)
class Answer:
    """A status line, headers with names in lower case, and a body, "" when there is none."""

    status_line: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def status(self) -> int:
        return int(self.status_line.split()[1])


@dataclass(frozen=True)
class Example:
    """A line of the document and what it says below it. The lines of a block have one address."""

    command: str
    says: Answer
    address: str

    def problem_of(self, answer: Answer) -> str:
        """Return how an answer differs from what the document says, "" when it does not."""
        is_same = (
            answer.status_line == self.says.status_line
            and answer.headers.items() >= self.says.headers.items()
            and answer.headers.get("refusal") == self.says.headers.get("refusal")
            and _decoded(answer.body) == _decoded(self.says.body)
        )
        return "" if is_same else f"{self.command}\n  says  {self.says}\n  gets  {answer}"


def _decoded(body: str) -> object:
    return json.loads(body) if body.startswith("{") else body.strip()


def _parse_answer(text: str) -> Answer:
    head, _, body = text.partition("\n\n")
    status_line, *lines = head.splitlines()
    headers = [line.partition(": ") for line in lines]
    return Answer(status_line, {name.lower(): value for name, _, value in headers}, body.strip())


def _examples() -> Iterator[Example]:
    for number, block in enumerate(BLOCK.findall(DOCUMENT), start=1):
        for text in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            answer = STATUS.search(text)
            assert answer is not None, text
            command, says = text[: answer.start()], text[answer.start() :]
            yield Example(command.strip(), _parse_answer(says), f"198.51.100.{number}")


EXAMPLES = list(_examples())


# What the document says is complete


def test_every_reason_has_a_line() -> None:
    shown = {example.says.headers.get("refusal") for example in EXAMPLES} - {None}

    assert shown == {reason.value for reason in set(RefusalReason) - ERRORS - OF_LOGS - OF_STAFF}


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_is_explained(reason: RefusalReason) -> None:
    assert f"`{reason.value}`" in DOCUMENT


@pytest.mark.parametrize("status", [200, 204, 400, 404, 405, 408, 413, 429, 431, 503])
def test_every_answer_has_a_line(status: int) -> None:
    assert status in {example.says.status for example in EXAMPLES}


@pytest.mark.parametrize(
    "sentence",
    [
        f"read up to {payload.URL_MAX_LENGTH:,} characters",
        f"Host names have {HOSTNAME_MAX_LENGTH} at most, paths are cut at {PATH_MAX_LENGTH}.",
        f"| {NAME_MAX_LENGTH} characters |",
        f"cut at {TITLE_MAX_LENGTH} characters; anything but text is not kept.",
        f"| {payload.PROPERTIES_MAX_COUNT} entries; names are cut at {NAME_MAX_LENGTH} characters,"
        f" values at {PROPERTY_VALUE_MAX_LENGTH} |",
        f"| cut at {payload.ENGAGED_MAX_MS // 3_600_000} hours |",
        f"| {payload.REVENUE_MAX_AMOUNT:,} either way; three letters |",
        f"| {payload.MESSAGE_ID_MAX_LENGTH} characters |",
        f"| a body | {payload.BODY_MAX_BYTES // 1024} KiB within 5 s |",
        f"| fields of a query or a form | {doors.FIELDS_MAX_COUNT} |",
        f"| hits that wait for the database in a process | {writer.QUEUE_MAX_COUNT:,} |",
        f"that a site adds on a day | {dimension_ids.NEW_VALUES_PER_DAY:,} |",
    ],
)
def test_limits_are_those_of_the_code(sentence: str) -> None:
    assert sentence in DOCUMENT


# What the document says is true


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server as the document describes it, with the site and its exclusions."""
    variables = {
        "TRUSTED_PROXIES": "127.0.0.1",
        "ADDRESS_LIMIT": str(ADDRESS_LIMIT),
        "GEOIP_PATH": str(PLACES),
    }
    with serve(tmp_path, "example.com", **variables) as running:
        exclude_what_the_document_says(running)
        yield running


def exclude_what_the_document_says(server: Server) -> None:
    exclusions = {
        "agent": "UptimeWatch",
        "address": "203.0.113.0/24",
        "page": "/admin/**",
        "country": "AT",
    }
    with closing(database_of(server)) as connection:
        connection.execute("UPDATE sites_site SET respects_opt_out = 1")
        connection.executemany(
            "INSERT INTO sites_exclusion (site_id, kind, pattern, created_at)"
            " VALUES (1, ?, ?, '2026-05-04 12:00:00')",
            exclusions.items(),
        )


def database_of(server: Server) -> sqlite3.Connection:
    return sqlite3.connect(server.var / "tracking.sqlite3", isolation_level=None)


@contextmanager
def address_over_its_limit(server: Server, example: Example) -> Iterator[None]:
    headers = {"X-Forwarded-For": example.address}
    body = json.dumps({"site": server.site_key(), "url": "/"}).encode()
    statuses = (server.ask("/t", body, headers)[0] for _ in range(FLOOD))
    assert 429 in statuses
    yield


@contextmanager
def nothing_can_be_stored(server: Server, example: Example) -> Iterator[None]:
    """Lock the database, and put a folder where the spool would be."""
    spool = server.var / "spool.sqlite3"
    with closing(database_of(server)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        spool.mkdir()
        yield
        spool.rmdir()


Situation = Callable[[Server, Example], AbstractContextManager[None]]
SITUATIONS: dict[int, Situation] = {429: address_over_its_limit, 503: nothing_can_be_stored}


def ask(server: Server, example: Example, folder: Path) -> Answer:
    """Run a line as a person would, in a shell."""
    command = example.command.replace("localhost:8000", f"127.0.0.1:{server.port}")
    # curl's own file of options; a line that names an address of its own is left alone.
    options = ["silent"]
    if "X-Forwarded-For" not in command:
        options.append(f'header = "X-Forwarded-For: {example.address}"')
    (folder / ".curlrc").write_text("\n".join(options), encoding="utf-8")
    finished = subprocess.run(
        ["/bin/sh", "-c", re.sub(r"\bKEY\b", server.site_key(), command)],
        cwd=folder,
        env={"PATH": server.environment["PATH"], "CURL_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    printed = finished.stdout.replace("\r", "")
    starts = [found.start() for found in STATUS.finditer(printed)]
    if not starts:
        return Answer(f"HTTP/1.1 0 {finished.returncode} {finished.stderr}")
    # Before the last one there may be a 100, which asks for the body.
    return _parse_answer(printed[starts[-1] :])


def test_every_line_is_answered_as_the_document_says(server: Server, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        tools.missing("curl is not installed (Debian: apt-get install curl).")
    folder = tmp_path / "shell"
    folder.mkdir()
    problems = []

    for example in EXAMPLES:
        situation = SITUATIONS.get(example.says.status)
        with situation(server, example) if situation else nullcontext():
            problems.append(example.problem_of(ask(server, example, folder)))

    assert "\n".join(filter(None, problems)) == ""
    assert (folder / "pixel.gif").read_bytes() == answers.PIXEL
