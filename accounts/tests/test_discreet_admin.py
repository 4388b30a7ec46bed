"""An analyst works in the admin and learns nobody's address, on no page and by no question."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client

from accounts.discreet_admin import sorts_by_a_person
from accounts.models import User
from accounts.tests.factories import make_user
from sites.models import Site
from visits.models import Report

USERS = "/admin/accounts/user/"
SITES = "/admin/sites/site/"
REPORTS = "/admin/visits/report/"
AUTOCOMPLETE = "/admin/autocomplete/"
OWNER_FIELD = {"app_label": "sites", "model_name": "site", "field_name": "owner"}
PERSONAL = ("ada.lovelace", "example.org", "Countess")


@pytest.fixture
def ada(db: None) -> User:
    ada: User = make_user("ada.lovelace@example.org", display_name="Countess")
    Site.objects.create(owner=ada, name="Engine", domain="engine.test")
    return ada


def sign_in_as(client: Client, group: str) -> User:
    person: User = make_user(f"{group.lower()}@staff.test", is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    return person


def pages_about(user: User) -> list[str]:
    """Return the addresses of pages that name an owner."""
    site = user.sites.get()
    return [
        USERS,
        f"{USERS}{user.pk}/change/",
        SITES,
        f"{SITES}{site.pk}/change/",
        f"{SITES}{site.pk}/history/",
        f"{USERS}{user.pk}/history/",
    ]


def test_analyst_reads_no_address_and_no_name(client: Client, ada: User) -> None:
    sign_in_as(client, "Analyst")
    entry = "Changed e-mail address to ada.lovelace@example.org."
    LogEntry.objects.log_actions(ada.pk, [ada, ada.sites.get()], CHANGE, entry)

    for path in pages_about(ada):
        response = client.get(path)

        assert response.status_code == 200, path
        page = response.content.decode()
        assert [word for word in PERSONAL if word in page] == [], path
        assert "a•••@e•••.org" in page, path


def test_support_reads_addresses(client: Client, ada: User) -> None:
    sign_in_as(client, "Support")

    assert "ada.lovelace@example.org" in client.get(USERS).content.decode()
    assert "Countess" in client.get(SITES).content.decode()


@pytest.mark.parametrize("path", [USERS, AUTOCOMPLETE])
def test_analyst_finds_nobody_by_an_address_but_by_a_site(
    client: Client, ada: User, path: str
) -> None:
    sign_in_as(client, "Analyst")

    def found(term: str) -> bool:
        asked = {"term": term, **OWNER_FIELD} if path == AUTOCOMPLETE else {"q": term}
        answer = client.get(path, asked)
        assert answer.status_code == 200
        return "a•••@e•••.org" in answer.content.decode(
            "unicode_escape" if path == AUTOCOMPLETE else "utf-8"
        )

    assert [found(term) for term in ("ada.love", "Countess", "engine.test")] == [False, False, True]


@pytest.mark.parametrize(
    ("path", "question"),
    [
        (USERS, {"email__startswith": "ada"}),
        (USERS, {"display_name": "Countess"}),
        (USERS, {"last_login__gte": "2026-01-01"}),
        (SITES, {"owner__email__startswith": "ada"}),
    ],
)
def test_analyst_may_not_ask_for_what_is_hidden(
    client: Client, ada: User, path: str, question: dict[str, str]
) -> None:
    sign_in_as(client, "Analyst")

    assert client.get(path, question).status_code == 400


def test_analyst_finds_no_site_by_its_owners_address(client: Client, ada: User) -> None:
    sign_in_as(client, "Analyst")

    assert client.get(SITES, {"q": "ada.love"}).context["cl"].result_count == 0
    assert client.get(SITES, {"q": "engine"}).context["cl"].result_count == 1


def test_order_of_a_list_tells_analysts_nothing(client: Client, ada: User) -> None:
    make_user("aaa@example.org")
    sign_in_as(client, "Analyst")

    for order in ("0", "-0"):
        found = client.get(USERS, {"o": order}).context["cl"].result_list
        assert [user.pk for user in found] == sorted((user.pk for user in found), reverse=True)


def column_of(client: Client, path: str, name: str) -> str:
    """Return the number by which an address names a column of a list."""
    columns = client.get(path).context["cl"].list_display
    return str([getattr(column, "__name__", column) for column in columns].index(name))


def in_order(client: Client, path: str, order: str) -> list[int]:
    return [row.pk for row in client.get(path, {"o": order}).context["cl"].result_list]


def test_order_by_people_tells_analysts_nothing(client: Client, ada: User) -> None:
    Site.objects.create(owner=make_user("aaa@example.org"), name="A", domain="a.test")
    newest_first = sorted(Site.objects.values_list("pk", flat=True), reverse=True)
    sign_in_as(client, "Analyst")
    owner = column_of(client, SITES, "owner")

    for order in (owner, f"-{owner}"):
        assert in_order(client, SITES, order) == newest_first
    sign_in_as(client, "Support")
    owner = column_of(client, SITES, "owner")
    assert in_order(client, SITES, f"-{owner}") == newest_first[::-1]


def test_order_by_the_maker_of_a_report_tells_analysts_nothing(client: Client, ada: User) -> None:
    for name, maker in (("A", make_user("zoe@example.org")), ("B", ada)):
        Report.objects.create(name=name, created_by=maker)
    sign_in_as(client, "Analyst")
    column = column_of(client, REPORTS, "created_by")

    by_name = list(Report.objects.order_by("name").values_list("pk", flat=True))
    assert in_order(client, REPORTS, column) == in_order(client, REPORTS, f"-{column}") == by_name


@pytest.mark.parametrize(
    ("model", "path", "is_told"),
    [
        (Site, "owner", True),
        (Site, "owner__sites", False),
        (Site, "domain", False),
        (LogEntry, "user", True),
        (User, "sites__owner", True),
    ],
)
def test_order_ends_at_people_or_does_not(model: type[Model], path: str, is_told: bool) -> None:
    assert sorts_by_a_person(model, path) is is_told


@pytest.mark.parametrize(
    ("group", "changes"), [("Analyst", False), ("Support", True), ("Administrator", True)]
)
def test_group_changes_an_account_or_does_not(
    client: Client, ada: User, group: str, changes: bool
) -> None:
    sign_in_as(client, group)

    client.post(USERS, {"action": "deactivate", "_selected_action": [ada.pk]})

    ada.refresh_from_db()
    assert ada.is_active is not changes


@pytest.mark.parametrize("group", ["Analyst", "Support", "Administrator"])
def test_no_group_touches_staff_or_gives_powers(client: Client, ada: User, group: str) -> None:
    person = sign_in_as(client, group)
    root = make_user("root@staff.test", is_staff=True, is_superuser=True)

    answers = [
        client.post(f"{USERS}{user.pk}/change/", {"email": user.email, "is_superuser": "on"})
        for user in (person, root, ada)
    ]

    assert [answer.status_code for answer in answers][:2] == [403, 403]
    assert list(User.objects.filter(is_superuser=True)) == [root]


def test_audit_trail_names_people_to_those_who_may_know(client: Client, ada: User) -> None:
    LogEntry.objects.log_actions(ada.pk, [ada], CHANGE, "Wrote to ada.lovelace@example.org.")
    LogEntry.objects.update(object_repr="Countess")
    trail = "/admin/admin/logentry/"
    administrator = sign_in_as(client, "Administrator")
    page = client.get(trail).content.decode()
    assert [word in page for word in PERSONAL] == [True, True, True]

    administrator.groups.clear()
    administrator.user_permissions.add(Permission.objects.get(codename="view_logentry"))
    pages = [
        client.get(path).content.decode()
        for path in (trail, f"{trail}{LogEntry.objects.get().pk}/change/")
    ]

    assert [word for word in PERSONAL for page in pages if word in page] == []
    assert client.get(trail, {"q": "Countess"}).context["cl"].search_fields == []


def test_list_says_what_is_searched_and_shows_no_empty_masks(client: Client, ada: User) -> None:
    sign_in_as(client, "Analyst")

    page = client.get(USERS).content.decode()

    assert "Domain of a site." in page
    assert "E-mail address, name" not in page
    assert "Display name" not in page
