import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import PASSWORD, make_user, signed_in_email

pytestmark = pytest.mark.django_db
DELETE = "/accounts/delete/"


def make_site(owner, domain):
    """Accounts do not know sites; they only go with their owner."""
    return apps.get_model("sites", "Site").objects.create(owner=owner, name=domain, domain=domain)


def test_the_page_names_the_own_sites(client):
    ada = make_user()
    site = make_site(ada, "ada.example")
    make_site(make_user("bob@example.com"), "bob.example")
    client.force_login(ada)

    response = client.get(DELETE)

    assert list(response.context["sites"]) == [site]
    assert User.objects.count() == 2


def test_the_password_deletes_the_account_and_its_sites(client):
    ada, bob = make_user(), make_user("bob@example.com")
    make_site(ada, "ada.example")
    kept = make_site(bob, "bob.example")
    client.force_login(ada)

    response = client.post(DELETE, {"password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, reverse("front"))
    assert list(User.objects.all()) == [bob]
    assert list(type(kept).objects.all()) == [kept]
    assert signed_in_email(client) == ""
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Your account and its sites are deleted."
    ]


@pytest.mark.parametrize("password", ["", "wrong password", "x" * 5000, "a\x00b"])
def test_a_wrong_password_deletes_nothing(client, password):
    client.force_login(make_user())

    response = client.post(DELETE, {"password": password})

    assert response.status_code == 200
    assert response.context["form"].errors["password"]
    assert User.objects.exists()


def test_nobody_can_guess_the_password_here(client):
    client.force_login(make_user())
    for _ in range(5):
        client.post(DELETE, {"password": "wrong password"})

    response = client.post(DELETE, {"password": PASSWORD})

    assert response.status_code == 429
    assert User.objects.exists()


def test_a_user_without_a_password_sets_one_first(client):
    client.force_login(make_user(password=None))

    assert client.get(DELETE)["Location"] == reverse("account_set_password")
    assert client.post(DELETE, {"password": ""})["Location"] == reverse("account_set_password")


def test_strangers_are_sent_to_sign_in(client):
    assert client.post(DELETE)["Location"] == f"{reverse('account_login')}?next={DELETE}"


def test_a_deleted_address_is_free_again(client):
    client.force_login(make_user())
    client.post(DELETE, {"password": PASSWORD})

    make_user("ada@example.com")

    assert User.objects.count() == 1
