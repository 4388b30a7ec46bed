import getpass
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.management.commands import createowner
from accounts.models import Role, State, User
from accounts.tests.factories import sign_in, signed_in_email

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def create(*arguments):
    out = StringIO()
    call_command("createowner", *arguments, stdout=out)
    return out.getvalue()


def answer(monkeypatch, *passwords):
    answers = iter(passwords)
    monkeypatch.setattr(
        "accounts.management.commands.createowner.getpass", lambda prompt: next(answers)
    )


def test_an_owner_can_sign_in_at_once(client, mail_configured):
    printed = create("Ada@Example.com", "--password", PASSWORD, "--name", "Ada")

    user = User.objects.get()
    assert (user.email, user.display_name) == ("ada@example.com", "Ada")
    assert (user.role, user.state()) == (Role.OWNER, State.ACTIVE)
    assert printed == "ada@example.com can sign in now (Owner).\n"
    sign_in(client)
    assert signed_in_email(client) == "ada@example.com"


@pytest.mark.parametrize(
    ("options", "is_staff", "is_superuser"),
    [
        (["--staff"], True, False),
        (["--superuser"], True, True),
        (["--staff", "--superuser"], True, True),
    ],
)
def test_options_give_powers(options, is_staff, is_superuser):
    create("ada@example.com", "--password", PASSWORD, *options)

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (is_staff, is_superuser)


def test_the_password_is_asked_for_when_left_out(monkeypatch):
    answer(monkeypatch, PASSWORD, PASSWORD)

    create("ada@example.com")

    assert User.objects.get().check_password(PASSWORD)


def test_two_different_answers_are_refused(monkeypatch):
    answer(monkeypatch, PASSWORD, "another answer")

    with pytest.raises(CommandError, match="differ"):
        create("ada@example.com")

    assert not User.objects.exists()


def test_the_password_is_not_echoed():
    assert vars(createowner)["getpass"] is getpass.getpass


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("ada", PASSWORD, "Enter a valid email address."),
        ("", PASSWORD, "This field cannot be blank."),
        ("ada@example.com", "short", "This password is too short"),
        ("ada@example.com", "", "This password is too short"),
        ("ada@example.com", "12345678901", "entirely numeric"),
        ("ada@example.com", "ada@example.com", "too similar to the e-mail address"),
        ("bob@example.com", PASSWORD, "There is an account with this e-mail address already."),
        ("BOB@example.com", PASSWORD, "There is an account with this e-mail address already."),
    ],
)
def test_wrong_input_is_refused_with_a_sentence(email, password, sentence):
    User.objects.create_user("bob@example.com")

    with pytest.raises(CommandError, match=sentence) as refused:
        create(email, "--password", password)

    assert refused.value.returncode != 0
    assert User.objects.count() == 1


def test_a_change_that_waits_does_not_stand_in_the_way():
    bob = User.objects.create_user("bob@example.com")
    EmailAddress.objects.create(user=bob, email="ada@example.com")

    create("ada@example.com", "--password", PASSWORD)

    assert User.objects.get(email="ada@example.com").is_verified()
    assert not EmailAddress.objects.filter(user=bob).exists()
