import pytest
from django.urls import reverse

from accounts.tests.factories import make_user, sign_in, signed_in_email

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def test_the_page_asks_for_address_and_password(client):
    page = client.get(LOGIN).content.decode()

    assert 'name="login"' in page
    assert 'name="password"' in page
    assert reverse("account_reset_password") in page
    assert reverse("account_signup") in page


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.com", " ada@example.com "])
def test_the_right_password_signs_in(client, email):
    make_user("ada@example.com")

    response = sign_in(client, email)

    assert (response.status_code, response["Location"]) == (302, reverse("site_list"))
    assert signed_in_email(client) == "ada@example.com"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong password"),
        ("ada@example.com", ""),
        ("nobody@example.com", "correct horse battery"),
        ("no address", "correct horse battery"),
        ("", ""),
        ("ada@example.com\x00", "correct horse battery"),
        ("a" * 5000 + "@example.com", "x" * 5000),
    ],
)
def test_wrong_input_gets_the_form_again(client, email, password):
    make_user("ada@example.com")

    response = sign_in(client, email, password)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert signed_in_email(client) == ""


def test_after_sign_in_one_comes_where_one_wanted_to_go(client):
    make_user("ada@example.com")
    asked = client.get(reverse("profile"))

    response = client.post(
        asked["Location"], {"login": "ada@example.com", "password": "correct horse battery"}
    )

    assert response["Location"] == reverse("profile")


def test_somebody_signed_in_is_sent_on(client):
    client.force_login(make_user())

    response = client.get(LOGIN)

    assert (response.status_code, response["Location"]) == (302, reverse("site_list"))


def test_an_unverified_user_is_asked_to_confirm_first(client, mail_configured, mailoutbox):
    make_user("ada@example.com", is_confirmed=False)

    response = sign_in(client)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert signed_in_email(client) == ""
    assert [mail.to for mail in mailoutbox] == [["ada@example.com"]]


def test_without_mail_an_unverified_user_signs_in(client, mailoutbox):
    make_user("ada@example.com", is_confirmed=False)

    sign_in(client)

    assert signed_in_email(client) == "ada@example.com"
    assert mailoutbox == []


def test_an_inactive_user_is_told_so_only_with_the_right_password(client):
    make_user("ada@example.com", is_active=False)

    wrong = sign_in(client, password="wrong password")
    right = sign_in(client)

    assert wrong.status_code == 200
    assert right["Location"] == reverse("account_inactive")
    assert signed_in_email(client) == ""


def test_a_waiting_address_of_a_stranger_opens_no_other_account(client, mail_configured):
    ada = make_user("ada@example.com", password="ada's own password")
    make_user("bob@example.com").emailaddress_set.create(email=ada.email)

    sign_in(client, "ada@example.com", "ada's own password")

    assert signed_in_email(client) == "ada@example.com"
