"""What an operator reads when visits are removed or put aside by filters."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sites.models import Site
from visits.models import Hit, Page, Quarantine, SiteDay, Visit
from visits.reports.filters import parse_filters
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.totals import totals
from visits.tests.factory import LAPTOP, PHONE, make_hit, make_visit

NOW = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SAFARI = "--filter=browser:is:Safari"


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", lambda seconds: None)


@pytest.fixture
def busy_site(site: Site) -> Site:
    """On three days: a phone that views two pages, and a laptop that views one and signs up."""
    for days in (0, 1, 20):
        make_visit(site, started_at=NOW - days * DAY, pageviews=["/", "/b"], equipment=PHONE)
        visit = make_visit(site, started_at=NOW - days * DAY, equipment=LAPTOP)
        make_hit(visit, "/done", event="Sign up")
    return site


def run(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def numbers(site: Site) -> dict[str, object]:
    period = Period.custom(NOW.date() - 30 * DAY, NOW.date())
    metrics = ("visitors", "visits", "pageviews", "events")
    report = totals(ReportQuery((site,), period), metrics)
    return dict(zip(metrics, report.rows[0].values, strict=True))


def test_dry_run_counts_and_removes_nothing(busy_site: Site) -> None:
    said = run("purge", "example.com", SAFARI, "--dry-run")

    assert said == "Would be removed from example.com: 3 visits with 6 hits in 3 days.\n"
    assert Visit.objects.count() == 6


def test_purge_removes_what_a_report_with_these_filters_counts(busy_site: Site) -> None:
    said = json.loads(run("purge", "example.com", SAFARI, "--from=2026-05-14", "--to=2026-05-15",
                          "--no-input", "--json"))  # fmt: skip

    assert said == {
        "site": "example.com",
        "filters": ["browser:is:Safari"],
        "first_day": "2026-05-14",
        "last_day": "2026-05-15",
        "visits": 2,
        "hits": 4,
        "days": 2,
        "days_without_facts": 0,
        "dry_run": False,
    }
    assert numbers(busy_site) == {"visitors": 4, "visits": 4, "pageviews": 5, "events": 3}
    assert Hit.objects.filter(visit__isnull=False).count() == 8


def test_purge_by_event_takes_the_whole_visits(busy_site: Site) -> None:
    run("purge", "example.com", "--filter=event:is:Sign up", "--no-input")

    assert numbers(busy_site) == {"visitors": 3, "visits": 3, "pageviews": 6, "events": 0}
    assert "0 visits" in run("purge", "example.com", "--filter=event:is:Sign up", "--no-input")


def test_purge_asks_before(busy_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda question: "no")

    with pytest.raises(CommandError, match="Nothing was changed"):
        run("purge", "example.com", SAFARI)
    assert Visit.objects.count() == 6


def test_days_whose_visits_are_not_kept_are_named(busy_site: Site) -> None:
    old = NOW.date() - 40 * DAY
    SiteDay.objects.create(site=busy_site, day=old, is_pruned=True, visits=9)

    said = run("purge", "example.com", SAFARI, f"--from={old}", "--to=2026-05-15", "--dry-run")

    assert "1 day whose visits are not kept any more stay as they are" in said


@pytest.mark.parametrize("command", ["purge", "quarantine"])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name at least one --filter"),
        (["--filter=nonsense"], "filter"),
        (["--filter=shoe:is:red"], "cannot be filtered by"),
        (["--period=someday"], "someday"),
        (["--from=2026-05-15", "--to=2026-05-01"], "lies before the first"),
    ],
)
def test_question_without_sense_changes_nothing(
    busy_site: Site, command: str, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(command, "example.com", *arguments)
    assert Visit.objects.count() == 6


def test_quarantine_takes_visits_out_and_puts_them_back(busy_site: Site) -> None:
    before = numbers(busy_site)

    said = run("quarantine", "example.com", SAFARI, "--reason=Too many phones")
    number = Quarantine.objects.get().pk
    aside = numbers(busy_site)
    listed = json.loads(run("quarantine", "--list", "--json"))
    back = run("quarantine", f"--undo={number}")

    assert said == (
        f"In quarantine number {number}: 3 visits with 6 hits in 3 days of example.com.\n"
    )
    assert aside == {"visitors": 3, "visits": 3, "pageviews": 3, "events": 3}
    assert [(row["visits"], row["reason"], row["filters"]) for row in listed] == [
        (3, "Too many phones", ["browser:is:Safari"])
    ]
    assert back == "Put back: 3 visits with 6 hits.\n"
    assert numbers(busy_site) == before
    assert run("quarantine", f"--undo={number}") == "Put back: 0 visits with 0 hits.\n"


def test_quarantine_of_nothing_leaves_no_row(busy_site: Site) -> None:
    said = run("quarantine", "example.com", "--filter=browser:is:Opera")

    assert said == "In quarantine: 0 visits with 0 hits in 0 days of example.com.\n"
    assert not Quarantine.objects.exists()


def test_dry_run_of_a_quarantine_changes_nothing(busy_site: Site) -> None:
    said = json.loads(run("quarantine", "example.com", SAFARI, "--dry-run", "--json"))

    assert (said["visits"], said["quarantine"], said["dry_run"]) == (3, None, True)
    assert Visit.objects.count() == 6


def test_filters_of_commands_are_those_of_reports(busy_site: Site) -> None:
    [condition] = parse_filters(["page:contains:b"])
    query = ReportQuery(
        (busy_site,), Period.custom(NOW.date() - 30 * DAY, NOW.date()), filters=(condition,)
    )
    [visits] = totals(query, ("visits",)).rows[0].values

    said = json.loads(
        run("purge", "example.com", "--filter=page:contains:b", "--dry-run", "--json")
    )

    assert said["visits"] == visits == 3


# Pages


def test_merged_page_has_the_hits_and_visitors_of_both(site: Site) -> None:
    visit = make_visit(site, started_at=NOW, pageviews=["/a", "/b", "/a"])
    make_visit(site, started_at=NOW, pageviews=["/c", "/b"])

    said = run("mergepages", "example.com", "/b", "/a")

    assert said == "2 hits of /b became hits of /a.\n"
    firsts = Hit.objects.filter(is_first_view=True).order_by("pk")
    assert list(firsts.values_list("page__path", flat=True)) == ["/a", "/c", "/a"]
    visit.refresh_from_db()
    exits = Visit.objects.order_by("pk").values_list("entry_page__path", "exit_page__path")
    assert list(exits) == [("/a", "/a"), ("/c", "/a")]
    assert run("mergepages", "example.com", "/b", "/a") == "0 hits of /b became hits of /a.\n"
    assert SiteDay.objects.get(site=site, day=NOW.date()).changes == 1


def test_page_is_renamed_to_an_address_that_is_new(site: Site) -> None:
    make_visit(site, started_at=NOW, pageviews=["/old"])

    dry = json.loads(
        run("mergepages", "example.com", "/old", "/new", "--rename", "--dry-run", "--json")
    )
    assert (dry["hits"], Page.objects.filter(path="/new").exists()) == (1, False)
    run("mergepages", "example.com", "/old", "/new", "--rename")

    assert Hit.objects.get().page.path == "/new"
    assert Visit.objects.get().entry_page.path == "/new"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/missing", "/"], "has no page /missing"),
        (["/only", "/missing"], "has no page /missing"),
        (["/", "/"], "Several hosts"),
        (["/only", "/only"], "cannot be merged into itself"),
        (["/only", "no-slash", "--rename"], "A path begins with /"),
        (["/only", "/two\nlines", "--rename"], "line break"),
    ],
)
def test_pages_that_cannot_be_merged_stay_as_they_are(
    site: Site, arguments: list[str], sentence: str
) -> None:
    make_visit(site, started_at=NOW, pageviews=["/only", "/", "//shop.example.com/"])

    with pytest.raises(CommandError, match=sentence):
        run("mergepages", "example.com", *arguments)
    assert Page.objects.count() == 3
