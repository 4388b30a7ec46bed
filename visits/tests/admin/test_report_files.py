"""Files of a saved report for staff: of all sites, for those who may see reports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Report, ReportRun
from visits.tests.factory import make_visit


@pytest.fixture
def report(site: Site, stranger: User) -> Report:
    """Visitors by site, of sites of two owners."""
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    for each in (site, other):
        make_visit(each, started_at=timezone.now())
    return Report.objects.create(name="Traffic", metrics=["visitors"], dimension="site")


def file_of(report: Report, ending: str = "json") -> str:
    return reverse("admin:visits_report_file", args=[report.pk, ending])


def test_file_has_all_sites_and_is_remembered(
    staff_client: Client, staff: User, report: Report
) -> None:
    response: Any = staff_client.get(file_of(report))

    rows = json.loads(b"".join(response.streaming_content))["rows"]
    assert sorted(row["label"] for row in rows) == ["Example", "Other"]
    [run] = ReportRun.objects.all()
    assert (run.purpose, run.ran_by, run.row_count) == ("export", staff, 2)


def test_page_of_a_report_leads_to_its_files_as_it_is_narrowed(
    staff_client: Client, site: Site, report: Report
) -> None:
    page = staff_client.get(
        reverse("admin:visits_report_view", args=[report.pk]), {"site": site.key}
    )

    assert f'href="{file_of(report, "xlsx")}?site={site.key}"' in page.content.decode()


def test_staff_without_the_right_to_reports_get_none(
    client: Client, report: Report, stranger: User
) -> None:
    stranger.is_staff = True
    stranger.save()
    client.force_login(stranger)

    assert client.get(file_of(report)).status_code == 403


def test_owners_are_sent_away(client: Client, report: Report, owner: User) -> None:
    client.force_login(owner)

    assert client.get(file_of(report)).status_code in {302, 404}


@pytest.mark.parametrize("ending", ["exe", "csvx"])
def test_other_kinds_of_files_are_not_there(
    staff_client: Client, report: Report, ending: str
) -> None:
    assert staff_client.get(file_of(report, ending)).status_code == 404


def test_wrong_question_is_said_in_a_sentence(staff_client: Client, report: Report) -> None:
    assert staff_client.get(file_of(report), {"filter": "nonsense"}).status_code == 400
