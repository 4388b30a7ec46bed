"""A delivery on its way: which steps can be done again, and which cannot."""

import smtplib

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from visits.digests import sending
from visits.digests.planning import plan_now
from visits.digests.sending import LEASE, MAY_HAVE_ARRIVED, PAUSES, claim, recover, retry, send
from visits.digests.subscription import unsubscribe
from visits.models import Delivery, Schedule
from visits.reports.exceptions import InvalidQuery
from visits.tests.digests.factory import MINUTE, SLOT, make_delivery

pytestmark = pytest.mark.django_db

State = Delivery.State
SECRET_WORDS = b"no such user ada@example.com"


@pytest.fixture
def delivery(recipient):
    return make_delivery(recipient)


def a_mail(delivery):
    return EmailMessage(
        "Report", "Numbers", to=["ada@example.com"], headers={"Message-ID": delivery.message_id}
    )


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


class Server:
    """A mail server that fails with an error where it is asked to."""

    def __init__(self, *, opening=None, sending=None):
        self.errors = {"open": opening, "send": sending}
        self.taken = []

    def open(self):
        self._do("open")

    def send_messages(self, mails):
        self._do("send")
        self.taken += mails

    def close(self):
        raise smtplib.SMTPServerDisconnected

    def _do(self, step):
        if self.errors[step]:
            raise self.errors[step]


def use(monkeypatch, server):
    monkeypatch.setattr(sending, "get_connection", lambda: server)


def test_queued_delivery_is_sent(delivery, mailoutbox):
    assert send(delivery.pk, a_mail)

    assert state_of(delivery) == State.SENT
    assert delivery.sent_at is not None
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [delivery.message_id]


def test_delivery_that_is_asked_for_twice_is_sent_once(delivery, mailoutbox):
    assert [send(delivery.pk, a_mail) for _ in range(2)] == [True, False]

    assert len(mailoutbox) == 1


def test_one_of_two_workers_gets_a_delivery(delivery):
    assert claim(delivery.pk) is not None
    assert claim(delivery.pk) is None


def test_worker_that_was_taken_for_dead_hands_nothing_over(delivery, mailoutbox):
    """It builds for so long that somebody else has sent the mail meanwhile."""

    def build_slowly(slow):
        recover(timezone.now() + LEASE + MINUTE)
        send(delivery.pk, a_mail)
        return a_mail(slow)

    assert not send(delivery.pk, build_slowly)

    assert len(mailoutbox) == 1
    assert state_of(delivery) == State.SENT


def test_worker_that_comes_back_before_the_next_one_hands_nothing_over(delivery, mailoutbox):
    def build_slowly(slow):
        recover(timezone.now() + LEASE + MINUTE)
        return a_mail(slow)

    assert not send(delivery.pk, build_slowly)

    assert mailoutbox == []
    assert state_of(delivery) == State.QUEUED


class SlowServer(Server):
    def send_messages(self, mails):
        recover(timezone.now() + LEASE + MINUTE)
        super().send_messages(mails)


def test_slow_server_that_took_the_mail_is_believed(delivery, monkeypatch):
    use(monkeypatch, SlowServer())

    send(delivery.pk, a_mail)

    assert state_of(delivery) == State.SENT
    assert delivery.problem == ""


def test_nothing_is_sent_to_who_has_unsubscribed_meanwhile(delivery, mailoutbox):
    unsubscribe(delivery.recipient, timezone.now())

    assert not send(delivery.pk, a_mail)

    assert state_of(delivery) == State.CANCELLED
    assert mailoutbox == []


def test_schedule_that_was_switched_off_sends_nothing_that_waits(delivery, mailoutbox):
    Schedule.objects.update(is_active=False)

    assert not send(delivery.pk, a_mail)

    assert state_of(delivery) == State.CANCELLED
    assert mailoutbox == []


def test_schedule_that_is_off_can_be_sent_now(schedule, recipient, mailoutbox):
    Schedule.objects.update(is_active=False)
    plan_now(schedule, SLOT)

    assert send(Delivery.objects.get().pk, a_mail)

    assert len(mailoutbox) == 1


def test_report_that_makes_no_sense_fails_at_once(delivery, mailoutbox):
    def build(_):
        raise InvalidQuery("metrics", "There is no such goal any more.")

    send(delivery.pk, build)

    assert state_of(delivery) == State.FAILED
    assert delivery.problem == "There is no such goal any more."


def test_unexpected_error_is_tried_again(delivery):
    def build(_):
        raise RuntimeError("the database is away")

    send(delivery.pk, build)

    assert state_of(delivery) == State.QUEUED
    assert delivery.problem == "The mail could not be made (RuntimeError)."


def test_mail_that_cannot_be_written_is_found_before_it_is_handed_over(delivery):
    send(delivery.pk, lambda _: EmailMessage("two\nlines", "", to=["ada@example.com"]))

    assert state_of(delivery) == State.QUEUED
    assert delivery.handed_over_at is None


@pytest.mark.parametrize(
    ("server", "state", "problem"),
    [
        (
            Server(opening=ConnectionRefusedError()),
            State.QUEUED,
            "The mail server could not be reached (ConnectionRefusedError).",
        ),
        (
            Server(opening=smtplib.SMTPAuthenticationError(535, SECRET_WORDS)),
            State.QUEUED,
            "The mail server refused it with code 535.",
        ),
        (
            Server(sending=smtplib.SMTPDataError(451, SECRET_WORDS)),
            State.QUEUED,
            "The mail server refused it with code 451.",
        ),
        (
            Server(sending=smtplib.SMTPRecipientsRefused({"a@b.c": (550, SECRET_WORDS)})),
            State.FAILED,
            "The mail server refused it with code 550.",
        ),
        (Server(sending=smtplib.SMTPServerDisconnected()), State.FAILED, MAY_HAVE_ARRIVED),
        (Server(sending=TimeoutError()), State.FAILED, MAY_HAVE_ARRIVED),
    ],
    ids=["away", "password", "busy", "unknown-address", "gone-meanwhile", "silent"],
)
def test_error_of_the_server_decides_what_comes_next(delivery, monkeypatch, server, state, problem):
    use(monkeypatch, server)

    assert not send(delivery.pk, a_mail)

    assert (state_of(delivery), delivery.problem) == (state, problem)
    assert server.taken == []


def test_pauses_between_attempts_grow_and_end(delivery, monkeypatch):
    use(monkeypatch, Server(opening=ConnectionRefusedError()))
    pauses = []

    for _ in range(len(PAUSES)):
        send(delivery.pk, a_mail)
        assert state_of(delivery) == State.QUEUED
        pauses.append(delivery.due_at - delivery.claimed_at)
    send(delivery.pk, a_mail)

    assert [round(pause / MINUTE) for pause in pauses] == [2, 10, 30, 120]
    assert state_of(delivery) == State.FAILED


def test_silent_worker_is_given_up_after_a_while(delivery):
    claim(delivery.pk)

    assert recover(timezone.now() + LEASE - MINUTE) == 0
    assert recover(timezone.now() + LEASE + MINUTE) == 1
    assert state_of(delivery) == State.QUEUED


def test_worker_that_fell_silent_while_handing_over_is_not_repeated(delivery):
    claim(delivery.pk)
    Delivery.objects.update(handed_over_at=timezone.now())

    recover(timezone.now() + LEASE + MINUTE)

    assert state_of(delivery) == State.FAILED
    assert delivery.problem == MAY_HAVE_ARRIVED


def test_worker_that_dies_in_each_attempt_is_given_up(delivery):
    for _ in range(len(PAUSES) + 1):
        assert claim(delivery.pk) is not None
        recover(timezone.now() + LEASE + MINUTE)

    assert state_of(delivery) == State.FAILED
    assert delivery.problem == "The worker stopped in each attempt."


def test_failed_delivery_can_be_tried_again(delivery, mailoutbox):
    Delivery.objects.update(state=State.FAILED, attempts=5, problem=MAY_HAVE_ARRIVED)

    assert retry(delivery, timezone.now())
    send(delivery.pk, a_mail)

    assert state_of(delivery) == State.SENT
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [delivery.message_id]


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.SENT, State.CANCELLED])
def test_only_what_failed_can_be_tried_again(delivery, state):
    Delivery.objects.update(state=state)

    assert not retry(delivery, timezone.now())
    assert state_of(delivery) == state
