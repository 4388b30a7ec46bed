import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import PASSWORD, links_in, make_user, sign_in, signed_in_email

pytestmark = pytest.mark.django_db
EMAIL = "/accounts/email/"


@pytest.fixture
def ada(client):
    """Ada, signed in, with her password typed a moment ago."""
    ada = make_user("ada@example.com")
    client.force_login(ada)
    type_password(client)
    return ada


def type_password(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def change(client, email):
    return client.post(EMAIL, {"email": email, "action_add": ""})


def path_in(mail):
    return links_in(mail)[0].removeprefix("https://stats.example.org")


def addresses_of(user):
    return list(user.emailaddress_set.order_by("pk").values_list("email", "primary", "verified"))


def messages_of(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_page_sends_strangers_to_sign_in(client):
    assert client.get(EMAIL)["Location"] == f"{reverse('account_login')}?next={EMAIL}"


def test_the_page_shows_the_address(client, ada):
    response = client.get(EMAIL)

    assert response.context["current_emailaddress"].email == "ada@example.com"
    assert response.context["new_emailaddress"] is None


def test_a_change_asks_for_the_password_first_and_then_goes_on(client):
    ada = make_user("ada@example.com")
    client.force_login(ada)

    asked = change(client, "ada@example.net")
    before = User.objects.get().email
    client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert before == "ada@example.com"
    assert User.objects.get().email == "ada@example.net"


def test_without_mail_a_change_works_at_once(client, ada, mailoutbox):
    response = change(client, "Ada@Example.net")

    ada.refresh_from_db()
    assert ada.email == "ada@example.net"
    assert addresses_of(ada) == [("ada@example.net", True, False)]
    assert "Your e-mail address is now ada@example.net." in messages_of(response)
    assert signed_in_email(client) == "ada@example.net"
    assert mailoutbox == []


def test_without_mail_the_changed_address_signs_in(client, ada):
    change(client, "ada@example.net")
    elsewhere = Client()

    sign_in(elsewhere, "ada@example.com")
    old = signed_in_email(elsewhere)
    sign_in(elsewhere, "ada@example.net")

    assert (old, signed_in_email(elsewhere)) == ("", "ada@example.net")


def test_without_mail_a_taken_address_gets_a_sentence(client, ada):
    make_user("bob@example.com")

    response = change(client, "bob@example.com")

    assert response.context["form"].errors["email"] == [
        "There is an account with this e-mail address already."
    ]
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@example.com", "a" * 250 + "@example.com", "a\x00@b.c"]
)
def test_wrong_input_gets_a_sentence(client, ada, email):
    response = change(client, email)

    assert response.context["form"].errors["email"]


def test_with_mail_a_change_waits_for_its_confirmation(client, ada, mail_configured, mailoutbox):
    change(client, "ada@example.net")

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert mailoutbox[0].to == ["ada@example.net"]
    context = client.get(EMAIL).context
    assert context["current_emailaddress"].email == "ada@example.com"
    assert context["new_emailaddress"].email == "ada@example.net"


def test_the_link_completes_the_change_and_tells_the_old_address(
    client, ada, mail_configured, mailoutbox
):
    change(client, "ada@example.net")
    client.post(path_in(mailoutbox[0]))

    ada.refresh_from_db()
    assert ada.email == "ada@example.net"
    assert addresses_of(ada) == [("ada@example.net", True, True)]
    notice = mailoutbox[-1]
    assert notice.to == ["ada@example.com"]
    assert notice.subject == "Your Django-Tracking e-mail address was changed"


def test_a_second_change_replaces_the_first(client, ada, mail_configured, mailoutbox):
    change(client, "ada@example.net")
    change(client, "ada@example.org")
    client.post(path_in(mailoutbox[0]))

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert [email for email, *_ in addresses_of(ada)] == ["ada@example.com", "ada@example.org"]


def test_a_waiting_change_can_be_dropped(client, ada, mail_configured):
    change(client, "ada@example.net")

    client.post(EMAIL, {"email": "ada@example.net", "action_remove": ""})

    assert addresses_of(ada) == [("ada@example.com", True, True)]


@pytest.mark.parametrize("is_primary", [True, False])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_the_present_address_cannot_be_dropped(client, mail_configured, is_confirmed, is_primary):
    ada = make_user("ada@example.com", is_confirmed=is_confirmed)
    ada.emailaddress_set.update(primary=is_primary)
    ada.emailaddress_set.create(email="ada@example.net")
    client.force_login(ada)
    type_password(client)

    client.post(EMAIL, {"email": "ada@example.com", "action_remove": ""})

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert EmailAddress.objects.filter(email="ada@example.com").exists()


def test_the_link_can_be_sent_again(client, ada, mail_configured, mailoutbox):
    change(client, "ada@example.net")
    cache.clear()

    client.post(EMAIL, {"email": "ada@example.net", "action_send": ""})

    assert [mail.to for mail in mailoutbox] == [["ada@example.net"]] * 2


def test_an_unconfirmed_user_keeps_the_address_while_a_change_waits(client, mail_configured):
    ada = make_user("ada@example.com", is_confirmed=False)
    client.force_login(ada)
    type_password(client)

    change(client, "ada@example.net")

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert [email for email, *_ in addresses_of(ada)] == ["ada@example.com", "ada@example.net"]


def test_with_mail_a_taken_address_looks_like_a_free_one(client, ada, mail_configured, mailoutbox):
    bob = make_user("bob@example.com")

    taken = change(client, "bob@example.com")
    shown = client.get(EMAIL).context["new_emailaddress"].email

    assert (taken.status_code, taken["Location"]) == (302, EMAIL)
    assert shown == "bob@example.com"
    assert mailoutbox[0].to == [bob.email]
    assert not [link for link in links_in(mailoutbox[0]) if "confirm-email" in link]


def test_a_link_to_an_address_that_was_taken_meanwhile_changes_nothing(
    client, ada, mail_configured, mailoutbox
):
    change(client, "ada@example.net")
    User.objects.create_user("ada@example.net")

    response = client.post(path_in(mailoutbox[0]))

    ada.refresh_from_db()
    assert response.status_code == 302
    assert ada.email == "ada@example.com"


def test_a_stranger_cannot_confirm_or_drop_for_somebody_else(client, ada, mail_configured):
    change(client, "ada@example.net")
    stranger = Client()
    stranger.force_login(make_user("eve@example.com"))
    type_password(stranger)

    stranger.post(EMAIL, {"email": "ada@example.net", "action_remove": ""})
    stranger.post(EMAIL, {"email": "ada@example.net", "action_primary": ""})

    assert [email for email, *_ in addresses_of(ada)] == ["ada@example.com", "ada@example.net"]
