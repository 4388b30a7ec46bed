"""Reports are run through visits.reports, and remember that they were."""

from __future__ import annotations

import pytest

from sites.models import Site
from visits.models import ReportRun
from visits.reports.exceptions import InvalidQuery
from visits.saved.run import run_report
from visits.tests.factory import NOON, make_visit
from visits.tests.saved.making import NOW, make_report

pytestmark = pytest.mark.django_db


def test_report_by_site_has_a_row_for_every_site(site: Site) -> None:
    quiet = Site.objects.create(owner=site.owner, name="Quiet", domain="quiet.example.com")
    make_visit(site, started_at=NOON)

    answer = run_report(make_report(), NOW, purpose=None)

    rows = list(answer.table.texts())
    assert rows == [
        (site.name, "1", "0", "new", "1", "new"),
        (quiet.name, "0", "0", "–", "0", "–"),
    ]
    assert [row.site for row in answer.table.rows] == [site, quiet]


def test_preview_leaves_no_run(site: Site) -> None:
    run_report(make_report(), NOW, purpose=None)

    assert not ReportRun.objects.exists()


def test_run_that_fails_is_remembered_with_its_problem(site: Site) -> None:
    report = make_report(sort="-pageviews")

    with pytest.raises(InvalidQuery):
        run_report(report, NOW, purpose=ReportRun.Purpose.MAIL)

    [run] = ReportRun.objects.all()
    assert (run.purpose, run.problem) == ("mail", "Sort by a column of the report.")


def test_sites_of_others_are_left_out(site: Site) -> None:
    make_visit(site, started_at=NOON)

    answer = run_report(make_report(), NOW, purpose=None, sites=Site.objects.none())

    assert (answer.sites, answer.table.rows) == ((), ())
