"""Staff who look at everything as an owner does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.impersonation import LASTS, may_impersonate
from accounts.models import User
from sites.models import Site

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
BANNER = "Nothing can be changed."


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The time that it is; a test moves it on."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    return now


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner@example.com")


@pytest.fixture
def site(owner: User) -> Site:
    return Site.objects.create(owner=owner, name="Example", domain="example.com")


@pytest.fixture
def supporter(db: None) -> User:
    user = User.objects.create_user("support@example.com", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_user"))
    return user


@pytest.fixture
def browser_of_staff(client: Client, supporter: User) -> Client:
    client.force_login(supporter)
    return client


def begin(client: Client, owner: User) -> Any:
    return client.post(reverse("admin:accounts_user_impersonate", args=[owner.pk]))


def report_of(client: Client, site: Site) -> Any:
    return client.get(reverse("site_report", args=[site.pk]))


def test_staff_see_the_sites_of_an_owner_until_they_end_it(
    browser_of_staff: Client, owner: User, site: Site, supporter: User
) -> None:
    assert report_of(browser_of_staff, site).status_code == 404

    begun = begin(browser_of_staff, owner)
    seen = report_of(browser_of_staff, site)
    assert get_user(browser_of_staff) == supporter
    ended = browser_of_staff.post(reverse("impersonation_end"))

    assert begun["Location"] == reverse("site_list")
    assert seen.status_code == 200
    assert BANNER in seen.content.decode()
    assert owner.email in seen.content.decode()
    assert ended["Location"] == reverse("admin:accounts_user_change", args=[owner.pk])
    assert report_of(browser_of_staff, site).status_code == 404
    sentences = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert [(who, whom) for who, whom, _ in sentences] == [(supporter.pk, str(owner.pk))] * 2
    assert [text.partition(" ")[0] for _, _, text in sentences] == ["Looked", "Ended"]


def test_it_ends_by_itself(
    browser_of_staff: Client, owner: User, site: Site, clock: list[dt.datetime]
) -> None:
    begin(browser_of_staff, owner)
    clock[0] += LASTS - dt.timedelta(seconds=1)
    assert report_of(browser_of_staff, site).status_code == 200

    clock[0] += dt.timedelta(seconds=1)

    assert report_of(browser_of_staff, site).status_code == 404
    assert BANNER not in browser_of_staff.get(reverse("site_list")).content.decode()


def _lose_the_permission(supporter: User, owner: User) -> None:
    supporter.user_permissions.clear()


def _leave_staff(supporter: User, owner: User) -> None:
    User.objects.filter(pk=supporter.pk).update(is_staff=False)


def _become_staff(supporter: User, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True)


def _be_deactivated(supporter: User, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)


@pytest.mark.parametrize(
    "happens", [_lose_the_permission, _leave_staff, _become_staff, _be_deactivated]
)
def test_it_ends_when_it_would_not_be_allowed_any_more(
    browser_of_staff: Client, supporter: User, owner: User, site: Site, happens: Any
) -> None:
    begin(browser_of_staff, owner)

    happens(supporter, owner)

    assert report_of(browser_of_staff, site).status_code == 404


@pytest.mark.parametrize("name", ["site_settings", "site_delete", "site_reset", "site_add"])
def test_nothing_can_be_changed(
    browser_of_staff: Client, owner: User, site: Site, name: str
) -> None:
    begin(browser_of_staff, owner)
    address = reverse(name, args=[] if name == "site_add" else [site.pk])

    answer = browser_of_staff.post(address, {"domain": "other.example"})

    assert answer.status_code == 403
    assert list(Site.objects.values_list("domain", flat=True)) == ["example.com"]


@pytest.mark.parametrize(
    "name", ["profile", "account_delete", "account_email", "account_change_password"]
)
def test_account_of_an_owner_is_closed(browser_of_staff: Client, owner: User, name: str) -> None:
    begin(browser_of_staff, owner)

    assert browser_of_staff.get(reverse(name)).status_code == 403


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/sites/?q=1", "http://testserver/sites/?q=1"),
        ("https://evil.example/", "/sites/"),
        ("javascript:alert(1)", "/sites/"),
        ("", "/sites/"),
    ],
)
def test_refusal_says_why_and_leads_out(
    browser_of_staff: Client, owner: User, came_from: str, back: str
) -> None:
    begin(browser_of_staff, owner)

    answer = browser_of_staff.post(reverse("site_add"), headers={"referer": came_from})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert f"You see this as {owner.email}; nothing can be changed." in page
    assert f'action="{reverse("impersonation_end")}"' in page
    assert f'href="{back}">Go back</a>' in page


def test_admin_stays_that_of_staff(browser_of_staff: Client, owner: User) -> None:
    begin(browser_of_staff, owner)

    page: Any = browser_of_staff.get(reverse("admin:accounts_user_change", args=[owner.pk]))

    assert page.wsgi_request.user.email == "support@example.com"


def test_signing_out_ends_it_too(browser_of_staff: Client, owner: User) -> None:
    begin(browser_of_staff, owner)

    browser_of_staff.post(reverse("account_logout"))

    assert not get_user(browser_of_staff).is_authenticated
    assert browser_of_staff.get(reverse("site_list")).status_code == 302


def trail() -> list[tuple[str | None, str]]:
    """Return what was written down: the owner, and the first word of what happened."""
    entries = LogEntry.objects.order_by("pk").values_list("object_id", "change_message")
    return [(owner_id, text.partition(" ")[0]) for owner_id, text in entries]


def test_signing_out_writes_down_the_end(browser_of_staff: Client, owner: User) -> None:
    begin(browser_of_staff, owner)

    browser_of_staff.post(reverse("account_logout"))

    assert trail() == [(str(owner.pk), "Looked"), (str(owner.pk), "Ended")]


def test_looking_as_another_owner_ends_the_first(browser_of_staff: Client, owner: User) -> None:
    other = User.objects.create_user("other@example.com")

    begin(browser_of_staff, owner)
    begin(browser_of_staff, other)

    first, second = str(owner.pk), str(other.pk)
    assert trail() == [(first, "Looked"), (first, "Ended"), (second, "Looked")]


def test_what_ended_by_itself_is_not_ended_again(
    browser_of_staff: Client, owner: User, clock: list[dt.datetime]
) -> None:
    begin(browser_of_staff, owner)
    clock[0] += LASTS

    browser_of_staff.post(reverse("account_logout"))

    assert trail() == [(str(owner.pk), "Looked")]


def test_views_that_sign_in_by_themselves_change_nothing(
    browser_of_staff: Client, owner: User
) -> None:
    root = reverse("api_root")
    assert browser_of_staff.post(root).status_code == 405
    begin(browser_of_staff, owner)

    assert [getattr(browser_of_staff, name)(root).status_code for name in ("post", "get")] == [
        403,
        200,
    ]


def test_hits_are_collected_without_a_look_at_the_session(
    browser_of_staff: Client, owner: User, site: Site
) -> None:
    begin(browser_of_staff, owner)

    answer = browser_of_staff.post(reverse("collect_visit", args=[site.pk]))

    assert answer.status_code != 403
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    "fields", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}]
)
def test_nobody_looks_as_staff_a_superuser_or_somebody_inactive(
    browser_of_staff: Client, supporter: User, fields: dict[str, Any]
) -> None:
    other = User.objects.create_user("other@example.com", **fields)
    superuser = User.objects.create_superuser("root@example.com")

    assert not may_impersonate(superuser, other)
    assert begin(browser_of_staff, other).status_code == 403


def test_nobody_looks_as_an_owner_without_the_permission(client: Client, owner: User) -> None:
    analyst = User.objects.create_user("analyst@example.com", is_staff=True)
    analyst.groups.add(Group.objects.get(name="Analyst"))
    client.force_login(analyst)

    assert begin(client, owner).status_code == 403
    page = client.get(reverse("admin:accounts_user_change", args=[owner.pk])).content.decode()
    assert "See as this owner" not in page


def test_it_begins_with_a_button(browser_of_staff: Client, owner: User) -> None:
    page = browser_of_staff.get(reverse("admin:accounts_user_change", args=[owner.pk]))
    address = reverse("admin:accounts_user_impersonate", args=[owner.pk])

    assert f'action="{address}"' in page.content.decode()
    assert browser_of_staff.get(address).status_code == 403
