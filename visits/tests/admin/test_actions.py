"""What staff do to sites, visits and pages in the admin: the same as the commands, and each is logged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Hit, Page, Quarantine, SiteDay, Visit
from visits.tests.factory import LAPTOP, PHONE, make_visit
from visits.upkeep import steps
from visits.upkeep.closing import close_days
from visits.upkeep.quarantine import open_quarantine, undo_steps
from visits.upkeep.steps import take_steps

NOW = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SITES = "admin:sites_site_changelist"
FILTER = {
    "filters_dimension": ["browser", ""],
    "filters_key": ["", ""],
    "filters_operator": ["is", "is"],
    "filters_values": ["Safari", ""],
    "period": "28d",
}

PURGE_BUTTON = '<input type="submit" name="apply" value="Purge" class="final">'


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", lambda seconds: None)


@pytest.fixture
def busy_site(site: Site) -> Site:
    """On three days: a phone that views two pages, and a laptop that views one."""
    for days in (0, 1, 2):
        make_visit(site, started_at=NOW - days * DAY, pageviews=["/", "/b"], equipment=PHONE)
        make_visit(site, started_at=NOW - days * DAY, equipment=LAPTOP)
    return site


def act(client: Client, action: str, *sites: Site, **more: str) -> Any:
    chosen = {"action": action, "_selected_action": [site.pk for site in sites]}
    return client.post(reverse(SITES), {**chosen, **more}, follow=True)


def log() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))


def count(client: Client, address: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Have something counted; return the form with which the page offers to do it."""
    page: Any = client.post(address, {**asked, "preview": "Count them"})
    return {**asked, **dict(page.context.get("hidden", [])), "apply": "Do it"}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# Sites


def test_staff_pause_and_resume_collection(staff_client: Client, site: Site) -> None:
    paused = text_of(act(staff_client, "pause_collection", site))
    again = text_of(act(staff_client, "pause_collection", site))
    assert Site.objects.get().paused_at == NOW
    assert "1 site was paused already." in again
    assert '<td class="field-state">Paused</td>' in again
    resumed = text_of(act(staff_client, "resume_collection", site))

    assert Site.objects.get().paused_at is None
    assert ("1 site paused." in paused, "1 site resumed." in resumed) == (True, True)
    assert log() == ["Paused collection.", "Resumed collection."]


def test_staff_hand_a_site_over(staff_client: Client, site: Site, stranger: User) -> None:
    asked = text_of(act(staff_client, "hand_over", site))
    wrong = text_of(act(staff_client, "hand_over", site, email="nobody@example.com"))
    act(staff_client, "hand_over", site, email=stranger.email, apply="Hand over")

    site.refresh_from_db()
    assert "The owner before does not see" in asked
    assert "There is no account with this address." in wrong
    assert site.owner == stranger
    assert log() == [f"Handed over to account {stranger.pk}."]


def test_handing_over_that_is_refused_says_why(
    staff_client: Client, site: Site, stranger: User
) -> None:
    Site.objects.create(owner=stranger, name="Mine", domain=site.domain)

    answer = act(staff_client, "hand_over", site, email=stranger.email, apply="Hand over")

    assert "has a site example.com already" in text_of(answer)
    assert log() == []


def test_staff_have_closed_days_made_anew(staff_client: Client, busy_site: Site) -> None:
    close_days(NOW)
    SiteDay.objects.update(visits=99)

    asked = text_of(act(staff_client, "rebuild", busy_site))
    act(staff_client, "rebuild", busy_site, apply="Rebuild", first_day="2026-05-14", last_day="")
    close_days(NOW)

    assert "made anew from visits and hits" in asked
    days = SiteDay.objects.order_by("day").values_list("day", "visits")
    assert list(days) == [(dt.date(2026, 5, 13), 99), (dt.date(2026, 5, 14), 2)]
    assert log() == ["Had closed days made anew, 2026-05-14 to 2200-12-31."]


def test_export_is_what_the_command_writes(
    staff_client: Client, busy_site: Site, tmp_path: Path
) -> None:
    call_command("exporthits", tmp_path / "hits.csv", "--site=example.com", verbosity=0)

    asked = text_of(act(staff_client, "export_hits", busy_site))
    answer: Any = staff_client.post(
        reverse(SITES),
        {"action": "export_hits", "_selected_action": [busy_site.pk], "apply": "Export"},
    )

    assert "manage.py exporthits" in asked
    assert b"".join(answer.streaming_content) == (tmp_path / "hits.csv").read_bytes()
    assert log() == ["Exported hits, 2026-05-13 to 2026-05-15."]


def test_export_of_days_that_no_report_takes_is_refused(
    staff_client: Client, busy_site: Site
) -> None:
    days = {"first_day": "1990-01-01", "last_day": "2026-05-15"}

    answer = act(staff_client, "export_hits", busy_site, apply="Export", **days)

    assert 'class="errorlist"' in text_of(answer)
    assert log() == []


def test_site_leads_to_quarantine_and_purge(staff_client: Client, site: Site) -> None:
    page = text_of(staff_client.get(reverse("admin:sites_site_change", args=[site.pk])))

    for name in ("visits_quarantine_add", "visits_quarantine_purge"):
        address = f"{reverse(f'admin:{name}')}?site={site.pk}"
        assert address in page
        assert f'value="{site.pk}"' in text_of(staff_client.get(address))


# Visits


def test_visits_are_counted_before_they_are_put_aside(
    staff_client: Client, busy_site: Site
) -> None:
    asked = {"site": "example.com", **FILTER, "preview": "Count them"}

    page = text_of(staff_client.post(reverse("admin:visits_quarantine_add"), asked))

    assert "3 visits with 6 hits, in 3 days." in page
    assert (Visit.objects.count(), Quarantine.objects.count()) == (6, 0)


def test_staff_put_visits_aside_and_back(
    staff_client: Client, busy_site: Site, staff: User
) -> None:
    address = reverse("admin:visits_quarantine_add")
    asked = {"site": "example.com", **FILTER, "reason": "Phones"}

    page = staff_client.post(address, count(staff_client, address, asked), follow=True)
    quarantine = Quarantine.objects.get()
    assert (quarantine.visits, quarantine.hits, quarantine.created_by) == (3, 6, staff)
    assert Visit.objects.count() == 3
    listed = text_of(staff_client.get(reverse("admin:visits_quarantine_changelist")))
    undo = reverse("admin:visits_quarantine_undo", args=[quarantine.pk])
    assert f'action="{undo}"' in text_of(page)
    back = text_of(staff_client.post(undo, follow=True))

    assert "Browser is Safari" in listed
    assert "Put back 3 visits with 6 hits." in back
    assert f'action="{undo}"' not in back
    assert Visit.objects.count() == 6
    assert log() == [
        "Put 3 visits with 6 hits into quarantine.",
        "Put back 3 visits with 6 hits.",
    ]


def test_purge_wants_the_domain(staff_client: Client, busy_site: Site) -> None:
    address = reverse("admin:visits_quarantine_purge")
    asked = count(staff_client, address, {"site": str(busy_site.pk), **FILTER})

    for typed, sentence in (
        ("", "Type the domain: example.com"),
        ("example.org", "This is not the domain of the site."),
    ):
        refused = text_of(staff_client.post(address, {**asked, "confirmation": typed}))
        assert sentence in refused
        assert PURGE_BUTTON in refused
    assert Visit.objects.count() == 6
    done = staff_client.post(address, {**asked, "confirmation": "example.com"}, follow=True)

    sentence = "Purged 3 visits with 6 hits: Browser is Safari, 2026-04-18 to 2026-05-15."
    assert sentence in text_of(done)
    assert log() == [sentence]
    assert (Visit.objects.count(), Hit.objects.count()) == (3, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"period": "7d"},
        {"site": "other.example", "confirmation": "other.example"},
        {"filters_values": ["Firefox", ""]},
        {"counted": ""},
        {"counted": "forged"},
    ],
)
def test_only_what_was_counted_is_purged(
    staff_client: Client, busy_site: Site, owner: User, change: dict[str, Any]
) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    make_visit(other, started_at=NOW)
    address = reverse("admin:visits_quarantine_purge")
    asked = {"site": "example.com", **FILTER, "confirmation": "example.com"}

    page = text_of(staff_client.post(address, count(staff_client, address, asked) | change))

    assert "That is not what was counted last." in page
    assert (Visit.objects.count(), log()) == (7, [])


def test_count_for_quarantine_is_none_for_a_purge(staff_client: Client, busy_site: Site) -> None:
    asked = {"site": "example.com", **FILTER, "confirmation": "example.com"}
    counted = count(staff_client, reverse("admin:visits_quarantine_add"), asked)

    staff_client.post(reverse("admin:visits_quarantine_purge"), counted)

    assert Visit.objects.count() == 6


def test_purge_of_nothing_is_not_offered(staff_client: Client, busy_site: Site) -> None:
    asked = {"site": "example.com", **FILTER, "filters_values": ["Lynx", ""], "preview": "x"}

    page = text_of(staff_client.post(reverse("admin:visits_quarantine_purge"), asked))

    assert "No visit meets that. There is nothing to do." in page
    assert 'name="apply"' not in page


def test_what_takes_too_long_goes_on_when_it_is_sent_again(
    staff_client: Client, busy_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "STEP_ROWS", 4)
    monkeypatch.setattr("visits.admin.quarantine.PAGE_SECONDS", 0)
    address = reverse("admin:visits_quarantine_add")
    asked = count(staff_client, address, {"site": "example.com", **FILTER})

    first = text_of(staff_client.post(address, asked, follow=True))
    staff_client.post(address, asked), staff_client.post(address, asked)

    assert "Not finished yet" in first
    assert list(Quarantine.objects.values_list("visits", "hits")) == [(3, 6)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"site": "unknown.example"}, "There is no site unknown.example"),
        ({"period": "custom", "first_day": "2026-05-02", "last_day": "2026-05-01"}, "lies before"),
        ({"filters_values": ["", ""], "filters_operator": ["contains", "is"]}, "Write what"),
    ],
)
@pytest.mark.parametrize("name", ["add", "purge"])
def test_question_without_sense_is_answered_with_a_sentence(
    staff_client: Client, busy_site: Site, changes: dict[str, Any], sentence: str, name: str
) -> None:
    asked = {"site": "example.com", **FILTER, "apply": "x", "confirmation": "example.com"}

    page = staff_client.post(reverse(f"admin:visits_quarantine_{name}"), asked | changes)

    assert page.status_code == 200
    assert sentence in text_of(page)
    assert Visit.objects.count() == 6


# Pages


def test_staff_merge_a_page_into_another(staff_client: Client, busy_site: Site) -> None:
    page, target = Page.objects.get(path="/b"), Page.objects.get(path="/")
    address = reverse("admin:visits_page_merge", args=[page.pk])

    asked = text_of(staff_client.get(address))
    confirmed = count(staff_client, address, {"path": "/"})
    assert Hit.objects.filter(page=page).count() == 3
    answer = staff_client.post(address, confirmed)

    assert "3 hits in 3 days" in asked
    assert "counted under that again" in asked
    assert answer["Location"] == reverse("admin:visits_page_change", args=[target.pk])
    assert set(Hit.objects.values_list("page__path", flat=True)) == {"/"}
    assert log() == ["3 hits became hits of /."]


def test_only_the_merge_that_was_counted_is_done(staff_client: Client, busy_site: Site) -> None:
    page = Page.objects.get(path="/b")
    address = reverse("admin:visits_page_merge", args=[page.pk])
    asked = count(staff_client, address, {"path": "/", "may_be_new": "on"})

    answers = [
        text_of(staff_client.post(address, asked | {"path": "/c"})),
        text_of(staff_client.post(address, asked | {"counted": ""})),
    ]

    assert ["That is not what was counted last." in answer for answer in answers] == [True, True]
    assert "3 hits of /b become hits of /c, a new page." in answers[0]
    assert "3 hits of /b become hits of /, which has 6." in answers[1]
    assert (Hit.objects.filter(page=page).count(), log()) == (3, [])


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/missing", "There is no such page."),
        ("/b", "A page cannot be merged into itself."),
        ("x", "There is no such page."),
    ],
)
def test_page_that_cannot_be_merged_stays(
    staff_client: Client, busy_site: Site, path: str, sentence: str
) -> None:
    page = Page.objects.get(path="/b")

    answer = staff_client.post(
        reverse("admin:visits_page_merge", args=[page.pk]), {"path": path, "apply": "Merge"}
    )

    assert sentence in text_of(answer)
    assert Hit.objects.filter(page=page).count() == 3


def test_page_is_renamed(staff_client: Client, busy_site: Site) -> None:
    address = reverse("admin:visits_page_merge", args=[Page.objects.get(path="/b").pk])

    bad = staff_client.post(address, {"path": "c", "may_be_new": "on", "apply": "Merge"})
    staff_client.post(address, count(staff_client, address, {"path": "/c", "may_be_new": "on"}))

    assert "A path begins with /" in text_of(bad)
    assert Hit.objects.filter(page__path="/c").count() == 3


def test_quarantine_that_somebody_undoes_meanwhile_takes_nothing(
    staff_client: Client, busy_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undone_at_once(*arguments: Any) -> Quarantine:
        quarantine = open_quarantine(*arguments)
        take_steps(undo_steps(quarantine, NOW))
        return quarantine

    monkeypatch.setattr("visits.admin.quarantine.open_quarantine", undone_at_once)
    address = reverse("admin:visits_quarantine_add")
    asked = count(staff_client, address, {"site": "example.com", **FILTER})

    page = staff_client.post(address, asked, follow=True)

    assert "This quarantine was undone meanwhile." in text_of(page)
    assert Quarantine.objects.get().visits == 0
    assert log() == []


# Who may


def test_those_who_may_only_look_are_offered_nothing(client: Client, busy_site: Site) -> None:
    reader = User.objects.create_user("reader@example.com", is_staff=True)
    codenames = ["view_site", "view_page", "view_quarantine"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    quarantine = Quarantine.objects.create(
        site=busy_site, first_day=NOW.date(), last_day=NOW.date(), created_at=NOW, visits=1
    )
    client.force_login(reader)
    page = Page.objects.get(path="/b")
    pages = {
        "admin:sites_site_changelist": [],
        "admin:sites_site_change": [busy_site.pk],
        "admin:visits_page_change": [page.pk],
        "admin:visits_quarantine_changelist": [],
        "admin:visits_quarantine_change": [quarantine.pk],
    }
    offers = ("pause_collection", "rebuild", "Merge or rename", "Purge", "Put these visits back")

    shown = {
        name: text_of(client.get(reverse(name, args=arguments)))
        for name, arguments in pages.items()
    }
    refused = [
        client.post(reverse("admin:visits_quarantine_add"), FILTER),
        client.post(reverse("admin:visits_quarantine_purge"), FILTER),
        client.post(reverse("admin:visits_quarantine_undo", args=[quarantine.pk])),
        client.post(reverse("admin:visits_page_merge", args=[page.pk]), {"path": "/"}),
    ]
    act(client, "pause_collection", busy_site)

    assert [offer for offer in offers for text in shown.values() if offer in text] == []
    assert {answer.status_code for answer in refused} == {403}
    busy_site.refresh_from_db()
    assert busy_site.paused_at is None
    assert log() == []
