"""The password of a shared link: asked for, limited, and forgotten when it changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site
from visits.dashboard.share import views
from visits.models import SharedLink
from visits.tests.named import make_link

PASSWORD = "correct horse"


@pytest.fixture
def link(site: Site) -> SharedLink:
    return make_link(site, password=PASSWORD, panels=["pages", "live"])


def report_url(link: SharedLink) -> str:
    return reverse("shared_report", args=[link.slug])


def unlock(
    client: Client, link: SharedLink, password: str = PASSWORD, query: str = "", **extra: Any
) -> Any:
    address = reverse("shared_password", args=[link.slug]) + query
    return client.post(address, {"password": password}, **extra)


def is_open(client: Client, link: SharedLink) -> bool:
    return "visits/site_report.html" in {
        template.name for template in client.get(report_url(link)).templates
    }


def test_password_opens_the_report(client: Client, link: SharedLink) -> None:
    assert not is_open(client, link)

    response = unlock(client, link)

    assert response["Location"] == report_url(link)
    assert is_open(client, link)


def test_choice_is_kept_on_the_way(client: Client, link: SharedLink) -> None:
    page = client.get(f"{report_url(link)}?period=7d&next=//evil.example").content.decode()
    response = unlock(client, link, query="?period=7d&next=//evil.example")

    assert "password/?period=7d&amp;next=%2F%2Fevil.example" in page
    assert response["Location"] == f"{report_url(link)}?period=7d&next=%2F%2Fevil.example"


def test_locked_report_tells_nothing(client: Client, link: SharedLink) -> None:
    for route, *args in (("shared_report",), ("shared_live",), ("shared_details", "page")):
        response = client.get(reverse(route, args=[link.slug, *args]))

        page = response.content.decode()
        assert "This report has a password" in page
        assert link.site.name not in page
        assert link.site.domain not in page
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]


def test_part_of_a_locked_report_is_refused(client: Client, link: SharedLink) -> None:
    headers = {"hx-request": "true", "hx-target": "panel-pages"}

    assert client.get(report_url(link), headers=headers).status_code == 403


@pytest.mark.parametrize("password", ["", "Correct horse", "correct horse ", "x" * 10_000])
def test_wrong_password_is_said(client: Client, link: SharedLink, password: str) -> None:
    response = unlock(client, link, password)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert "share" not in response.cookies
    assert not is_open(client, link)


def test_cookie_is_of_this_link_alone(client: Client, site: Site, link: SharedLink) -> None:
    other = make_link(site, "Other", password=PASSWORD)
    cookie = unlock(client, link).cookies["share"]

    assert cookie["path"] == report_url(link)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.cookies["share"]["path"] = "/"
    assert is_open(client, link)
    assert not is_open(client, other)


def test_cookie_is_for_https_where_the_site_is(
    client: Client, link: SharedLink, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True

    assert unlock(client, link).cookies["__Secure-share"]["secure"]


def test_cookie_dies_with_the_password(client: Client, link: SharedLink) -> None:
    unlock(client, link)

    link.set_password(PASSWORD)
    link.save()

    assert not is_open(client, link)


@pytest.mark.parametrize("value", ["", "1", "a:b:c", "x" * 5_000])
def test_forged_cookie_opens_nothing(client: Client, link: SharedLink, value: str) -> None:
    client.cookies["share"] = value

    assert not is_open(client, link)


def test_link_without_a_password_needs_none(client: Client, site: Site) -> None:
    link = make_link(site)

    response = unlock(client, link, "anything")

    assert response["Location"] == report_url(link)
    assert not response.cookies


def test_guessing_ends_after_five_times(client: Client, link: SharedLink) -> None:
    for _ in range(5):
        assert unlock(client, link, "guess").status_code == 200

    response = unlock(client, link)

    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert not is_open(client, link)


def test_one_who_guesses_does_not_keep_others_out(client: Client, link: SharedLink) -> None:
    for _ in range(6):
        unlock(client, link, "guess", REMOTE_ADDR="192.0.2.1")

    assert unlock(client, link, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_many_who_guess_are_limited_together(
    client: Client, link: SharedLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "OF_LINK", "3/h/key")
    for number in range(3):
        unlock(client, link, "guess", REMOTE_ADDR=f"192.0.2.{number}")

    assert unlock(client, link, REMOTE_ADDR="192.0.2.9").status_code == 429


def test_right_passwords_are_no_attempts(client: Client, link: SharedLink) -> None:
    for _ in range(7):
        assert unlock(client, link).status_code == 302


def test_password_is_sent_with_a_token(link: SharedLink) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(report_url(link))

    assert unlock(client, link).status_code == 403
    # With another policy, browsers would not say where the form comes from.
    assert page["Referrer-Policy"] == "same-origin"
    token = client.cookies["csrftoken"].value
    assert unlock(client, link, headers={"x-csrftoken": token}).status_code == 302


def test_refused_guesses_of_one_address_keep_nobody_else_out(
    client: Client, link: SharedLink
) -> None:
    for number in range(120):
        unlock(client, link, f"guess {number}", REMOTE_ADDR="192.0.2.1")

    assert unlock(client, link, REMOTE_ADDR="192.0.2.2").status_code == 302
