"""The page of a site's exclusions: what an owner adds, removes and switches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import EXCLUSIONS_AT_MOST, Exclusion, Site

PAGES = ("site_exclusions", "site_exclusion_remove", "site_counting")


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def url(site: Site, page: str = "site_exclusions") -> str:
    return reverse(page, args=[site.pk])


def add(client: Client, site: Site, kind: str, pattern: str, **extra: Any) -> Any:
    return client.post(url(site), {"kind": kind, "pattern": pattern}, **extra)


def make_exclusion(site: Site, kind: str = "page", pattern: str = "/admin/**") -> Exclusion:
    return Exclusion.objects.create(site=site, kind=kind, pattern=pattern)


def stored(site: Site) -> list[tuple[str, str]]:
    return list(site.exclusions.values_list("kind", "pattern"))


# Adding


@pytest.mark.parametrize(
    ("kind", "typed", "pattern", "shown"),
    [
        ("address", "203.0.113.9/24", "203.0.113.0/24", "203.0.113.0/24"),
        ("hostname", "*.Bücher.de", "*.xn--bcher-kva.de", "*.bücher.de"),
        ("page", "admin/**", "/admin/**", "/admin/**"),
        ("country", "FR", "FR", "France"),
        ("agent", "UptimeWatch", "UptimeWatch", "UptimeWatch"),
    ],
)
def test_exclusion_is_added_and_shown_in_its_panel(
    signed_in: Client, site: Site, kind: str, typed: str, pattern: str, shown: str
) -> None:
    response = add(signed_in, site, kind, typed)

    assert response["Location"] == f"{url(site)}#{kind}"
    assert stored(site) == [(kind, pattern)]
    panels = signed_in.get(url(site)).context["panels"]
    assert {panel.kind: [row.text for row in panel.rows] for panel in panels if panel.rows} == {
        kind: [shown]
    }


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("address", "nonsense", "is not an address"),
        ("address", "", "This field is required"),
        ("hostname", "example", "has no ending"),
        ("page", "/a?b=c", "a page is its path"),
        ("page", "/" + "x" * 500, "at most 500 characters"),
        ("page", "x" * 500, "Use 500 characters at most"),
        ("country", "XX", "Choose a country of the list"),
        ("country", "", "This field is required"),
        ("agent", "ab", "3 characters or more"),
        ("agent", "a\x00bc", "Null characters"),
    ],
)
def test_wrong_pattern_stays_in_its_field_with_a_sentence(
    signed_in: Client, site: Site, kind: str, typed: str, sentence: str
) -> None:
    response = add(signed_in, site, kind, typed)

    forms = {panel.kind: panel.form for panel in response.context["panels"]}
    assert response.status_code == 200
    assert sentence in " ".join(forms[kind].errors["pattern"])
    assert [other for other, form in forms.items() if form.errors] == [kind]
    assert "autofocus" in response.content.decode()
    assert stored(site) == []


def test_pattern_that_cannot_be_read_is_shown_and_can_be_removed(
    signed_in: Client, site: Site
) -> None:
    exclusion = make_exclusion(site, "address", "nonsense")

    response = signed_in.get(url(site))
    signed_in.post(url(site, "site_exclusion_remove"), {"exclusion": exclusion.pk})

    assert response.status_code == 200
    assert "nonsense" in response.content.decode()
    assert response.context["is_own_address_excluded"] is False
    assert stored(site) == []


def test_same_exclusion_twice_gets_a_sentence(signed_in: Client, site: Site) -> None:
    make_exclusion(site, "address", "203.0.113.0/24")

    response = add(signed_in, site, "address", "203.0.113.77/24")

    assert "This is excluded already." in response.content.decode()
    assert len(stored(site)) == 1


@pytest.mark.parametrize("typed", ["UptimeWatch", "uptimewatch", "UPTIMEWATCH"])
def test_same_user_agent_in_other_letters_gets_a_sentence(
    signed_in: Client, site: Site, typed: str
) -> None:
    make_exclusion(site, "agent", "UptimeWatch")

    response = add(signed_in, site, "agent", typed)

    assert response.content.decode().count("This is excluded already.") == 1
    assert stored(site) == [("agent", "UptimeWatch")]


def test_pages_in_other_letters_are_other_pages(signed_in: Client, site: Site) -> None:
    for path in ("/Admin", "/admin"):
        add(signed_in, site, "page", path)

    assert len(stored(site)) == 2


@pytest.mark.parametrize(
    ("kind", "pattern", "said"),
    [("country", "FR", "France"), ("hostname", "*.bücher.de", "*.bücher.de")],
)
def test_what_was_excluded_is_said_in_the_live_region(
    signed_in: Client, site: Site, kind: str, pattern: str, said: str
) -> None:
    added = add(signed_in, site, kind, pattern, follow=True).content.decode()
    exclusion = site.exclusions.get()
    data = {"exclusion": exclusion.pk}
    removed = signed_in.post(url(site, "site_exclusion_remove"), data, follow=True).content.decode()

    assert f"{said} is excluded." in added.partition('role="status"')[2].partition("<h1>")[0]
    assert f"{said} is no longer excluded." in removed


def test_two_sites_may_exclude_the_same(signed_in: Client, site: Site, owner: User) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    make_exclusion(other)

    add(signed_in, site, "page", "/admin/**")

    assert stored(site) == stored(other)


def test_site_has_a_bounded_number_of_exclusions(signed_in: Client, site: Site) -> None:
    Exclusion.objects.bulk_create(
        Exclusion(site=site, kind="page", pattern=f"/{number}")
        for number in range(EXCLUSIONS_AT_MOST - 1)
    )

    add(signed_in, site, "page", "/last")
    response = add(signed_in, site, "page", "/one-too-many")

    assert site.exclusions.count() == EXCLUSIONS_AT_MOST
    assert "500 exclusions at most" in response.content.decode()


@pytest.mark.parametrize("kind", ["", "money", "\x00"])
def test_exclusion_of_no_kind_is_none(signed_in: Client, site: Site, kind: str) -> None:
    response = add(signed_in, site, kind, "/admin/**")

    assert response["Location"] == url(site)
    assert stored(site) == []


def test_text_of_a_pattern_is_escaped(signed_in: Client, site: Site) -> None:
    add(signed_in, site, "agent", "<script>alert(1)</script>")

    page = signed_in.get(url(site)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# The own address


def test_own_address_is_offered_and_excluded_with_one_button(signed_in: Client, site: Site) -> None:
    page = signed_in.get(url(site), REMOTE_ADDR="203.0.113.7").content.decode()
    assert "Exclude my address, 203.0.113.7" in page

    add(signed_in, site, "address", "203.0.113.7")

    page = signed_in.get(url(site), REMOTE_ADDR="203.0.113.7").content.decode()
    assert "Exclude my address" not in page
    assert "Your own address, <code>203.0.113.7</code>, is excluded." in page


def test_own_address_is_excluded_in_a_range_too(signed_in: Client, site: Site) -> None:
    make_exclusion(site, "address", "203.0.113.0/24")

    response = signed_in.get(url(site), REMOTE_ADDR="203.0.113.7")

    assert response.context["is_own_address_excluded"]


def test_own_address_is_the_one_that_hits_come_from(
    signed_in: Client, site: Site, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    forwarded = {"x-forwarded-for": "198.51.100.9, 203.0.113.7"}

    trusted = signed_in.get(url(site), headers=forwarded)
    direct = signed_in.get(url(site), headers=forwarded, REMOTE_ADDR="192.0.2.1")

    assert trusted.context["own_address"] == "203.0.113.7"
    assert direct.context["own_address"] == "192.0.2.1"


def test_no_address_is_offered_where_there_is_none(signed_in: Client, site: Site) -> None:
    page = signed_in.get(url(site), REMOTE_ADDR="").content.decode()

    assert "my address" not in page


# Removing


def test_exclusion_is_removed(signed_in: Client, site: Site) -> None:
    removed, kept = make_exclusion(site), make_exclusion(site, pattern="/kept")

    response = signed_in.post(url(site, "site_exclusion_remove"), {"exclusion": removed.pk})

    assert response["Location"] == f"{url(site)}#page"
    assert stored(site) == [("page", kept.pattern)]


@pytest.mark.parametrize("chosen", ["", "0", "nonsense", "9" * 30])
def test_exclusion_that_is_not_there_is_removed_in_silence(
    signed_in: Client, site: Site, chosen: str
) -> None:
    make_exclusion(site)

    response = signed_in.post(url(site, "site_exclusion_remove"), {"exclusion": chosen})

    assert response["Location"] == url(site)
    assert len(stored(site)) == 1


def test_exclusion_of_another_site_stays(signed_in: Client, site: Site, stranger: User) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    theirs = make_exclusion(other)

    signed_in.post(url(site, "site_exclusion_remove"), {"exclusion": theirs.pk})

    assert stored(other) == [("page", "/admin/**")]


# Hostnames and switches


def test_hostnames_and_switches_are_saved(signed_in: Client, site: Site) -> None:
    form = {"hostnames": "Example.com\n*.Example.com", "counts_bots": "on"}

    response = signed_in.post(url(site, "site_counting"), form)

    site.refresh_from_db()
    assert response["Location"] == url(site)
    assert site.hostnames == "example.com\n*.example.com"
    assert (site.counts_bots, site.counts_headless) == (True, False)
    assert (site.respects_opt_out, site.counts_localhost) == (False, False)


def test_saving_the_switches_leaves_name_and_domain_alone(
    signed_in: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename_meanwhile(*_: object) -> None:
        Site.objects.filter(pk=site.pk).update(name="Renamed")

    monkeypatch.setattr(Site, "validate_constraints", lambda *_, **__: rename_meanwhile())

    signed_in.post(url(site, "site_counting"), {"respects_opt_out": "on"})

    site.refresh_from_db()
    assert (site.name, site.respects_opt_out) == ("Renamed", True)


@pytest.mark.parametrize(
    ("hostnames", "sentence"),
    [
        ("example.com\n*", "can only stand in front"),
        ("no domain", "has no ending"),
        ("a.example.com\n" * 1_000, "at most 5000 characters"),
    ],
)
def test_wrong_hostname_gets_a_sentence_and_changes_nothing(
    signed_in: Client, site: Site, hostnames: str, sentence: str
) -> None:
    form = {"hostnames": hostnames, "counts_bots": "on"}

    response = signed_in.post(url(site, "site_counting"), form)

    site.refresh_from_db()
    assert sentence in " ".join(response.context["counting"].errors["hostnames"])
    assert (site.hostnames, site.counts_bots) == ("", False)


def test_address_of_the_switches_leads_to_their_page(signed_in: Client, site: Site) -> None:
    assert signed_in.get(url(site, "site_counting"))["Location"] == url(site)


# The page


def test_page_takes_the_same_queries_however_much_is_excluded(
    signed_in: Client, site: Site, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        make_exclusion(site, "page", f"/{number}")
        make_exclusion(site, "address", f"203.0.113.{number}")

    # Session, user, site, exclusions, own address.
    with django_assert_num_queries(7):
        signed_in.get(url(site))


def test_settings_lead_to_the_exclusions(signed_in: Client, site: Site) -> None:
    page = signed_in.get(reverse("site_settings", args=[site.pk])).content.decode()

    assert url(site) in page


# Who may


@pytest.mark.parametrize("page", PAGES)
def test_stranger_gets_404(client: Client, site: Site, stranger: User, page: str) -> None:
    exclusion = make_exclusion(site)
    client.force_login(stranger)
    form = {"kind": "page", "pattern": "/x", "exclusion": exclusion.pk, "counts_bots": "on"}

    response = client.post(url(site, page), form)

    site.refresh_from_db()
    assert response.status_code == 404
    assert stored(site) == [("page", "/admin/**")]
    assert not site.counts_bots


def test_stranger_does_not_see_the_page(client: Client, site: Site, stranger: User) -> None:
    client.force_login(stranger)

    assert client.get(url(site)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_anonymous_is_sent_to_sign_in(client: Client, site: Site, page: str) -> None:
    response = client.post(url(site, page))

    assert response["Location"].startswith(reverse("account_login"))


def test_nothing_is_removed_by_looking(signed_in: Client, site: Site) -> None:
    exclusion = make_exclusion(site)

    response = signed_in.get(url(site, "site_exclusion_remove"), {"exclusion": exclusion.pk})

    assert response.status_code == 405
    assert len(stored(site)) == 1
