import pytest
from django.urls import reverse

from accounts.tests.factories import make_user, signed_in_email

pytestmark = pytest.mark.django_db
LOGOUT = "/accounts/logout/"


def test_post_signs_out(client):
    client.force_login(make_user())

    response = client.post(LOGOUT)

    assert (response.status_code, response["Location"]) == (302, reverse("front"))
    assert signed_in_email(client) == ""


def test_get_asks_and_changes_nothing(client):
    client.force_login(make_user())

    response = client.get(LOGOUT)

    assert response.status_code == 200
    assert signed_in_email(client) == "ada@example.com"


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_signed_out_is_sent_to_the_front(client, method):
    response = getattr(client, method)(LOGOUT)

    assert (response.status_code, response["Location"]) == (302, reverse("front"))
