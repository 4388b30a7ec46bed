"""The page of a site's data: how long it is kept, and the reset."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits.dashboard.settings import data
from visits.models import Visit
from visits.tests.factory import make_visit

PAGES = ("site_data", "site_reset")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", lambda seconds: None)


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def ask(client: Client, page: str, site: Site, **form: str) -> Any:
    url = reverse(page, args=[site.pk])
    return client.post(url, form) if form else client.get(url)


# Who may


@pytest.mark.parametrize("page", PAGES)
def test_owner_sees_the_page(signed_in: Client, site: Site, page: str) -> None:
    response = ask(signed_in, page, site)

    assert response.status_code == 200
    assert response.context["site"] == site


@pytest.mark.parametrize("page", PAGES)
def test_stranger_gets_404(client: Client, site: Site, stranger: User, page: str) -> None:
    client.force_login(stranger)

    assert ask(client, page, site).status_code == 404
    assert ask(client, page, site, confirmation=site.domain).status_code == 404
    assert not Site.objects.get().is_being_reset


@pytest.mark.parametrize("page", PAGES)
def test_anonymous_is_sent_to_sign_in(client: Client, site: Site, page: str) -> None:
    response = ask(client, page, site, confirmation=site.domain)

    assert response["Location"].startswith(reverse("account_login"))


def test_deleted_site_has_no_pages(signed_in: Client, site: Site) -> None:
    ask(signed_in, "site_delete", site, confirmation=site.domain)

    for page in ("site_report", "site_settings", "site_install", *PAGES):
        assert ask(signed_in, page, site).status_code == 404


# Retention


def test_retention_is_saved(signed_in: Client, site: Site) -> None:
    response = ask(signed_in, "site_data", site, keeps_facts_days="90", keeps_archive_days="400")

    site.refresh_from_db()
    assert response["Location"] == reverse("site_data", args=[site.pk])
    assert (site.keeps_facts_days, site.keeps_archive_days) == (90, 400)


def test_everything_is_kept_for_ever_when_the_fields_are_emptied(
    signed_in: Client, site: Site
) -> None:
    Site.objects.update(keeps_facts_days=90, keeps_archive_days=400)

    ask(signed_in, "site_data", site, keeps_facts_days="", keeps_archive_days="")

    site.refresh_from_db()
    assert (site.keeps_facts_days, site.keeps_archive_days) == (None, None)


@pytest.mark.parametrize(
    ("facts_days", "archive_days", "field", "sentence"),
    [
        ("6", "", "keeps_facts_days", "Keep at least 7 days."),
        ("0", "", "keeps_facts_days", "Keep at least 7 days."),
        ("-1", "", "keeps_facts_days", "Keep at least 7 days."),
        ("36501", "", "keeps_facts_days", "Leave it empty to keep them for ever."),
        ("9" * 30, "", "keeps_facts_days", "Leave it empty to keep them for ever."),
        ("a year", "", "keeps_facts_days", "Enter a whole number."),
        ("90", "89", "keeps_archive_days", "Keep the archive as long as visits and hits: 90 days."),
        (
            "",
            "90",
            "keeps_archive_days",
            "Visits and hits are kept for ever, so the archive is, too.",
        ),
    ],
)
def test_wrong_retention_stays_on_the_form_with_a_sentence(
    signed_in: Client, site: Site, facts_days: str, archive_days: str, field: str, sentence: str
) -> None:
    response = ask(
        signed_in, "site_data", site, keeps_facts_days=facts_days, keeps_archive_days=archive_days
    )

    assert response.status_code == 200
    assert sentence in response.context["form"].errors[field]
    assert list(response.context["form"].errors) == [field]
    assert Site.objects.get().keeps_facts_days is None


# Reset


def test_site_is_reset_after_its_domain_is_typed(signed_in: Client, site: Site) -> None:
    make_visit(site)

    response = ask(signed_in, "site_reset", site, confirmation=site.domain)

    assert response["Location"] == reverse("site_data", args=[site.pk])
    assert not Visit.objects.exists()
    assert not Site.objects.get().is_being_reset


@pytest.mark.parametrize("typed", ["", "reset", "EXAMPLE.COM", "www.example.com"])
def test_site_keeps_its_visits_when_something_else_is_typed(
    signed_in: Client, site: Site, typed: str
) -> None:
    make_visit(site)

    response = ask(signed_in, "site_reset", site, confirmation=typed)

    assert response.status_code == 200
    assert response.context["form"].errors["confirmation"]
    assert Visit.objects.exists()


def test_page_says_that_a_large_site_is_still_being_reset(
    signed_in: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(site)
    monkeypatch.setattr(data, "RESET_SECONDS", 0)
    ask(signed_in, "site_reset", site, confirmation=site.domain)

    page = ask(signed_in, "site_data", site).content.decode()

    assert Site.objects.get().is_being_reset
    assert "The site was reset." in page
