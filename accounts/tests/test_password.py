from datetime import datetime, timedelta

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from django.test import Client
from django.urls import reverse

from accounts.emails import replace_address
from accounts.models import User
from accounts.tests.factories import (
    OTHER_PASSWORD,
    PASSWORD,
    links_in,
    make_user,
    sign_in,
    signed_in_email,
)

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
RESET = "/accounts/password/reset/"


def change(client, old=PASSWORD, new=OTHER_PASSWORD, again=None):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again or new})


def ask_for_reset(client, mailoutbox, email="ada@example.com"):
    """Ask for a link and return its path."""
    client.post(RESET, {"email": email})
    link = links_in(mailoutbox[-1])[0]
    return link.removeprefix("https://stats.example.org")


def follow_reset(client, path, new=OTHER_PASSWORD):
    form = client.get(path, follow=True)
    if "form" not in form.context:
        return form
    return client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})


def test_change_takes_the_new_password_and_stays_signed_in(client):
    user = make_user()
    client.force_login(user)

    response = change(client)

    user.refresh_from_db()
    assert response.status_code == 302
    assert user.check_password(OTHER_PASSWORD)
    assert signed_in_email(client) == "ada@example.com"


def test_change_ends_every_other_session(client):
    make_user()
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)

    change(client)

    assert client.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302


def test_change_is_told_by_mail(client, mail_configured, mailoutbox):
    client.force_login(make_user())

    client.post(
        CHANGE,
        {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD},
        headers={"user-agent": "Browser & Söhne's <b>"},
    )

    mail = mailoutbox[0]
    assert mail.subject == "Your Django-Tracking password was changed"
    assert "From: 127.0.0.1" in mail.body
    assert "Browser & Söhne's <b>" in mail.body


@pytest.mark.parametrize(
    ("old", "new", "again", "wrong"),
    [
        ("not the password", OTHER_PASSWORD, OTHER_PASSWORD, "oldpassword"),
        ("", OTHER_PASSWORD, OTHER_PASSWORD, "oldpassword"),
        (PASSWORD, "short", "short", "password1"),
        (PASSWORD, "ada@example.com", "ada@example.com", "password1"),
        (PASSWORD, "Ada Lovelace", "Ada Lovelace", "password1"),
        (PASSWORD, OTHER_PASSWORD, "something else", "password2"),
    ],
)
def test_change_refuses_wrong_input(client, old, new, again, wrong):
    user = make_user(display_name="Ada Lovelace")
    client.force_login(user)

    response = change(client, old, new, again)

    user.refresh_from_db()
    assert wrong in response.context["form"].errors
    assert user.check_password(PASSWORD)


def test_change_sends_strangers_to_sign_in(client):
    assert client.get(CHANGE)["Location"] == f"{reverse('account_login')}?next={CHANGE}"


def test_a_user_without_a_password_sets_one(client):
    user = make_user(password=None)
    client.force_login(user)

    sent = client.get(CHANGE)
    client.post(sent["Location"], {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD})

    user.refresh_from_db()
    assert sent["Location"] == reverse("account_set_password")
    assert user.check_password(OTHER_PASSWORD)


def test_reset_mails_a_link_that_sets_a_password(client, mail_configured, mailoutbox):
    make_user()

    path = ask_for_reset(client, mailoutbox)
    response = follow_reset(client, path)

    assert mailoutbox[0].to == ["ada@example.com"]
    assert mailoutbox[0].subject == "Choose a new password for Django-Tracking"
    assert response["Location"] == reverse("account_reset_password_from_key_done")
    assert User.objects.get().check_password(OTHER_PASSWORD)


def test_reset_works_without_mail_by_the_console(client, mailoutbox):
    make_user()

    follow_reset(client, ask_for_reset(client, mailoutbox))

    assert User.objects.get().check_password(OTHER_PASSWORD)


def test_reset_leaves_the_key_out_of_the_page_address(client, mailoutbox):
    make_user()
    path = ask_for_reset(client, mailoutbox)

    response = client.get(path)

    assert response["Location"].endswith("-set-password/")


def test_a_reset_link_works_once(client, mailoutbox):
    make_user()
    path = ask_for_reset(client, mailoutbox)
    follow_reset(client, path)

    again = follow_reset(Client(), path, "a third password")

    assert again.context["token_fail"]
    assert User.objects.get().check_password(OTHER_PASSWORD)


def test_a_reset_link_dies_after_an_hour(client, mailoutbox, monkeypatch):
    make_user()
    path = ask_for_reset(client, mailoutbox)

    in_time = Client().get(path)
    _let_pass(monkeypatch, seconds=3601)
    late = Client().get(path)

    assert in_time.status_code == 302
    assert late.context["token_fail"]


def _let_pass(monkeypatch, *, seconds):
    later = datetime.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(EmailAwarePasswordResetTokenGenerator, "_now", lambda self: later)


def test_a_reset_link_dies_when_the_address_changes(client, mailoutbox):
    user = make_user()
    path = ask_for_reset(client, mailoutbox)

    replace_address(user, "ada@example.net")

    assert Client().get(path).context["token_fail"]


def test_a_reset_ends_every_session(client, mailoutbox):
    make_user()
    elsewhere = Client()
    sign_in(elsewhere)

    follow_reset(client, ask_for_reset(client, mailoutbox))

    assert elsewhere.get(reverse("profile")).status_code == 302


def test_a_reset_does_not_sign_in(client, mailoutbox):
    make_user()

    follow_reset(client, ask_for_reset(client, mailoutbox))

    assert signed_in_email(client) == ""


def test_a_reset_needs_a_good_password(client, mailoutbox):
    make_user()
    path = ask_for_reset(client, mailoutbox)

    response = follow_reset(client, path, "12345")

    assert response.context["form"].errors["password1"]
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    "key", ["1-x", "zzzzzz-abc-def", "0-set-password", "1-cabc12-" + "a" * 400]
)
def test_a_forged_reset_link_is_refused(client, key):
    make_user()

    response = client.get(f"/accounts/password/reset/key/{key}/")

    assert response.status_code == 200
    assert response.context["token_fail"]


def test_an_unknown_address_is_told_by_mail(client, mailoutbox):
    client.post(RESET, {"email": "o'nobody@example.com"})

    assert mailoutbox[0].to == ["o'nobody@example.com"]
    assert mailoutbox[0].subject == "No Django-Tracking account with this address"
    assert "o'nobody@example.com" in mailoutbox[0].body


def test_an_inactive_user_gets_no_link(client, mailoutbox):
    make_user(is_active=False)

    client.post(RESET, {"email": "ada@example.com"})

    assert not [link for link in links_in(mailoutbox[0]) if "reset/key" in link]


def test_an_address_that_waits_gets_no_link_to_the_account(client, mail_configured, mailoutbox):
    make_user("ada@example.com").emailaddress_set.create(email="mistyped@example.com")

    client.post(RESET, {"email": "mistyped@example.com"})

    assert not [link for link in links_in(mailoutbox[0]) if "reset/key" in link]
