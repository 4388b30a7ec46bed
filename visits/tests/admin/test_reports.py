"""Saved reports in the admin: the form, its preview, the page, copies, and who may see them."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from sites.models import Site
from visits.models import Report, ReportRun
from visits.tests.digests.factory import make_schedule
from visits.tests.factory import make_visit
from visits.tests.saved.making import make_report

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
FORM = {
    "name": "Channels",
    "description": "",
    "subject": "visits",
    "reach": "all",
    "main_metric": "visitors",
    "metrics": ["visits", "bounce_rate"],
    "dimension": "channel",
    "second_dimension": "",
    "property_key": "",
    "filters_dimension": ["country", ""],
    "filters_key": ["", ""],
    "filters_operator": ["is", "is"],
    "filters_values": ["DE | AT", ""],
    "period": "28d",
    "first_day": "",
    "last_day": "",
    "comparison": "previous",
    "sort": "-change",
    "limit": "25",
    "chart": "bars",
}


def address(name: str, *arguments: object) -> str:
    return reverse(f"admin:visits_report_{name}", args=arguments)


def test_form_stores_what_is_chosen(staff_client: Client, staff: User) -> None:
    response = staff_client.post(address("add"), FORM)

    assert response.status_code == 302
    report = Report.objects.get(name="Channels")
    assert report.metrics == ["visitors", "visits", "bounce_rate"]
    assert report.filters == [{"dimension": "country", "operator": "is", "values": ["DE", "AT"]}]
    assert (report.dimension, report.sort, report.created_by) == ("channel", "-change", staff)


def test_what_was_saved_is_shown_as_a_report(staff_client: Client) -> None:
    added = staff_client.post(address("add"), FORM)
    report = Report.objects.get(name="Channels")
    changed = staff_client.post(address("change", report.pk), FORM)
    going_on = staff_client.post(address("change", report.pk), FORM | {"_continue": "1"})

    assert (added["location"], changed["location"]) == (address("view", report.pk),) * 2
    assert going_on["location"] == address("change", report.pk)


def test_list_leads_to_the_report_and_speaks_in_words(staff_client: Client) -> None:
    report = make_report(dimension="channel", second_dimension="property[plan]", period="28d")
    make_report(name="Other", period="7d")

    html = staff_client.get(address("changelist"), {"period": "28d"}).content.decode()

    assert f'<a href="{address("view", report.pk)}">{report.name}</a>' in html
    assert f'href="{address("change", report.pk)}"' in html
    assert "Channel, Event property: plan" in html
    assert '<td class="field-period_words">Last 28 days</td>' in html
    assert ">Other<" not in html


def test_form_shows_what_is_stored(staff_client: Client) -> None:
    condition = {"dimension": "property[plan]", "operator": "is_not", "values": ["a", "b"]}
    report = make_report(dimension="property[size]", metrics=["events"], filters=[condition])

    form = staff_client.get(address("change", report.pk)).context["adminform"].form

    assert (form["dimension"].value(), form["property_key"].value()) == ("property", "size")
    html = str(form["filters"])
    assert 'value="plan"' in html
    assert 'value="a|b"' in html


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"main_metric": "entries", "metrics": []}, "main_metric"),
        ({"reach": "sites"}, "sites"),
        ({"sort": "-pageviews"}, "sort"),
        ({"comparison": ""}, "sort"),
        ({"period": "custom"}, "first_day"),
        ({"filters_values": ["a" * 501, ""]}, "filters"),
        ({"subject": "refusals"}, "dimension"),
        ({"limit": "1001"}, "limit"),
        ({"dimension": "colour"}, "dimension"),
    ],
)
def test_form_says_what_cannot_be_answered(
    changed: dict[str, object], field: str, staff_client: Client
) -> None:
    response = staff_client.post(address("add"), FORM | changed)

    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors


def test_preview_answers_the_form_and_stores_nothing(staff_client: Client, site: Site) -> None:
    make_report(name="Channels")
    make_visit(site)
    before = Report.objects.count()

    part = staff_client.post(
        address("preview"), FORM | {"period": "all", "sort": ""}, headers={"X-Preview": "1"}
    )
    page = staff_client.post(address("preview"), FORM | {"main_metric": "entries"})

    assert part.context["ran"].answer.sites == (site,)
    assert b"<html" not in part.content
    assert b"cannot be shown yet" in page.content
    assert b"<html" in page.content
    assert (Report.objects.count(), ReportRun.objects.count()) == (before, 0)


def test_page_shows_the_report_and_remembers_the_run(
    staff_client: Client, staff: User, site: Site
) -> None:
    report = make_report(period="all", comparison="")

    response = staff_client.get(address("view", report.pk))

    assert response.status_code == 200
    assert site.name in response.content.decode()
    [run] = report.runs.all()
    assert (run.purpose, run.ran_by, run.row_count) == ("page", staff, 1)


@pytest.mark.parametrize("chart", ["series", "bars"])
def test_words_of_visitors_and_owners_are_inert(
    chart: str, staff_client: Client, site: Site
) -> None:
    Site.objects.filter(pk=site.pk).update(name=HOSTILE)
    make_visit(site, pageviews=(f"/{HOSTILE}",))
    report = make_report(
        name=HOSTILE,
        description=HOSTILE,
        dimension="site",
        second_dimension="page",
        metrics=["visitors"],
        period="12mo",
        chart=chart,
    )

    response = staff_client.get(address("view", report.pk), {"filter": f"page:is:/{HOSTILE}"})

    assert response.context["ran"].answer is not None
    assert HOSTILE not in response.content.decode()


def test_page_takes_few_statements(
    staff_client: Client, site: Site, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    report = make_report(chart="series", period="28d")
    make_visit(site)

    with django_assert_max_num_queries(15):
        staff_client.get(address("view", report.pk))


def test_question_that_makes_no_sense_is_answered_400(staff_client: Client) -> None:
    report = make_report()

    for query in ("filter=colour:is:red", "by=colour", "reason=whim"):
        response = staff_client.get(f"{address('view', report.pk)}?{query}")

        assert response.status_code == 400
        assert response.context["ran"].problem in response.content.decode().replace("&#x27;", "'")


def test_copy_is_made_by_a_form_alone_and_logged(staff_client: Client) -> None:
    report = make_report()

    refused = staff_client.get(address("duplicate", report.pk))
    staff_client.post(address("duplicate", report.pk))

    assert refused.status_code == 405
    copy = Report.objects.get(name="Report (copy)")
    assert LogEntry.objects.get(object_id=str(copy.pk)).action_flag == 1


def test_staff_without_permission_sees_no_report(client: Client, owner: User) -> None:
    report = make_report()
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=owner.pk))

    views = client.get(address("view", report.pk)), client.post(address("preview"), FORM)

    assert [response.status_code for response in views] == [403, 403]


def test_staff_who_may_look_cannot_copy(client: Client, owner: User) -> None:
    report = make_report()
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    owner.user_permissions.add(Permission.objects.get(codename="view_report"))
    client.force_login(User.objects.get(pk=owner.pk))

    assert client.get(address("view", report.pk)).status_code == 200
    assert b"visitors" in client.get(address("change", report.pk)).content
    assert client.post(address("change", report.pk), FORM).status_code == 403
    assert client.post(address("duplicate", report.pk)).status_code == 403
    assert client.post(address("preview"), FORM).status_code == 403


@pytest.fixture
def analyst_client(client: Client) -> Client:
    analyst = User.objects.create_user("analyst@example.com", is_staff=True)
    analyst.groups.add(Group.objects.get(name="Analyst"))
    client.force_login(analyst)
    return client


@pytest.mark.parametrize("goes_to", ["recipients", "owners"])
def test_who_may_change_no_schedule_decides_not_what_others_get(
    goes_to: str, analyst_client: Client, owner: User, site: Site
) -> None:
    report = make_report(reach="sites")
    report.sites.set([site])
    if goes_to == "owners":
        report.shared_with.set([owner])
    else:
        make_schedule(report)

    page = analyst_client.get(address("change", report.pk)).content.decode()
    analyst_client.post(address("change", report.pk), FORM | {"shared_with": [owner.pk]})

    assert "can be changed by staff who may change schedules" in page
    assert owner.email not in page
    report.refresh_from_db()
    assert (report.name, report.reach, report.filters) == ("Channels", "sites", [])
    assert [*report.sites.all()] == [site]
    assert report.shared_with.exists() is (goes_to == "owners")


def test_report_that_goes_to_nobody_is_changed_by_who_makes_reports(analyst_client: Client) -> None:
    report = make_report(reach="sites")
    make_schedule(report, is_active=False)

    page = analyst_client.get(address("change", report.pk)).content.decode()
    analyst_client.post(address("change", report.pk), FORM)

    assert "can be changed by staff who may change schedules" not in page
    report.refresh_from_db()
    assert (report.reach, len(report.filters)) == ("all", 1)


def test_preview_of_a_part_has_the_rest_as_it_is_stored(
    analyst_client: Client, owner: User, site: Site
) -> None:
    Site.objects.create(owner=owner, name="Other", domain="other.example")
    report = make_report(reach="sites")
    report.sites.set([site])
    make_schedule(report)
    form = analyst_client.get(address("change", report.pk)).content.decode()
    preview = f"{address('preview')}?report={report.pk}"

    answer = analyst_client.post(preview, FORM | {"reach": "all"}, headers={"X-Preview": "1"})

    assert form.count(f'"{preview}"') == 2
    assert answer.context["ran"].answer.sites == (site,)
    assert ReportRun.objects.count() == 0


def test_runs_are_listed_and_cannot_be_changed(staff_client: Client) -> None:
    report = make_report()
    staff_client.get(address("view", report.pk))

    response = staff_client.get(
        reverse("admin:visits_reportrun_changelist"), {"report__id__exact": report.pk}
    )

    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == 1
    assert staff_client.get(reverse("admin:visits_reportrun_add")).status_code == 403
