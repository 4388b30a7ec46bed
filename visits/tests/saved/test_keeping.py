"""What is kept of reports: those that are shipped, those that can be answered, copies, and runs."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from sites.models import Site, Tag
from visits.models import Report, ReportRun
from visits.reports.exceptions import InvalidQuery
from visits.saved.check import check_report
from visits.saved.duplicate import duplicate_report, free_name
from visits.saved.history import prune_runs
from visits.saved.run import run_report
from visits.tests.factory import make_visit
from visits.tests.saved.making import NOW, ask, labels, make_report

SHIPPED = import_module("visits.migrations.0017_shipped_reports")


@pytest.mark.django_db
def test_shipped_reports_can_be_answered(site: Site) -> None:
    make_visit(site)
    Report.objects.all().delete()

    SHIPPED.add_reports(apps, connection.schema_editor())
    SHIPPED.add_reports(apps, connection.schema_editor())

    reports = list(Report.objects.all())
    assert len(reports) == 6
    for report in reports:
        check_report(report, NOW)
        assert run_report(report, NOW, purpose=None).sites == (site,)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"metrics": []}, "metrics"),
        ({"metrics": ["fame"]}, "metrics"),
        ({"metrics": ["entries"]}, "metrics"),
        ({"metrics": ["conversions"]}, "metrics"),
        ({"dimension": "colour"}, "dimension"),
        ({"second_dimension": "goal"}, "dimension"),
        ({"dimension": "country", "second_dimension": "country"}, "second"),
        ({"sort": "-entries"}, "sort"),
        ({"sort": "-change", "comparison": ""}, "sort"),
        ({"comparison": "custom"}, "comparison"),
        ({"period": "ever"}, "period"),
        ({"period": "custom"}, "from"),
        ({"filters": [{"dimension": "colour", "operator": "is", "values": ["red"]}]}, "filter"),
        ({"dimension": "page", "metrics": ["entries"], "chart": "series"}, "chart"),
    ],
)
def test_report_that_nobody_could_answer_is_refused(fields: dict[str, object], field: str) -> None:
    asked = {"metrics": ["visitors"], "dimension": "site"}

    with pytest.raises(InvalidQuery) as error:
        check_report(Report(**asked | fields), NOW)

    assert error.value.field == field


def test_report_that_can_be_answered_is_accepted() -> None:
    goal = {"dimension": "goal", "operator": "is", "values": ["Signup"]}
    check_report(Report(metrics=["conversions"], dimension="channel", filters=[goal]), NOW)


@pytest.mark.django_db
def test_copy_asks_the_same_and_is_shared_with_nobody(site: Site, owner: User, staff: User) -> None:
    report = make_report(reach="sites", sort="-visits", limit=7)
    report.sites.add(site)
    report.shared_with.add(owner)

    copy = duplicate_report(report, staff)

    assert (copy.name, copy.created_by, copy.sort, copy.limit) == (
        "Report (copy)",
        staff,
        "-visits",
        7,
    )
    assert (list(copy.sites.all()), list(copy.shared_with.all())) == ([site], [])


@pytest.mark.django_db
def test_name_of_a_copy_is_free_and_not_too_long() -> None:
    make_report(name="a" * 100)
    make_report(name="a" * 93 + " (copy)")

    assert free_name("a" * 100) == "a" * 91 + " (copy 2)"


@pytest.mark.django_db
def test_oldest_runs_for_a_purpose_are_given_up() -> None:
    report, other = make_report(), make_report(name="Other")
    mail = ReportRun.objects.create(report=report, purpose="mail")
    runs = [ReportRun.objects.create(report=report, purpose="page") for _number in range(5)]
    ReportRun.objects.create(report=other, purpose="page")

    deleted = prune_runs(report, "page", kept=2)

    assert deleted == 3
    assert list(report.runs.values_list("pk", flat=True)) == [runs[4].pk, runs[3].pk, mail.pk]
    assert other.runs.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("reach", ["all", "sites", "owners", "tags"])
def test_report_reaches_the_sites_that_are_chosen(reach: str, owner: User, staff: User) -> None:
    chosen = Site.objects.create(owner=staff, name="Chosen", domain="chosen.example.com")
    Site.objects.create(owner=owner, name="Other", domain="other.example.com")
    tag = Tag.objects.create(name="Shops")
    chosen.tags.add(tag)
    report = make_report(reach=reach)
    report.sites.add(chosen)
    report.owners.add(staff)
    report.tags.add(tag)

    answer = run_report(report, NOW, purpose=None)

    names = ["Chosen", "Other"] if reach == "all" else ["Chosen"]
    assert labels(answer) == names


@pytest.mark.django_db
def test_all_time_begins_with_the_first_visit_of_any_site(site: Site, owner: User) -> None:
    other = Site.objects.create(owner=owner, name="Older", domain="older.example.com")
    make_visit(site)
    make_visit(other, started_at=NOW.replace(month=1))

    answer = ask(period="all", comparison="")

    assert answer.query.period.start == NOW.replace(month=1).date()
