"""A worker that is killed while it sends a report: the mail is delivered once."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from testing.installation import Install
from testing.killed_digests import STEPS

pytestmark = pytest.mark.faults

RUN = "from testing.killed_digests import main; main()"
# Between these two the mail server has the mail, or not: nobody who was not there can tell.
UNSENT = "handing over"
SENT_SECONDS = 60
PLAN = """
from testing.killed_digests import make_schedule
make_schedule("Of the server")
"""


WORK = """
import datetime as dt
from testing.killed_digests import work
work(dt.timedelta())
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_report_is_delivered_once_in_whatever_step_its_worker_is_killed(
    install: Install, tmp_path: Path, kind: str
) -> None:
    """Who is killed in the moment of handing over sends nothing again: staff see it, and do."""
    installation = install(kind, EMAIL_URL=f"filemail:///{tmp_path}/mails")

    results = json.loads(installation.run(RUN).splitlines()[-1])

    print(f"\nOn {kind}, mails after the kill, a day later, and after a look of staff:")
    for step, result in results.items():
        print(f"  {step}: {result['mails']}")
    assert list(results) == list(STEPS)
    assert {result["signal"] for result in results.values()} == {signal.SIGKILL}
    assert {step: result["mails"][1] for step, result in results.items()} == {
        step: 0 if step == UNSENT else 1 for step in STEPS
    }
    assert {result["mails"][2] for result in results.values()} == {1}


def test_server_sends_what_is_due_and_a_worker_beside_it_does_not(
    install: Install, tmp_path: Path
) -> None:
    folder = tmp_path / "mails"
    installation = install(EMAIL_URL=f"filemail:///{folder}")
    installation.run(PLAN)

    installation.start()
    until = time.monotonic() + SENT_SECONDS
    while not list(folder.glob("*")) and time.monotonic() < until:
        time.sleep(0.1)
    installation.run(WORK)

    [mail] = folder.glob("*")
    assert mail.read_bytes().count(b"\nMessage-ID: ") == 1
    assert installation.value("SELECT count(*) FROM visits_delivery WHERE state = 'sent'") == 1
