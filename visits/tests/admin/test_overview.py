"""The index of the admin: the state of the service, with a list behind each number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Refusal, RefusalReason, SiteDay, UpkeepJob
from visits.tests.digests.factory import make_delivery, make_recipient, make_report, make_schedule
from visits.tests.factory import make_visit

NOW = dt.datetime(2026, 5, 15, 12, 40, tzinfo=dt.UTC)
LAST = dt.date(2026, 5, 14)
QUERIES_AT_MOST = 15
INDEX = "/admin/"


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with traffic, refusals, weeks, a job and a mail that failed."""
    make_visit(site, started_at=NOW - dt.timedelta(minutes=2), pageviews=["/", "/b"])
    for reason, count in ((RefusalReason.BOT, 6), (RefusalReason.SPAM, 2)):
        Refusal.objects.create(site=site, hour_at=NOW, reason=reason, count=count)
    for back, visitors in enumerate([20] * 7 + [10] * 7):
        SiteDay.objects.create(
            site=site,
            day=LAST - back * dt.timedelta(days=1),
            changes=0,
            closed_changes=0,
            archived_changes=0,
            visitors=visitors,
        )
    UpkeepJob.objects.create(name="close_days", ran_at=NOW, problem="OSError: full")
    recipient = make_recipient(make_schedule(make_report()))
    make_delivery(recipient, state="failed", problem="refused")
    return site


@pytest.fixture
def clerk(db: None, client: Client) -> User:
    """Staff without any permission, signed in."""
    clerk = User.objects.create_user("clerk@example.com", is_staff=True)
    client.force_login(clerk)
    return clerk


def page_of(client: Client) -> Any:
    return client.get(INDEX).context["page"]


def numbers(client: Client) -> dict[str, str]:
    return {tile.label: tile.value for tile in page_of(client).tiles}


def test_numbers_are_those_of_the_service(staff_client: Client, busy: Site) -> None:
    shown = numbers(staff_client)

    assert shown.pop("Database").endswith("B")
    assert shown == {
        "Hits a minute": "0.4",
        "Hits counted today": "2",
        "Refused today": "8",
        "Active sites": "1",
        "New accounts": "2",
        "Hits in the queue": "0",
        "Days to close": "0",
        "Failed jobs": "1",
        "Failed mails": "1",
    }


def test_every_number_leads_to_its_list(staff_client: Client, busy: Site) -> None:
    page = page_of(staff_client)
    addresses = [
        *(tile.url for tile in page.tiles),
        *(row.url for row in page.refusals),
        *(row.url for each in page.leaders for row in each.rows),
    ]

    answers = {address: staff_client.get(address).status_code for address in addresses}

    assert len(page.refusals) == 2
    assert [len(each.rows) for each in page.leaders] == [1, 1, 0]
    assert "" not in answers
    assert set(answers.values()) == {200}


def test_lists_have_the_rows_that_are_counted(staff_client: Client, busy: Site) -> None:
    UpkeepJob.objects.create(name="destroy_salts", ran_at=NOW, succeeded_at=NOW)
    addresses = {tile.label: tile.url for tile in page_of(staff_client).tiles}

    for label in ("Hits counted today", "Failed jobs", "Failed mails"):
        rows = staff_client.get(addresses[label]).context["cl"].result_count
        assert (label, rows) == (label, {"Hits counted today": 2}.get(label, 1))


def test_what_needs_a_look_is_marked_with_words(staff_client: Client, busy: Site) -> None:
    tones = {tile.label: tile.tone for tile in page_of(staff_client).tiles}

    assert tones["Failed jobs"] == tones["Failed mails"] == "problem"
    assert tones["Hits in the queue"] == tones["Days to close"] == ""
    assert staff_client.get(INDEX).content.decode().count("Look at this:") == 2


def test_site_that_was_not_closed_is_told(staff_client: Client, busy: Site) -> None:
    SiteDay.objects.filter(day=LAST).update(closed_changes=None)

    [tile] = [tile for tile in page_of(staff_client).tiles if tile.label == "Days to close"]

    assert (tile.value, tile.tone) == ("1", "warning")
    assert tile.note == f"1 site not closed up to {LAST}"
    assert staff_client.get(tile.url).context["cl"].result_count == 1


def test_empty_installation_has_an_overview(staff_client: Client) -> None:
    assert numbers(staff_client)["Hits a minute"] == "0"
    assert "No site has had visitors in these days." in staff_client.get(INDEX).content.decode()


@pytest.mark.parametrize("group", [None, "Analyst", "Support", "Administrator"])
def test_overview_asks_fifteen_times_at_most(
    client: Client, staff: User, busy: Site, clerk: User, group: str | None
) -> None:
    person = clerk if group else staff
    if group:
        clerk.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    for number in range(12):
        Site.objects.create(owner=busy.owner, name="Site", domain=f"{number}.test")
    ContentType.objects.clear_cache()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(INDEX)

    assert response.status_code == 200
    assert len(queries) <= QUERIES_AT_MOST


def test_staff_see_what_they_may_open(client: Client, clerk: User, busy: Site) -> None:
    page = page_of(client)
    assert (page.tiles, page.leaders, page.refusals, page.checks_url) == ([], [], [], "")

    clerk.groups.add(Group.objects.get(name="Analyst"))

    shown = {tile.label: tile.url for tile in page_of(client).tiles}
    assert "Failed jobs" not in shown
    # Analysts see no single hits, but may know how many there are.
    assert shown["Hits counted today"] == ""
    assert shown["Refused today"] != ""
    assert client.get(reverse("admin:checks")).status_code == 403


def test_checks_have_a_page(client: Client, clerk: User, busy: Site) -> None:
    clerk.groups.add(Group.objects.get(name="Administrator"))
    ContentType.objects.clear_cache()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("admin:checks"))

    assert len(queries) <= QUERIES_AT_MOST
    assert "Close days fails always: OSError: full" in response.content.decode()
    assert response.context["page"].status == "problem"


def test_lists_are_grouped_by_what_they_are_for(staff_client: Client) -> None:
    groups = staff_client.get(INDEX).context["app_list"]

    assert [group["name"] for group in groups] == [
        "Reports",
        "Sites and accounts",
        "Facts",
        "Dimensions",
        "Service",
    ]
    names = [model["object_name"] for group in groups for model in group["models"]]
    assert len(names) == len(set(names))
    assert {"Hit", "Site", "UpkeepJob", "Page", "Report"} <= set(names)


def test_name_of_a_site_stays_text(staff_client: Client, busy: Site) -> None:
    Site.objects.filter(pk=busy.pk).update(name="<b>Bold</b>")

    content = staff_client.get(INDEX).content.decode()

    assert "&lt;b&gt;Bold&lt;/b&gt;" in content
    assert "<b>Bold" not in content


@pytest.mark.parametrize(("state", "days"), [("closed", 1), ("waiting", 2), ("pruned", 1), ("", 4)])
def test_days_are_found_by_their_state(
    staff_client: Client, site: Site, state: str, days: int
) -> None:
    kinds: list[dict[str, Any]] = [
        {"changes": 1, "closed_changes": 1, "archived_changes": 1},
        {"changes": 2, "closed_changes": 1},
        {"changes": 0},
        {"changes": 2, "closed_changes": 1, "is_pruned": True},
    ]
    for back, fields in enumerate(kinds):
        SiteDay.objects.create(site=site, day=LAST - back * dt.timedelta(days=1), **fields)

    response = staff_client.get("/admin/visits/siteday/", {"state": state} if state else {})

    assert response.context["cl"].result_count == days


def test_every_page_of_the_lists_opens(staff_client: Client, busy: Site) -> None:
    job, day = UpkeepJob.objects.get(), SiteDay.objects.first()
    assert day is not None

    for address in (
        "/admin/visits/upkeepjob/",
        f"/admin/visits/upkeepjob/{job.pk}/change/",
        "/admin/visits/upkeepjob/?state=done",
        f"/admin/visits/siteday/{day.pk}/change/",
    ):
        assert staff_client.get(address).status_code == 200
