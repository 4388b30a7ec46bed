"""Every route below /accounts/: which are open, what they do without a session or a token."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import urls
from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

ARGUMENTS = {
    "account_confirm_email": {"key": "MQ:1tabcd:xyz"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
}

OPEN_PAGES = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
# They have nothing to show to somebody signed out, and lead on.
OPEN_REDIRECTS = {"account_logout": "front", "account_confirm_login_code": "account_login"}
CLOSED = {
    "impersonation_end",
    "profile",
    "account_delete",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
}


def route_names():
    return {name for name in get_resolver(urls.__name__).reverse_dict if isinstance(name, str)}


def path_of(name):
    return reverse(name, kwargs=ARGUMENTS.get(name))


def test_every_route_is_listed_here():
    assert route_names() == OPEN_PAGES | set(OPEN_REDIRECTS) | CLOSED


@pytest.mark.parametrize("name", sorted(OPEN_PAGES))
def test_an_open_page_is_shown_to_anybody(client, name):
    response = client.get(path_of(name))

    assert response.status_code == 200
    assert b"<h1" in response.content


@pytest.mark.parametrize("name", sorted(OPEN_REDIRECTS))
def test_an_open_page_without_a_subject_leads_on(client, name):
    response = client.get(path_of(name))

    assert (response.status_code, response["Location"]) == (302, reverse(OPEN_REDIRECTS[name]))


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("name", sorted(CLOSED))
def test_a_closed_page_sends_to_sign_in_and_back(client, name, method):
    path = path_of(name)

    response = getattr(client, method)(path)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={path}"


@pytest.mark.parametrize("name", sorted(CLOSED - {"account_set_password", "impersonation_end"}))
def test_a_closed_page_opens_after_sign_in(client, name):
    client.force_login(make_user())

    assert client.get(path_of(name)).status_code == 200


@pytest.mark.parametrize("name", sorted(OPEN_PAGES | set(OPEN_REDIRECTS) | CLOSED))
def test_nothing_is_changed_without_a_token(name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())

    assert client.post(path_of(name)).status_code == 403


def test_the_bare_prefix_leads_on(client):
    response = client.get("/accounts/")

    assert response["Location"] in {
        reverse("account_login"),
        f"{reverse('account_login')}?next=/accounts/",
    }


def test_answers_are_pages_whatever_a_client_accepts(client):
    response = client.get(reverse("account_login"), headers={"accept": "application/json"})

    assert response["Content-Type"].startswith("text/html")
