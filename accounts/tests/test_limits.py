"""Brute force is stopped, and nobody is locked out by somebody else."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import make_user, sign_in, signed_in_email

pytestmark = pytest.mark.django_db


def fail(client, times, email="ada@example.com"):
    return [sign_in(client, email, "wrong password").status_code for _ in range(times)]


def from_address(address, **headers):
    return Client(REMOTE_ADDR=address, headers=headers)


def test_the_sixth_attempt_after_five_wrong_ones_is_refused(client):
    make_user()

    statuses = fail(client, 6)

    assert statuses == [200] * 5 + [429]


def test_even_the_right_password_waits_then(client):
    make_user()
    fail(client, 5)

    response = sign_in(client)

    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert "That was too often" in response.content.decode()
    assert signed_in_email(client) == ""


def test_an_unknown_address_is_refused_alike(client):
    assert fail(client, 6, "nobody@example.com") == [200] * 5 + [429]


def test_right_passwords_do_not_count(client):
    make_user()

    statuses = [sign_in(Client()).status_code for _ in range(7)]

    assert statuses == [302] * 7


def test_somebody_else_elsewhere_still_signs_in():
    make_user()
    fail(from_address("203.0.113.66"), 6)
    ada = from_address("198.51.100.1")

    sign_in(ada)

    assert signed_in_email(ada) == "ada@example.com"


def test_one_address_cannot_try_every_account():
    attacker = from_address("203.0.113.66")

    statuses = [fail(attacker, 1, f"user{i}@example.com")[0] for i in range(21)]

    assert statuses == [200] * 20 + [429]


def test_a_forged_header_makes_no_new_address():
    make_user()

    statuses = [
        fail(from_address("203.0.113.66", **{"x-forwarded-for": f"198.51.100.{i}"}), 1)[0]
        for i in range(6)
    ]

    assert statuses == [200] * 5 + [429]


def test_behind_a_trusted_proxy_clients_are_told_apart(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    make_user()
    fail(from_address("10.0.0.1", **{"x-forwarded-for": "203.0.113.66"}), 6)
    ada = from_address("10.0.0.1", **{"x-forwarded-for": "198.51.100.1"})

    sign_in(ada)

    assert signed_in_email(ada) == "ada@example.com"


def test_neighbours_in_an_ipv6_network_are_one_client():
    make_user()

    statuses = [fail(from_address(f"2001:db8::{i}"), 1)[0] for i in range(6)]

    assert statuses == [200] * 5 + [429]


def test_another_host_name_makes_no_new_count(settings):
    settings.ALLOWED_HOSTS = [".example.org"]
    make_user()

    statuses = [fail(Client(headers={"host": f"h{i}.example.org"}), 1)[0] for i in range(6)]

    assert statuses == [200] * 5 + [429]


def test_a_client_without_an_address_is_counted_too():
    make_user()

    assert fail(from_address(""), 6) == [200] * 5 + [429]


def test_resets_for_one_address_are_limited(mailoutbox):
    statuses = [
        from_address(f"203.0.113.{i}")
        .post(reverse("account_reset_password"), {"email": "ada@example.com"})
        .status_code
        for i in range(6)
    ]

    assert statuses == [302] * 5 + [429]
    assert len(mailoutbox) == 5
