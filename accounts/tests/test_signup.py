import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError
from django.urls import reverse

from accounts.forms import SignupForm
from accounts.models import State, User
from accounts.tests.factories import (
    PASSWORD,
    links_in,
    make_user,
    sign_in,
    sign_up,
    signed_in_email,
)

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"


def test_the_page_asks_for_address_name_and_password(client):
    page = client.get(SIGNUP)

    fields = page.context["form"].fields
    assert list(fields) == ["email", "display_name", "password1"]
    assert not fields["display_name"].required


def test_without_mail_sign_up_signs_in_at_once(client, mailoutbox):
    response = sign_up(client, "Ada@Example.com", display_name="Ada")

    user = User.objects.get()
    assert (user.email, user.display_name, user.state()) == (
        "ada@example.com",
        "Ada",
        State.ACTIVE,
    )
    assert response["Location"] == reverse("site_list")
    assert signed_in_email(client) == "ada@example.com"
    assert mailoutbox == []


def test_without_mail_the_address_counts_as_not_confirmed(client):
    sign_up(client)

    assert not User.objects.get().is_verified()


def test_a_name_is_not_needed(client):
    sign_up(client)

    assert User.objects.get().display_name == ""


def test_a_sign_up_gives_no_powers(client):
    sign_up(
        client, is_staff="on", is_superuser="on", is_active="", id="7", date_joined="2001-01-01"
    )

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert user.date_joined.year > 2001


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": ""}, "email"),
        ({"email": "ada"}, "email"),
        ({"email": "ada@"}, "email"),
        ({"email": "ada@example.com\nBcc: bob@example.com"}, "email"),
        ({"email": "ada\x00@example.com"}, "email"),
        ({"email": "a" * 250 + "@example.com"}, "email"),
        ({"password": ""}, "password1"),
        ({"password": "too short"}, "password1"),
        ({"password": "1234567890123"}, "password1"),
        ({"password": "password123"}, "password1"),
        ({"password": "ada@example.com"}, "password1"),
        ({"display_name": "x" * 101}, "display_name"),
        ({"display_name": "A\x00da"}, "display_name"),
    ],
)
def test_wrong_input_gets_a_sentence_beside_the_field(client, fields, wrong):
    response = sign_up(client, **fields)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [wrong]
    assert not User.objects.exists()


def test_without_mail_a_taken_address_gets_a_sentence(client):
    make_user("ada@example.com")

    response = sign_up(client, "ADA@example.com")

    assert response.context["form"].errors["email"] == [
        "There is an account with this e-mail address already."
    ]
    assert User.objects.count() == 1


def test_with_mail_an_account_waits_for_its_confirmation(client, mail_configured, mailoutbox):
    response = sign_up(client)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert signed_in_email(client) == ""
    assert User.objects.get().state() is State.UNVERIFIED
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["ada@example.com"], "Confirm your e-mail address for Django-Tracking")
    ]


def test_the_link_confirms_the_address_when_its_button_is_pressed(
    client, mail_configured, mailoutbox
):
    sign_up(client)
    path = links_in(mailoutbox[0])[0].removeprefix("https://stats.example.org")

    seen = client.get(path)
    state_after_get = User.objects.get().state()
    confirmed = client.post(path)

    assert seen.status_code == 200
    assert state_after_get is State.UNVERIFIED
    assert confirmed["Location"] == reverse("account_login")
    assert User.objects.get().state() is State.ACTIVE
    assert sign_in(client)["Location"] == reverse("site_list")


@pytest.mark.parametrize("key", ["x", "1:2:3", "MQ:1tabcd:aaaaaaaaaaaaaaaa"])
def test_a_forged_link_confirms_nothing(client, mail_configured, key):
    make_user(is_confirmed=False)

    path = reverse("account_confirm_email", args=[key])

    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 404
    assert User.objects.get().state() is State.UNVERIFIED


def test_with_mail_a_taken_address_is_told_by_mail_only(client, mail_configured, mailoutbox):
    make_user("ada@example.com")

    response = sign_up(client, password="another long password")

    assert response["Location"] == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert mailoutbox[0].subject == "You have a Django-Tracking account already"
    assert User.objects.get().check_password(PASSWORD)


def test_an_address_that_somebody_else_waits_for_can_register(client, mail_configured, mailoutbox):
    bob = make_user("bob@example.com")
    bob.emailaddress_set.create(email="ada@example.com")

    sign_up(client, "ada@example.com")

    assert User.objects.filter(email="ada@example.com").exists()
    assert [row.email for row in bob.emailaddress_set.all()] == ["bob@example.com"]
    assert mailoutbox[0].subject == "Confirm your e-mail address for Django-Tracking"


def _lose_race(monkeypatch):
    """Let the form believe that the address is free until the database says otherwise."""

    def save(self, request):
        raise IntegrityError

    monkeypatch.setattr(SignupForm, "save", save)


def test_a_button_pressed_twice_is_no_error(client, monkeypatch):
    _lose_race(monkeypatch)

    response = sign_up(client)

    assert response["Location"] == reverse("account_login")
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "There is an account with this e-mail address already."
    ]


def test_a_button_pressed_twice_is_no_error_with_mail(client, mail_configured, monkeypatch):
    _lose_race(monkeypatch)

    response = sign_up(client)

    assert response["Location"] == reverse("account_email_verification_sent")
