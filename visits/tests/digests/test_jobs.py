"""The queue between planning and sending: what is lost with it is found again."""

import datetime as dt

import pytest
from huey.exceptions import HueyException

from visits.digests import jobs as module
from visits.digests.jobs import enqueue_due, jobs, plan, run_queued, send_now
from visits.digests.sending import LEASE
from visits.models import Delivery, ReportRun
from visits.tests.digests.factory import MINUTE, SLOT, make_recipient

pytestmark = pytest.mark.django_db

State = Delivery.State


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_slot_is_planned_queued_and_sent_once(recipient, mailoutbox):
    plan(SLOT)
    plan(SLOT + MINUTE)

    assert run_queued() == 1
    assert states() == [State.SENT]
    assert [mail.to for mail in mailoutbox] == [["Ada <ada@example.com>"]]


def test_recipients_of_a_slot_share_a_run_of_the_report(schedule, recipient, mailoutbox):
    make_recipient(schedule, "ben@example.com")

    plan(SLOT)
    run_queued()

    assert len(mailoutbox) == 2
    assert ReportRun.objects.filter(purpose=ReportRun.Purpose.MAIL).count() == 1


def test_job_that_is_lost_is_queued_again(recipient, mailoutbox):
    """The worker was killed after it had taken the job from the queue."""
    plan(SLOT)
    jobs().huey.dequeue()

    plan(SLOT + LEASE - MINUTE)
    assert run_queued() == 0
    plan(SLOT + LEASE)
    run_queued()

    assert len(mailoutbox) == 1


def test_whole_queue_that_is_lost_is_no_mail_lost(recipient, mailoutbox):
    plan(SLOT)
    jobs().huey.storage.flush_queue()

    plan(SLOT + LEASE)
    run_queued()

    assert states() == [State.SENT]
    assert len(mailoutbox) == 1


def test_job_that_stands_in_the_queue_twice_sends_once(recipient, mailoutbox):
    plan(SLOT)
    jobs().deliver(list(Delivery.objects.values_list("pk", flat=True)))

    assert run_queued() == 2
    assert len(mailoutbox) == 1


def test_delivery_that_is_due_is_enqueued_once(recipient):
    plan(SLOT)

    assert enqueue_due(SLOT) == 0


def test_mail_of_now_is_queued_and_not_sent(
    schedule, recipient, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert send_now(schedule) == 1

    assert mailoutbox == []
    assert run_queued() == 1
    assert len(mailoutbox) == 1


def test_forged_job_is_not_done(recipient, mailoutbox):
    plan(SLOT)
    jobs().huey.storage.flush_queue()
    jobs().huey.storage.enqueue(b'{"name": "deliver"}:00')

    with pytest.raises(ValueError, match="mismatch"):
        run_queued()

    assert run_queued() == 0


def test_unknown_job_is_not_done():
    serializer = jobs().huey.serializer
    task = jobs().deliver.s([1])
    message = jobs().huey._registry.create_message(task)
    jobs().huey.storage.enqueue(serializer.serialize(message._replace(name="os.system")))

    with pytest.raises(HueyException):
        run_queued()


def test_worker_survives_a_step_that_fails(caplog):
    def fail():
        raise OSError("the disk is full")

    module._survive(fail)

    assert "digests_failed" in caplog.text


def test_plan_is_done_every_minute_by_a_consumer():
    every_minute = jobs().huey.read_periodic(dt.datetime(2026, 5, 4, 6, 1))

    assert [task.name for task in every_minute] == ["plan"]
