"""The pages that add, install, change and delete a site."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site

SITE_PAGES = ("site_install", "site_settings", "site_delete")


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def make_form(**fields: str) -> dict[str, str]:
    return {"domain": "example.org", "name": "Example", "time_zone": "Europe/Paris", **fields}


def test_added_site_leads_to_its_install_page(signed_in: Client, owner: User) -> None:
    response = signed_in.post(reverse("site_add"), make_form(domain="https://Example.org/path"))

    site = Site.objects.get()
    assert (site.owner, site.domain, site.time_zone) == (owner, "example.org", "Europe/Paris")
    assert response.status_code == 302
    assert response["Location"] == reverse("site_install", args=[site.pk])


def test_site_without_a_name_is_called_by_its_domain(signed_in: Client) -> None:
    signed_in.post(reverse("site_add"), make_form(name="", domain="www.bücher.example"))

    site = Site.objects.get()
    assert (site.name, site.domain) == ("bücher.example", "xn--bcher-kva.example")


def test_name_of_a_long_domain_is_cut(signed_in: Client) -> None:
    domain = f"{'.'.join(['long-label'] * 12)}.example.org"

    signed_in.post(reverse("site_add"), make_form(name="", domain=domain))

    assert Site.objects.get().name == domain[:100]


@pytest.mark.parametrize("page", ["site_add", "site_settings"])
def test_slower_of_two_equal_requests_gets_a_sentence(
    signed_in: Client, owner: User, site: Site, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button pressed twice: both requests find the domain free before the first has stored it."""
    Site.objects.create(owner=owner, name="Other", domain="example.org")
    checks = iter([lambda *_, **__: None, Site.validate_constraints, Site.validate_constraints])
    monkeypatch.setattr(
        Site, "validate_constraints", lambda *args, **options: next(checks)(*args, **options)
    )
    url = reverse(page, args=[site.pk] if page == "site_settings" else [])

    response = signed_in.post(url, make_form())

    assert response.status_code == 200
    assert "You have a site with this domain already." in response.content.decode()
    assert set(Site.objects.values_list("domain", flat=True)) == {"example.com", "example.org"}


def test_add_page_shows_a_form(signed_in: Client) -> None:
    response = signed_in.get(reverse("site_add"))

    assert response.status_code == 200
    assert b'name="domain"' in response.content


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("domain", "", "required"),
        ("domain", "not a domain", "example.com"),
        ("domain", "\x00.com", "Null characters"),
        ("time_zone", "Mars/Olympus", "valid choice"),
        ("name", "x" * 101, "100 characters"),
        ("name", "My\r\nsite", "line break"),
    ],
)
def test_wrong_input_stays_on_the_form_with_a_sentence(
    signed_in: Client, field: str, value: str, sentence: str
) -> None:
    response = signed_in.post(reverse("site_add"), make_form(**{field: value}))

    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    assert not Site.objects.exists()


def test_same_domain_twice_gets_a_sentence(signed_in: Client, site: Site) -> None:
    response = signed_in.post(reverse("site_add"), make_form(domain=f"https://{site.domain}"))

    assert "You have a site with this domain already." in response.content.decode()
    assert Site.objects.count() == 1


def test_two_owners_may_have_the_same_domain(client: Client, site: Site, stranger: User) -> None:
    client.force_login(stranger)

    client.post(reverse("site_add"), make_form(domain=site.domain))

    assert Site.objects.filter(domain=site.domain).count() == 2


def test_install_page_has_the_snippet_with_the_public_key(signed_in: Client, site: Site) -> None:
    page = signed_in.get(reverse("site_install", args=[site.pk])).content.decode()

    assert f"data-site=&quot;{site.key}&quot;" in page
    assert f"/t/{site.key}.gif" in page


def test_changed_settings_are_saved(signed_in: Client, site: Site) -> None:
    response = signed_in.post(
        reverse("site_settings", args=[site.pk]), make_form(domain="new.example.com")
    )

    site.refresh_from_db()
    assert response["Location"] == reverse("site_settings", args=[site.pk])
    assert (site.domain, site.name) == ("new.example.com", "Example")


def test_wrong_settings_change_nothing(signed_in: Client, site: Site) -> None:
    response = signed_in.post(
        reverse("site_settings", args=[site.pk]), make_form(domain="no domain")
    )

    assert response.status_code == 200
    assert response.context["site"].domain == site.domain
    assert Site.objects.get().domain == site.domain


def test_site_is_deleted_after_its_domain_is_typed(signed_in: Client, site: Site) -> None:
    response = signed_in.post(reverse("site_delete", args=[site.pk]), {"confirmation": site.domain})

    assert response["Location"] == reverse("site_list")
    assert not Site.objects.exists()


@pytest.mark.parametrize("typed", ["", "delete", "EXAMPLE.COM", "www.example.com"])
def test_site_stays_when_something_else_is_typed(signed_in: Client, site: Site, typed: str) -> None:
    response = signed_in.post(reverse("site_delete", args=[site.pk]), {"confirmation": typed})

    assert response.status_code == 200
    assert Site.objects.filter(pk=site.pk).exists()


def test_get_deletes_nothing(signed_in: Client, site: Site) -> None:
    signed_in.get(reverse("site_delete", args=[site.pk]), {"confirmation": site.domain})

    assert Site.objects.filter(pk=site.pk).exists()


@pytest.mark.parametrize("page", SITE_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_gets_404(
    client: Client, site: Site, stranger: User, page: str, method: str
) -> None:
    client.force_login(stranger)

    response = getattr(client, method)(reverse(page, args=[site.pk]), {"confirmation": site.domain})

    # The install page takes no POST; it must not say so to a stranger who then knows it exists.
    assert response.status_code == (405 if (page, method) == ("site_install", "post") else 404)
    assert Site.objects.filter(pk=site.pk).exists()


@pytest.mark.parametrize("page", SITE_PAGES)
def test_staff_are_strangers_to_an_owners_pages(
    client: Client, site: Site, staff: User, page: str
) -> None:
    client.force_login(staff)

    assert client.get(reverse(page, args=[site.pk])).status_code == 404


@pytest.mark.parametrize("page", SITE_PAGES)
def test_anonymous_is_sent_to_sign_in(client: Client, site: Site, page: str) -> None:
    response = client.get(reverse(page, args=[site.pk]))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
