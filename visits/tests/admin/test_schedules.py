"""Schedules and deliveries in the admin: who may change them, and that no mail is sent in a request."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import User
from visits.digests.jobs import jobs, run_queued
from visits.models import Delivery, Recipient, Schedule
from visits.tests.digests.conftest import queue, recipient, report, schedule
from visits.tests.digests.factory import (
    LONG_AGO,
    make_delivery,
    make_recipient,
    make_report,
    make_schedule,
)

__all__ = ["queue", "recipient", "report", "schedule"]

pytestmark = pytest.mark.django_db

SCHEDULES = reverse("admin:visits_schedule_changelist")
DELIVERIES = reverse("admin:visits_delivery_changelist")
State = Delivery.State


def fields(report, **changes):
    known = {
        "report": report.pk,
        "is_active": "on",
        "rhythm": "weekly",
        "weekday": 0,
        "day_of_month": 1,
        "time": "08:00",
        "time_zone": "",
        "has_xlsx": "on",
        "recipients-TOTAL_FORMS": 1,
        "recipients-INITIAL_FORMS": 0,
        "recipients-0-name": "Ada",
        "recipients-0-email": "Ada@Example.com",
    }
    return known | changes


def page_of(schedule):
    return reverse("admin:visits_schedule_change", args=[schedule.pk])


def test_report_is_scheduled_with_its_recipients(staff_client, staff, report):
    staff_client.post(reverse("admin:visits_schedule_add"), fields(report))

    schedule = Schedule.objects.get()
    assert schedule.when() == "on Mondays at 08:00"
    assert schedule.created_by == staff
    assert [each.email for each in schedule.recipients.all()] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("ada@example.com", "Ada@Example.com"),
        ("ada@xn--mnchen-3ya.de", "ada@münchen.de"),
    ],
)
def test_address_stands_in_a_list_once(staff_client, report, schedule, stored, typed):
    make_recipient(schedule, stored)
    changes = {"recipients-0-schedule": schedule.pk, "recipients-0-email": typed}

    page = staff_client.post(page_of(schedule), fields(report, **changes)).content.decode()

    assert "This address is in the list already." in page
    assert Recipient.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "moves"),
    [
        ({"time": "09:00"}, True),
        ({"weekday": 3}, True),
        ({"time_zone": "Asia/Tokyo"}, True),
        ({"has_csv": "on"}, False),
    ],
)
def test_schedule_that_is_moved_sends_nothing_for_the_past(
    staff_client, report, schedule, changes, moves
):
    staff_client.post(page_of(schedule), fields(report, **changes))

    schedule.refresh_from_db()
    assert (schedule.runs_from > LONG_AGO) is moves


def test_sending_now_queues_a_mail_and_leaves_a_trace(
    staff_client, recipient, mailoutbox, django_capture_on_commit_callbacks
):
    chosen = {"action": "send_now", "_selected_action": recipient.schedule_id}

    with django_capture_on_commit_callbacks(execute=True):
        page = staff_client.post(SCHEDULES, chosen, follow=True).content.decode()

    assert "1 mail is queued." in page
    assert mailoutbox == []
    assert jobs().huey.pending_count() == 1
    assert LogEntry.objects.get().get_change_message() == "Sent now."
    run_queued()
    assert len(mailoutbox) == 1


def test_schedule_is_sent_now_by_its_button(
    staff_client, recipient, django_capture_on_commit_callbacks
):
    page = page_of(recipient.schedule)
    button = reverse("admin:visits_schedule_send", args=[recipient.schedule_id])
    assert f'action="{button}"' in staff_client.get(page).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        answer = staff_client.post(button, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "1 mail is queued." in answer.content.decode()
    assert LogEntry.objects.get().get_change_message() == "Sent now."
    assert staff_client.get(button).status_code == 405


@pytest.mark.parametrize("asked", ["{}", "x", "{}0", "9" * 40])
def test_form_arrives_with_the_report_that_the_address_names(staff_client, report, asked):
    address = reverse("admin:visits_schedule_add")

    page = staff_client.get(address, {"report": asked.format(report.pk)})

    option = f'<option value="{report.pk}" selected>{report}</option>'
    assert page.status_code == 200
    assert (option in page.content.decode()) is (asked == "{}")


def test_failed_mail_is_listed_and_sent_again(
    staff_client, recipient, mailoutbox, django_capture_on_commit_callbacks
):
    failed = make_delivery(recipient, state=State.FAILED, problem="The mail server refused it.")
    make_delivery(recipient, failed.slot_at + dt.timedelta(days=7), state=State.SENT)
    page = staff_client.get(DELIVERIES, {"state__exact": "failed"}).content.decode()
    assert page.count("The mail server refused it.") == 1

    chosen = {
        "action": "retry",
        "_selected_action": list(Delivery.objects.values_list("pk", flat=True)),
    }
    with django_capture_on_commit_callbacks(execute=True):
        page = staff_client.post(DELIVERIES, chosen, follow=True).content.decode()
    run_queued()

    assert "1 mail is queued again." in page
    assert len(mailoutbox) == 1
    failed.refresh_from_db()
    assert failed.state == State.SENT


def test_deliveries_are_made_by_nobody(staff_client, recipient):
    delivery = make_delivery(recipient)

    page = staff_client.get(reverse("admin:visits_delivery_change", args=[delivery.pk]))

    assert "_save" not in page.content.decode()
    assert staff_client.get(reverse("admin:visits_delivery_add")).status_code == 403


def test_next_time_is_shown_by_the_clocks_of_the_schedule(staff_client, schedule):
    page = staff_client.get(page_of(schedule)).content.decode()

    assert "Monday, " in page
    assert "08:00 CE" in page


def test_analysts_see_schedules_and_no_recipients(client, recipient):
    analyst = User.objects.create_user("analyst@example.com", is_staff=True)
    analyst.groups.add(Group.objects.get(name="Analyst"))
    client.force_login(analyst)

    schedules = client.get(SCHEDULES).content.decode()
    page = client.get(page_of(recipient.schedule)).content.decode()

    assert "on Mondays at 08:00" in schedules
    assert "Send now" not in schedules + page
    send = reverse("admin:visits_schedule_send", args=[recipient.schedule_id])
    assert client.post(send).status_code == 403
    assert Delivery.objects.count() == 0
    assert "ada@example.com" not in page
    assert client.get(DELIVERIES).status_code == 403


def test_who_may_not_see_addresses_sees_masked_recipients(client, recipient):
    make_delivery(recipient)
    support = User.objects.create_user("support@example.com", is_staff=True)
    support.user_permissions.set(
        Permission.objects.filter(codename__in=["view_delivery", "view_recipient", "view_schedule"])
    )
    client.force_login(support)

    pages = [
        client.get(address).content.decode()
        for address in (DELIVERIES, page_of(recipient.schedule))
    ]

    assert "a•••@e•••.com" in pages[0]
    assert "ada@example.com" not in "".join(pages)
    assert "Retry" not in pages[0]


def test_lists_ask_no_more_for_more_rows(
    staff_client, report, recipient, django_assert_max_num_queries
):
    for number in range(12):
        other = make_schedule(make_report(f"Report {number}"))
        make_delivery(make_recipient(other, f"{number}@example.com"))

    with django_assert_max_num_queries(10):
        staff_client.get(SCHEDULES)
    with django_assert_max_num_queries(10):
        staff_client.get(DELIVERIES)
