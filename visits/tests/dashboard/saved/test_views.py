"""Shared reports: who sees which, and of whose sites."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.files import pdf
from visits.files.pdf import PdfBusy, PdfUnavailable
from visits.models import Report, ReportRun
from visits.saved import files
from visits.tests.factory import make_visit
from visits.tests.files.workbook import texts


@pytest.fixture
def elsewhere(stranger: User) -> Site:
    """A site of somebody else, with a visit to a page that the owner's sites do not have."""
    site = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    make_visit(site, started_at=timezone.now(), pageviews=("/secret",))
    return site


@pytest.fixture
def report(owner: User, site: Site, elsewhere: Site) -> Report:
    """Pages of all sites, shared with the owner of one of them."""
    make_visit(site, started_at=timezone.now(), pageviews=("/", "/<b>bold</b>"))
    return share(owner, name="Pages", metrics=["pageviews"], dimension="page", period="7d")


def share(person: User, **fields: Any) -> Report:
    report = Report.objects.create(**fields)
    report.shared_with.add(person)
    return report


def page_of(report: Report, question: str = "") -> str:
    return reverse("shared_report_page", args=[report.pk]) + question


def file_of(report: Report, ending: str, question: str = "") -> str:
    return reverse("shared_report_file", args=[report.pk, ending]) + question


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_page_names_the_sites_that_it_is_about(
    signed_in: Client, report: Report, site: Site, elsewhere: Site
) -> None:
    html = signed_in.get(page_of(report)).content.decode()

    assert f'<p class="note">{site.name}</p>' in html
    assert elsewhere.name not in html


def test_list_has_what_is_shared_with_the_reader_alone(
    signed_in: Client, report: Report, stranger: User
) -> None:
    share(stranger, name="Not for you", metrics=["visitors"])

    page = signed_in.get(reverse("shared_report_list")).content.decode()

    assert page_of(report) in page
    assert "Not for you" not in page


def test_list_without_reports_says_so(signed_in: Client) -> None:
    assert "No reports yet" in signed_in.get(reverse("shared_report_list")).content.decode()


def test_navigation_leads_to_reports_when_there_is_one(
    signed_in: Client, owner: User, site: Site
) -> None:
    link = f'href="{reverse("shared_report_list")}"'
    without = signed_in.get(reverse("site_list")).content.decode()

    share(owner, name="Pages", metrics=["visitors"])

    assert link not in without
    assert link in signed_in.get(reverse("site_list")).content.decode()


def test_report_has_the_numbers_of_own_sites_alone(signed_in: Client, report: Report) -> None:
    page = signed_in.get(page_of(report)).content.decode()

    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "/secret" not in page


def test_row_leads_further_into_the_report(
    signed_in: Client, owner: User, site: Site, elsewhere: Site
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=("/pricing",))
    by_site = share(owner, name="Sites", metrics=["visitors"], dimension="site", period="7d")
    [row] = signed_in.get(page_of(by_site)).context["answer"].table.rows

    response = signed_in.get(page_of(by_site, row.link))

    assert [row.label for row in response.context["answer"].table.rows] == ["/pricing"]


def test_sites_of_others_cannot_be_asked_for(
    signed_in: Client, report: Report, elsewhere: Site
) -> None:
    response = signed_in.get(page_of(report, f"?site={elsewhere.key}"))

    assert response.context["answer"].table.rows == ()
    assert "none of your sites" in response.content.decode()


@pytest.mark.parametrize("person", ["stranger", "staff"])
def test_report_that_is_not_shared_is_not_there(
    client: Client, report: Report, stranger: User, person: str
) -> None:
    """Staff have pages of their own for it."""
    if person == "staff":
        stranger.is_staff = stranger.is_superuser = True
        stranger.save()
    client.force_login(stranger)

    assert client.get(page_of(report)).status_code == 404
    assert client.get(file_of(report, "csv")).status_code == 404


def test_anonymous_is_sent_to_sign_in(client: Client, report: Report) -> None:
    addresses = (reverse("shared_report_list"), page_of(report), file_of(report, "csv"))

    for address in addresses:
        assert client.get(address)["Location"].startswith(reverse("account_login"))


def test_report_is_no_longer_there_when_it_is_no_longer_shared(
    signed_in: Client, report: Report
) -> None:
    report.shared_with.clear()

    assert signed_in.get(page_of(report)).status_code == 404


@pytest.mark.parametrize("question", ["?filter=nonsense", "?by=nonsense"])
def test_wrong_question_is_said_in_a_sentence(
    signed_in: Client, report: Report, question: str
) -> None:
    response = signed_in.get(page_of(report, question))

    assert response.status_code == 400
    assert response.context["problem"]
    assert signed_in.get(file_of(report, "csv", question)).status_code == 400


@pytest.mark.parametrize("chart", Report.Chart.values)
def test_every_picture_is_drawn(signed_in: Client, report: Report, chart: str) -> None:
    Report.objects.update(chart=chart)

    page = signed_in.get(page_of(report)).content.decode()

    assert ("series-line" in page, "bars-table" in page) == (chart == "series", chart == "bars")


def test_files_have_the_numbers_of_own_sites_alone(signed_in: Client, report: Report) -> None:
    rows = json.loads(content(signed_in.get(file_of(report, "json"))))["rows"]
    book = texts(content(signed_in.get(file_of(report, "xlsx"))))
    table = content(signed_in.get(file_of(report, "csv"))).decode()

    assert sorted(row["key"][0] for row in rows) == ["/", "/<b>bold</b>"]
    assert sorted(row[0] for row in book[1:]) == ["/", "/<b>bold</b>"]
    assert "/secret" not in table


def test_file_is_narrowed_as_the_page_is(signed_in: Client, report: Report) -> None:
    response = signed_in.get(file_of(report, "json", "?filter=page:is:/"))

    assert json.loads(content(response))["filters"] == ["page:is:/"]


def test_file_has_a_name_and_a_kind(signed_in: Client, report: Report) -> None:
    response = signed_in.get(file_of(report, "xlsx"))

    assert content(response).startswith(b"PK")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].startswith('attachment; filename="Pages_')


def test_unknown_kind_of_file_is_not_there(signed_in: Client, report: Report) -> None:
    assert signed_in.get(file_of(report, "exe")).status_code == 404


def test_pdf_that_cannot_be_written_is_said_in_a_sentence(
    signed_in: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(html: str, css: str) -> bytes:
        raise PdfUnavailable(pdf.MISSING)

    monkeypatch.setattr(files, "pdf_bytes", unavailable)

    response = signed_in.get(file_of(report, "pdf"))

    assert (response.status_code, response.content.decode()) == (501, f"{pdf.MISSING}\n")


def test_busy_server_says_when_to_ask_for_a_pdf_again(
    signed_in: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(html: str, css: str) -> bytes:
        raise PdfBusy("Another is being made.")

    monkeypatch.setattr(files, "pdf_bytes", busy)

    response = signed_in.get(file_of(report, "pdf"))

    assert (response.status_code, response.content.decode()) == (503, "Another is being made.\n")
    assert int(response["Retry-After"]) > 0


def test_run_of_staff_who_look_as_an_owner_is_theirs(
    client: Client, report: Report, owner: User, staff: User
) -> None:
    client.force_login(staff)
    client.post(reverse("admin:accounts_user_impersonate", args=[owner.pk]))

    assert client.get(page_of(report)).status_code == 200

    [run] = ReportRun.objects.all()
    assert run.ran_by == staff


def test_page_and_file_are_remembered_and_steps_into_rows_are_not(
    signed_in: Client, report: Report, owner: User
) -> None:
    signed_in.get(page_of(report))
    signed_in.get(page_of(report, "?filter=page:is:/"))
    signed_in.get(file_of(report, "csv"))

    runs = ReportRun.objects.order_by("pk").values_list("purpose", "ran_by")
    assert list(runs) == [("page", owner.pk), ("export", owner.pk)]


def test_page_asks_as_much_however_many_sites_there_are(
    signed_in: Client,
    owner: User,
    report: Report,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(5):
        another = Site.objects.create(owner=owner, name="More", domain=f"{number}.example")
        make_visit(another, started_at=timezone.now() - dt.timedelta(days=1))

    with django_assert_max_num_queries(20):
        signed_in.get(page_of(report))
