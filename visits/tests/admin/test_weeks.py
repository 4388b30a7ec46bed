"""Sites and their owners with the visitors of seven days, all asked at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from sites.models import Site, Tag
from visits.reports.overview import site_cards, visitors_of_week
from visits.tests.factory import NOON, make_visit

ONE_DAY = dt.timedelta(days=1)
SITES = "/admin/sites/site/"
USERS = "/admin/accounts/user/"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.admin.recent.timezone.now", lambda: NOON)


def make_site(owner: User, domain: str, zone: str = "UTC") -> Site:
    return Site.objects.create(owner=owner, name=domain, domain=domain, time_zone=zone)


def weeks_in(client: Client, path: str) -> dict[str, tuple[int, ...]]:
    rows = client.get(path).context["cl"].result_list
    return {getattr(row, "domain", None) or row.email: row.week.series for row in rows}


def test_sites_show_their_own_days_as_cards_do(staff_client: Client, owner: User) -> None:
    sites = [make_site(owner, "one.test"), make_site(owner, "two.test", "Pacific/Kiritimati")]
    for site, ages in zip(sites, ((0, 0, 6, 7), (1, 8)), strict=True):
        for age in ages:
            at = NOON - age * ONE_DAY
            make_visit(site, started_at=at, day=site.day_of(at))

    weeks = weeks_in(staff_client, SITES)

    assert weeks == {"one.test": (1, 0, 0, 0, 0, 0, 2), "two.test": (0, 0, 0, 0, 0, 1, 0)}
    assert weeks == {card.site.domain: card.series for card in site_cards(sites, NOON)}


def test_nobody_has_no_week() -> None:
    assert visitors_of_week([], NOON) == {}


def test_owners_show_the_sum_of_their_sites(
    staff_client: Client, owner: User, stranger: User, staff: User
) -> None:
    for domain, ages in (("one.test", (0, 2)), ("two.test", (0,))):
        for age in ages:
            make_visit(make_or_get(owner, domain), started_at=NOON - age * ONE_DAY)

    assert weeks_in(staff_client, USERS) == {
        owner.email: (0, 0, 0, 0, 1, 0, 2),
        stranger.email: (0,) * 7,
        staff.email: (0,) * 7,
    }


def make_or_get(owner: User, domain: str) -> Site:
    return Site.objects.filter(domain=domain).first() or make_site(owner, domain)


def test_line_is_read_out_as_numbers(staff_client: Client, site: Site) -> None:
    make_visit(site, started_at=NOON)

    page = staff_client.get(SITES).content.decode()

    assert 'aria-label="Visitors a day: 0, 0, 0, 0, 0, 0, 1"' in page


@pytest.mark.parametrize(("path", "queries"), [(SITES, 9), (USERS, 8)])
def test_list_asks_as_often_for_many_owners_as_for_one(
    staff_client: Client, path: str, queries: int
) -> None:
    counts = []

    for numbers in (range(1), range(1, 12)):
        for number in numbers:
            owner = User.objects.create_user(f"owner{number}@example.org")
            site = make_site(owner, f"{number}.test", ("UTC", "Asia/Tokyo")[number % 2])
            make_visit(site, started_at=NOON)
        with CaptureQueriesContext(connection) as captured:
            staff_client.get(path)
        counts.append(len(captured))

    assert counts == [queries] * 2


def test_sites_are_found_by_their_tag_and_by_being_paused(
    staff_client: Client, owner: User
) -> None:
    shop, blog = make_site(owner, "shop.test"), make_site(owner, "blog.test")
    tag = Tag.objects.create(name="shops")
    shop.tags.add(tag)
    Site.objects.filter(pk=blog.pk).update(paused_at=NOON)

    def found(**question: str | int) -> list[Site]:
        return list(staff_client.get(SITES, question).context["cl"].result_list)

    assert found(tags__id__exact=tag.pk) == [shop]
    assert found(paused_at__isempty=0) == [blog]
    assert found(paused_at__isempty=1) == [shop]


def test_tag_is_given_to_a_site_and_counted(staff_client: Client, site: Site) -> None:
    tag = Tag.objects.create(name="shops")
    form = {"owner": site.owner_id, "domain": site.domain, "time_zone": "UTC", "tags": [tag.pk]}

    staff_client.post(reverse("admin:sites_site_change", args=[site.pk]), form)

    assert list(site.tags.all()) == [tag]
    [row] = staff_client.get(reverse("admin:sites_tag_changelist")).context["cl"].result_list
    assert row.number == 1


def test_account_lists_its_first_sites(
    staff_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visits.admin.owner.SITES_SHOWN", 2)
    for number in range(3):
        make_site(owner, f"{number}.test")

    page = staff_client.get(f"{USERS}{owner.pk}/change/").content.decode()

    assert ["0.test" in page, "1.test" in page, "2.test" in page] == [True, True, False]


def test_account_lists_no_sites_to_staff_who_may_not_see_any(
    client: Client, owner: User, stranger: User
) -> None:
    make_site(owner, "quiet.test")
    stranger.is_staff = True
    stranger.save()
    support = Group.objects.get(name="Support")
    stranger.user_permissions.set(support.permissions.filter(content_type__app_label="accounts"))
    client.force_login(stranger)

    page = client.get(f"{USERS}{owner.pk}/change/")

    assert page.status_code == 200
    assert "quiet.test" not in page.content.decode()
