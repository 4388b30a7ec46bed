"""What an operator gets from `stats`."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sites.models import Site
from visits.models import Visit
from visits.tests.factory import NOON, PHONE, make_visit

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def traffic(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two visitors today, one a week before, of which one uses a phone."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    monkeypatch.setenv("COLUMNS", "80")
    make_visit(site)
    make_visit(site, equipment=PHONE)
    make_visit(site, started_at=NOON - 7 * DAY - HOUR)


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("stats", "example.com", *arguments, stdout=output)
    return output.getvalue()


def test_table_has_the_totals_and_what_they_are_compared_with() -> None:
    lines = run("--period", "7d").splitlines()

    assert lines[0].startswith("example.com: Last 7 days, 28 Apr – 4 May 2026, compared with 21")
    visitors = next(line for line in lines if line.startswith("Visitors"))
    assert visitors.split()[1:3] == ["2", "1"]


def test_chart_has_a_column_for_each_day_of_28_without_a_period() -> None:
    lines = run().splitlines()
    place = lines.index("Visitors by day")

    assert lines[place + 1] == f"2 ┤{' ' * 27}█"
    assert lines[place + 8] == f"0 ┤{' ' * 20}█{' ' * 6}█"
    assert lines[place + 9] == f"   7 Apr{' ' * 18}4 May"


def test_period_that_is_wider_than_the_terminal_is_drawn_by_the_week() -> None:
    assert "Visitors by week" in run("--period", "91d")


def test_filters_and_days_narrow_the_question() -> None:
    said = json.loads(
        run("--from", "2026-05-04", "--to", "2026-05-04", "--filter", "device:is:mobile", "--json")
    )

    assert said["totals"]["rows"][0]["values"]["visitors"] == 1
    assert said["timeseries"]["interval"] == "hour"
    assert sum(row["values"]["visitors"] for row in said["timeseries"]["rows"]) == 1


@pytest.mark.parametrize("arguments", [("--period", "fortnight"), ("--filter", "x:is:y")])
def test_question_that_cannot_be_asked_is_an_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


def test_unknown_site_is_an_error() -> None:
    with pytest.raises(CommandError, match="There is no site nowhere"):
        call_command("stats", "nowhere.example")


def test_counts_are_whole_in_a_terminal(site: Site) -> None:
    visit = make_visit(site)
    Visit.objects.filter(pk=visit.pk).update(pageviews=1084)

    lines = run("--period", "today").splitlines()

    pageviews = next(line for line in lines if line.startswith("Pageviews"))
    assert "1,086" in pageviews.split()


def test_period_without_visitors_has_no_picture() -> None:
    assert run("--from", "2026-01-01", "--to", "2026-01-07").endswith("No visitors.\n")
