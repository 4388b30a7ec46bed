"""Sites in the admin: who may, what is checked, and a deletion that reads no hits."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy

from accounts.models import User
from sites import amounts
from sites.models import Exclusion, Site

LIST = reverse_lazy("admin:sites_site_changelist")
ADD = reverse_lazy("admin:sites_site_add")

# Rows of two tables that the test of `sites` may not import: `sites` does not know `visits`.
INSERT_HITS = """
    INSERT INTO visits_hit (site_id, day, at, visit_id, kind, page_id, client_id, is_first_view)
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
    SELECT %s, 20500 + n %% 28, 1771200000 + n, n / 3, 1, 1, 1, n %% 2 = 0 FROM numbers
"""
HITS = 50_000


@pytest.fixture
def staff_client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def make_form(site_owner: User, **fields: str) -> dict[str, str]:
    form = {"owner": str(site_owner.pk), "domain": "example.org", "name": "", "time_zone": "UTC"}
    return form | fields


def change_url(site: Site) -> str:
    return reverse("admin:sites_site_change", args=[site.pk])


def delete_url(site: Site) -> str:
    return reverse("admin:sites_site_delete", args=[site.pk])


def insert_hits(site: Site, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_HITS, [count, site.pk])


def count_hits() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM visits_hit")
        return int(cursor.fetchone()[0])


# The list


def test_list_asks_as_often_for_thirty_sites_as_for_three(
    staff_client: Client, owner: User, stranger: User
) -> None:
    counts = []

    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            site_owner = owner if number % 2 else stranger
            Site.objects.create(owner=site_owner, name="Site", domain=f"{number}.example.com")
        with CaptureQueriesContext(connection) as queries:
            response = staff_client.get(LIST)
        counts.append(len(queries))

    assert response.context["cl"].result_count == 30
    # Session, user, count and rows; tags of the rows and of the filter; and the last seven days.
    assert counts == [9, 9]


@pytest.mark.parametrize("text", ["x" * 60_000, "no " * 20_000, "%"])
def test_search_for_junk_finds_nothing(staff_client: Client, site: Site, text: str) -> None:
    response = staff_client.get(LIST, {"q": text})

    assert response.status_code == 200
    assert response.context["cl"].result_count == 0


@pytest.mark.parametrize("lookup", ["name__regex", "domain__iregex"])
def test_list_takes_no_regular_expressions(staff_client: Client, site: Site, lookup: str) -> None:
    assert staff_client.get(LIST, {lookup: "(a+)+$"}).status_code == 400


@pytest.mark.parametrize("text", ["Exam", "example.com", "owner@", "KEY"])
def test_site_is_found_by_name_domain_owner_and_key(
    staff_client: Client, site: Site, text: str
) -> None:
    other = User.objects.create_user("somebody@other.org")
    Site.objects.create(owner=other, name="Other", domain="other.org")

    found = staff_client.get(LIST, {"q": site.key if text == "KEY" else text})

    assert list(found.context["cl"].result_list) == [site]


# Adding and changing


def test_added_site_has_a_normalised_domain_and_a_key(staff_client: Client, owner: User) -> None:
    staff_client.post(ADD, make_form(owner, domain="https://WWW.Example.org/path"))

    site = Site.objects.get()
    assert (site.owner, site.domain, site.name) == (owner, "example.org", "example.org")
    assert len(site.key) == 12


@pytest.mark.parametrize(
    ("field", "value"),
    [("domain", "not a domain"), ("time_zone", "Mars/Olympus"), ("owner", "999"), ("owner", "")],
)
def test_wrong_value_is_explained_beside_its_field(
    staff_client: Client, owner: User, field: str, value: str
) -> None:
    response = staff_client.post(ADD, make_form(owner, **{field: value}))

    assert list(response.context["adminform"].form.errors) == [field]
    assert not Site.objects.exists()


def test_owner_has_a_domain_once_in_the_admin_too(
    staff_client: Client, owner: User, site: Site
) -> None:
    response = staff_client.post(ADD, make_form(owner, domain=site.domain))

    assert "You have a site with this domain already." in response.content.decode()


def test_owner_is_found_by_typing(staff_client: Client, owner: User, stranger: User) -> None:
    field = {"app_label": "sites", "model_name": "site", "field_name": "owner"}

    response = staff_client.get(reverse("admin:autocomplete"), {"term": "owner@", **field})

    assert [choice["id"] for choice in response.json()["results"]] == [str(owner.pk)]


def test_owner_of_a_site_is_changed_by_handing_it_over_alone(
    staff_client: Client, site: Site, owner: User, stranger: User
) -> None:
    page = staff_client.get(change_url(site)).content.decode()
    staff_client.post(change_url(site), make_form(stranger, domain="example.org"))

    site.refresh_from_db()
    assert (site.owner, site.domain) == (owner, "example.org")
    assert 'name="owner"' not in page
    assert "Hand selected sites over to another owner" in page


def test_no_button_beside_the_owner_leads_to_the_account(staff_client: Client) -> None:
    page = staff_client.get(ADD).content.decode()

    assert 'name="owner"' in page
    assert [
        name for name in ("add", "change", "delete", "view") if f"{name}_id_owner" in page
    ] == []


def test_key_stays_whatever_is_sent(staff_client: Client, site: Site, owner: User) -> None:
    form = make_form(owner, key="another", created_at_0="2020-01-01", created_at_1="00:00")
    staff_client.post(change_url(site), form)

    changed = Site.objects.get()
    assert (changed.key, changed.created_at) == (site.key, site.created_at)
    assert changed.domain == "example.org"


def test_page_of_a_site_leads_to_its_rows(staff_client: Client, site: Site) -> None:
    page = staff_client.get(change_url(site)).content.decode()

    for name in ("visit", "hit", "refusal"):
        assert f'href="/admin/visits/{name}/?site={site.pk}"' in page


# What of a site is counted

EXCLUSIONS = reverse_lazy("admin:sites_exclusion_changelist")
ADD_EXCLUSION = reverse_lazy("admin:sites_exclusion_add")


def test_hostnames_and_switches_are_changed_in_the_admin(
    staff_client: Client, owner: User, site: Site
) -> None:
    form = make_form(owner, hostnames="*.Bücher.de", counts_bots="on")
    staff_client.post(change_url(site), form)

    site.refresh_from_db()
    assert (site.hostnames, site.counts_bots) == ("*.xn--bcher-kva.de", True)


def test_wrong_hostname_is_explained_in_the_admin(
    staff_client: Client, owner: User, site: Site
) -> None:
    response = staff_client.post(change_url(site), make_form(owner, hostnames="*"))

    assert list(response.context["adminform"].form.errors) == ["hostnames"]


def test_exclusion_is_added_as_its_owner_would(staff_client: Client, site: Site) -> None:
    form = {"site": site.pk, "kind": "address", "pattern": "203.0.113.9/24"}
    staff_client.post(ADD_EXCLUSION, form)

    assert Exclusion.objects.get().pattern == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("field", "value"),
    [("pattern", "nonsense"), ("pattern", ""), ("kind", "money"), ("kind", ""), ("site", "999")],
)
def test_wrong_exclusion_is_explained_beside_its_field(
    staff_client: Client, site: Site, field: str, value: str
) -> None:
    form = {"site": site.pk, "kind": "address", "pattern": "203.0.113.9", field: value}

    response = staff_client.post(ADD_EXCLUSION, form)

    assert list(response.context["adminform"].form.errors) == [field]
    assert not Exclusion.objects.exists()


def test_list_of_exclusions_takes_the_same_queries_however_long(
    staff_client: Client, owner: User
) -> None:
    counts = []

    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            domain = f"{number}.example.com"
            site = Site.objects.create(owner=owner, name="Site", domain=domain)
            Exclusion.objects.create(site=site, kind="page", pattern="/admin/**")
        with CaptureQueriesContext(connection) as queries:
            response = staff_client.get(EXCLUSIONS)
        counts.append(len(queries))

    assert response.context["cl"].result_count == 30
    assert counts == [4, 4]


@pytest.mark.parametrize("query", [{"site": "1"}, {"q": "admin"}, {"kind__exact": "page"}])
def test_exclusions_are_found_by_site_pattern_and_kind(
    staff_client: Client, site: Site, owner: User, query: dict[str, str]
) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    Exclusion.objects.create(site=other, kind="country", pattern="FR")
    wanted = Exclusion.objects.create(site=site, kind="page", pattern="/admin/**")
    if "site" in query:
        query = {"site": str(site.pk)}

    found = staff_client.get(EXCLUSIONS, query)

    assert list(found.context["cl"].result_list) == [wanted]


@pytest.mark.parametrize(
    ("facts_days", "archive_days", "sentence"),
    [
        ("6", "", "Keep at least 7 days."),
        ("90", "30", "Keep the archive as long as visits and hits: 90 days."),
        ("", "30", "Visits and hits are kept for ever, so the archive is, too."),
    ],
)
def test_wrong_retention_is_explained_in_the_admin(
    staff_client: Client,
    owner: User,
    site: Site,
    facts_days: str,
    archive_days: str,
    sentence: str,
) -> None:
    form = make_form(owner, keeps_facts_days=facts_days, keeps_archive_days=archive_days)

    response = staff_client.post(change_url(site), form)

    assert sentence in response.content.decode()


def test_retention_is_changed_in_the_admin(staff_client: Client, owner: User, site: Site) -> None:
    form = make_form(owner, keeps_facts_days="90", keeps_archive_days="400")

    staff_client.post(change_url(site), form)

    site.refresh_from_db()
    assert (site.keeps_facts_days, site.keeps_archive_days) == (90, 400)


# Deleting


def test_delete_page_counts_up_to_a_bound_and_names_no_hit(
    staff_client: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amounts, "COUNTED_AT_MOST", 100)
    insert_hits(site, 101)

    with CaptureQueriesContext(connection) as queries:
        page = staff_client.get(delete_url(site)).content.decode()

    assert "Hits: more than 100" in page
    assert "Hit 1" not in page
    assert len(queries) < 30


def test_site_with_fifty_thousand_hits_is_deleted_and_they_are_left_to_upkeep(
    staff_client: Client, site: Site
) -> None:
    insert_hits(site, HITS)

    with CaptureQueriesContext(connection) as queries:
        response = staff_client.post(delete_url(site), {"post": "yes"})

    about_hits = [query["sql"] for query in queries if '"visits_hit"' in query["sql"]]
    assert response.status_code == 302
    assert not Site.objects.exists()
    assert Site.with_deleted.get().deleted_at is not None
    assert count_hits() == HITS
    assert [sql for sql in about_hits if "LIMIT 10001" not in sql] == []
    assert len(queries) < 40
    assert LogEntry.objects.get().object_repr == site.name


def test_selected_sites_are_deleted_in_the_same_way(
    staff_client: Client, site: Site, owner: User
) -> None:
    kept = Site.objects.create(owner=owner, name="Kept", domain="kept.example.com")
    insert_hits(site, 300)
    insert_hits(kept, 5)
    action = {"action": "delete_selected", "_selected_action": [site.pk]}

    asked = staff_client.post(LIST, action)
    staff_client.post(LIST, {**action, "post": "yes"})

    assert "Hits: 300" in asked.content.decode()
    assert list(Site.objects.all()) == [kept]
    assert Site.with_deleted.exclude(deleted_at=None).get() == site


# Who may


def give(user: User, *codenames: str) -> None:
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


@pytest.mark.parametrize(
    ("codenames", "statuses"),
    [
        ((), (403, 403, 403)),
        (("view_site",), (200, 200, 403)),
        (("view_site", "change_site"), (200, 200, 403)),
        (("view_site", "delete_site"), (200, 200, 200)),
    ],
)
def test_staff_do_what_they_have_the_permission_for(
    client: Client,
    site: Site,
    stranger: User,
    codenames: tuple[str, ...],
    statuses: tuple[int, ...],
) -> None:
    give(stranger, *codenames)
    client.force_login(stranger)

    pages = [client.get(url) for url in (LIST, change_url(site), delete_url(site))]

    assert tuple(page.status_code for page in pages) == statuses


def test_permission_to_delete_sites_is_enough_for_their_hits(
    client: Client, site: Site, stranger: User
) -> None:
    insert_hits(site, 3)
    give(stranger, "view_site", "delete_site")
    client.force_login(stranger)

    client.post(delete_url(site), {"post": "yes"})

    assert not Site.objects.exists()


def test_owner_is_sent_away_from_the_admin(client: Client, owner: User, site: Site) -> None:
    client.force_login(owner)

    answers = [client.get(url) for url in ("/admin/", LIST, change_url(site), delete_url(site))]

    assert all(answer.status_code in {302, 403} for answer in answers)


def test_index_of_staff_without_permissions_is_empty(client: Client, stranger: User) -> None:
    give(stranger)
    client.force_login(stranger)

    page = client.get("/admin/").content.decode()

    assert "/admin/sites/" not in page
    assert "/admin/visits/" not in page
