import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import make_user, sign_in, signed_in_email

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"


def test_the_session_key_is_new_after_sign_in(client):
    make_user()
    session = client.session
    session["seen"] = "before"
    session.save()
    before = client.cookies["sessionid"].value

    sign_in(client)

    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_sign_out_ends_the_session_on_the_server(client):
    make_user()
    sign_in(client)
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value

    client.post(reverse("account_logout"))

    assert signed_in_email(stolen) == ""


def test_a_deactivated_user_is_out_on_the_next_request(client):
    user = make_user()
    sign_in(client)
    assert client.get(PROFILE).status_code == 200

    user.is_active = False
    user.save(update_fields=["is_active"])

    assert client.get(PROFILE).status_code == 302


def test_the_session_cookie_is_for_the_server_only(client):
    make_user()

    sign_in(client)

    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_pages_of_an_account_are_not_cached(client):
    client.force_login(make_user())

    for name in ("profile", "account_delete"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"]
