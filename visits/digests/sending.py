"""One delivery from queued to sent, in steps of which each can be the last that a worker did.

Whatever happens, a mail is never sent twice by itself. The one step in which nobody can know is between
handing a mail to the mail server and noting its answer: who is stopped there leaves a delivery that staff
see as failed, and may send again. The steps before it can be done again, and are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.utils import timezone

from visits.models import Delivery
from visits.models.schedule import PROBLEM_MAX_LENGTH
from visits.reports.exceptions import InvalidQuery

log = structlog.get_logger(__name__)

State = Delivery.State
Build = Callable[[Delivery], EmailMessage]
# A worker that has begun and not ended in this time is taken for dead.
LEASE = dt.timedelta(minutes=4)
# How long to wait after the first attempt that failed, after the second, and so on; then staff decide.
PAUSES = (
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
)
REFUSED_FOR_GOOD = 500
# ValueError: an address that no server can be told.
REFUSALS = (SMTPException, OSError, ValueError)
MAY_HAVE_ARRIVED = (
    "The worker stopped while it handed the mail over, so the mail may have arrived. "
    "Retry sends it again."
)
STOPPED = "The worker stopped in each attempt."


def send(pk: int, build: Build) -> bool:
    """Send a queued delivery; return whether this call did.

    1. claim it: the number of the attempt tells this worker from any that was here before
    2. drop it when its recipient has unsubscribed, or its schedule was switched off
    3. build the mail, and open the connection to the server: nothing is sent so far
    4. note that it is handed over, unless somebody else has claimed it meanwhile
    5. hand it over, and note that it was sent
    """
    delivery = claim(pk)
    if delivery is None:
        return False
    if not _is_wanted(delivery):
        _note(delivery, state=State.CANCELLED)
        return False
    try:
        mail = _built(build, delivery)
    except InvalidQuery as error:
        # Trying again does not mend a report.
        _fail(delivery, str(error))
        return False
    except Exception as error:
        log.exception("digest_not_built", delivery=pk)
        _try_again(delivery, f"The mail could not be made ({type(error).__name__}).")
        return False
    return _hand_over(delivery, mail)


def claim(pk: int) -> Delivery | None:
    """Return the delivery as this worker's own, None when it is not queued any more."""
    known = Delivery.objects.filter(pk=pk, state=State.QUEUED).values_list("attempts", flat=True)
    attempts = known.first()
    if attempts is None:
        return None
    mine = Delivery.objects.filter(pk=pk, state=State.QUEUED, attempts=attempts)
    is_claimed = mine.update(
        state=State.SENDING,
        attempts=attempts + 1,
        claimed_at=timezone.now(),
        handed_over_at=None,
        problem="",
    )
    if not is_claimed:
        return None
    taken = Delivery.objects.filter(pk=pk, attempts=attempts + 1)
    return taken.select_related("recipient", "schedule__report").first()


def _is_wanted(delivery: Delivery) -> bool:
    """Tell whether it should still be sent: what staff send now is, of a schedule that is off, too."""
    if delivery.recipient.unsubscribed_at is not None:
        return False
    return delivery.schedule.is_active or delivery.is_asked_for


def _built(build: Build, delivery: Delivery) -> EmailMessage:
    mail = build(delivery)
    # What cannot stand in a mail is found here, not while it is handed over.
    mail.message()
    return mail


def recover(now: dt.datetime) -> int:
    """Give up on workers that are long silent; return how many deliveries that concerns.

    What was not handed over yet is queued again. What was is not: it may have arrived.
    """
    silent = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LEASE)
    unsent = silent.filter(handed_over_at=None)
    lost = unsent.filter(attempts__gt=len(PAUSES)).update(state=State.FAILED, problem=STOPPED)
    again = unsent.update(state=State.QUEUED, due_at=now)
    # In one statement: meanwhile a worker may have noted that it was sent after all.
    unknown = silent.exclude(handed_over_at=None).update(
        state=State.FAILED, problem=MAY_HAVE_ARRIVED
    )
    return lost + again + unknown


def retry(delivery: Delivery, now: dt.datetime) -> bool:
    """Queue a failed delivery again; return whether it was one that failed."""
    failed = Delivery.objects.failed().filter(pk=delivery.pk)
    return bool(failed.update(state=State.QUEUED, due_at=now, problem=""))


def _hand_over(delivery: Delivery, mail: EmailMessage) -> bool:
    connection = get_connection()
    try:
        # Names, certificates and passwords are judged here, where everything can still be tried again.
        connection.open()
    except REFUSALS as error:
        _try_again(delivery, _what_went_wrong(error))
        return False
    try:
        if not _note(delivery, handed_over_at=timezone.now()):
            return False
        connection.send_messages([mail])
    except REFUSALS as error:
        _judge(delivery, error)
        return False
    finally:
        _close(connection)
    _note_sent(delivery)
    log.info("digest_sent", delivery=delivery.pk, attempt=delivery.attempts)
    return True


def _close(connection: BaseEmailBackend) -> None:
    """Say goodbye; a server that is gone already changes nothing."""
    with suppress(SMTPException, OSError):
        connection.close()


def _judge(delivery: Delivery, error: Exception) -> None:
    """Decide what an error means that came while the mail was handed over.

    A server that says no has not taken the mail: for now (4xx), or for good (5xx). Silence says nothing.
    """
    code = _code(error)
    if code is None:
        _fail(delivery, MAY_HAVE_ARRIVED)
    elif code >= REFUSED_FOR_GOOD:
        _fail(delivery, _what_went_wrong(error))
    else:
        _try_again(delivery, _what_went_wrong(error))


def _code(error: Exception) -> int | None:
    match error:
        case SMTPResponseException():
            return int(error.smtp_code)
        case SMTPRecipientsRefused():
            return max(code for code, _ in error.recipients.values())
    return None


def _what_went_wrong(error: Exception) -> str:
    """Return a sentence for staff. The server's own words may quote addresses: its number has to do."""
    code = _code(error)
    if code is not None:
        return f"The mail server refused it with code {code}."
    return f"The mail server could not be reached ({type(error).__name__})."


def _try_again(delivery: Delivery, problem: str) -> None:
    if delivery.attempts > len(PAUSES):
        _fail(delivery, problem)
        return
    due_at = timezone.now() + PAUSES[delivery.attempts - 1]
    _note(delivery, state=State.QUEUED, due_at=due_at, handed_over_at=None, problem=problem)


def _fail(delivery: Delivery, problem: str) -> None:
    _note(delivery, state=State.FAILED, problem=problem[:PROBLEM_MAX_LENGTH])
    log.warning("digest_failed", delivery=delivery.pk, attempt=delivery.attempts)


def _note(delivery: Delivery, **values: Any) -> bool:
    """Write down what becomes of this attempt; return False when it is not this worker's any more."""
    mine = _of_attempt(delivery).filter(state=State.SENDING)
    return bool(mine.update(**values))


def _note_sent(delivery: Delivery) -> None:
    """Write down that the server has taken it, also when this worker was taken for dead meanwhile."""
    values = {"state": State.SENT, "sent_at": timezone.now(), "problem": ""}
    _of_attempt(delivery).exclude(handed_over_at=None).update(**values)


def _of_attempt(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
