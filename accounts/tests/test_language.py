"""Mails in the language of who reads them."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de"}
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize(
    ("chosen", "headers", "subject"),
    [
        ("de", ENGLISH, "Neues Passwort für Django-Tracking wählen"),
        ("en", GERMAN, "Choose a new password for Django-Tracking"),
        ("", GERMAN, "Neues Passwort für Django-Tracking wählen"),
        ("", ENGLISH, "Choose a new password for Django-Tracking"),
    ],
)
def test_mail_is_in_the_language_of_its_reader(
    client: Client,
    mailoutbox: list[EmailMessage],
    chosen: str,
    headers: dict[str, str],
    subject: str,
) -> None:
    make_user(language=chosen)

    client.post(reverse("account_reset_password"), {"email": "ada@example.com"}, headers=headers)

    assert mailoutbox[0].subject == subject


def test_page_keeps_the_language_of_who_sees_it(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    make_user(language="de")

    page = client.post(
        reverse("account_reset_password"),
        {"email": "ada@example.com"},
        headers=ENGLISH,
        follow=True,
    )

    assert '<html lang="en">' in page.content.decode()


def test_stranger_without_an_account_is_written_to_in_the_browsers_language(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    client.post(reverse("account_reset_password"), {"email": "eve@example.com"}, headers=GERMAN)

    assert mailoutbox[0].subject == "Kein Konto bei Django-Tracking mit dieser Adresse"
