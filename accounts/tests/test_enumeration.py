"""With mail configured, no answer tells whether an address has an account."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import make_user, sign_in, sign_up

KNOWN = "known@example.com"
UNKNOWN = "other@example.com"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_configured")]


def face_of(ask, email):
    """Return all that a stranger sees: status, headers and body, then the page that follows."""
    client = Client()
    answer = ask(client, email)
    pages = [answer]
    if answer.status_code == 302:
        pages.append(client.get(answer["Location"]))
    return [(page.status_code, headers_of(page), body_of(page, email)) for page in pages]


def headers_of(page):
    cookies = sorted((cookie.key, cookie["max-age"]) for cookie in page.cookies.values())
    return sorted((name, value) for name, value in page.items() if name != "Expires"), cookies


def body_of(page, email):
    body = page.content.decode().replace(email, "ADDRESS")
    return re.sub(r'("csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"', "TOKEN", body)


def wrong_sign_in(client, email):
    return sign_in(client, email, "not the password")


def weak_sign_up(client, email):
    return sign_up(client, email, "12345")


def reset(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


ASKED = [wrong_sign_in, sign_up, weak_sign_up, reset]


@pytest.mark.parametrize("ask", ASKED)
def test_a_known_and_an_unknown_address_look_the_same(ask):
    make_user(KNOWN)

    assert face_of(ask, KNOWN) == face_of(ask, UNKNOWN)


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("fields", [{"is_confirmed": False}, {"is_active": False}])
def test_an_account_that_cannot_sign_in_looks_like_none(ask, fields):
    make_user(KNOWN, **fields)

    assert face_of(ask, KNOWN) == face_of(ask, UNKNOWN)


@pytest.mark.parametrize("ask", ASKED)
def test_a_known_and_an_unknown_address_look_the_same_when_asked_again(ask):
    make_user(KNOWN)
    ask(Client(), KNOWN)
    ask(Client(), UNKNOWN)

    assert face_of(ask, KNOWN) == face_of(ask, UNKNOWN)


@pytest.mark.parametrize("ask", [wrong_sign_in, sign_up, reset])
def test_a_known_and_an_unknown_address_cost_as_many_hashes(ask, monkeypatch):
    make_user(KNOWN)
    hashed = []
    encode = MD5PasswordHasher.encode

    def counting_encode(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting_encode)

    ask(Client(), KNOWN)
    known = len(hashed)
    ask(Client(), UNKNOWN)

    assert len(hashed) - known == known


@pytest.mark.parametrize("ask", [sign_up, reset])
def test_a_known_and_an_unknown_address_get_as_many_mails(ask, mailoutbox):
    make_user(KNOWN)

    ask(Client(), KNOWN)
    ask(Client(), UNKNOWN)

    assert [mail.to for mail in mailoutbox] == [[KNOWN], [UNKNOWN]]
