"""A schedule sends to somebody."""

import pytest
from django.urls import reverse

from visits.models import Schedule
from visits.tests.admin.test_schedules import fields, page_of
from visits.tests.digests.conftest import report, schedule
from visits.tests.digests.factory import make_recipient

__all__ = ["report", "schedule"]

pytestmark = pytest.mark.django_db

REFUSAL = "Name at least one recipient"


def test_schedule_without_recipients_is_refused(staff_client, report):
    nobody = {"recipients-0-name": "", "recipients-0-email": ""}

    page = staff_client.post(reverse("admin:visits_schedule_add"), fields(report, **nobody))

    assert REFUSAL in page.content.decode()
    assert not Schedule.objects.exists()


def test_last_recipient_of_a_schedule_stays(staff_client, report, schedule):
    last = make_recipient(schedule, "ada@example.com")
    removal = {
        "recipients-INITIAL_FORMS": 1,
        "recipients-0-id": last.pk,
        "recipients-0-schedule": schedule.pk,
        "recipients-0-DELETE": "on",
    }

    page = staff_client.post(page_of(schedule), fields(report, **removal)).content.decode()

    assert REFUSAL in page
    assert list(schedule.recipients.all()) == [last]
