import pytest
from django.urls import reverse

from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"


def test_a_name_is_saved(client):
    user = make_user()
    client.force_login(user)

    response = client.post(PROFILE, {"display_name": "  Ada L. "})

    user.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, PROFILE)
    assert user.display_name == "Ada L."


def test_a_name_can_be_taken_away(client):
    user = make_user(display_name="Ada")
    client.force_login(user)

    client.post(PROFILE, {"display_name": ""})

    user.refresh_from_db()
    assert user.display_name == ""


def test_only_the_name_is_changed(client):
    user = make_user()
    client.force_login(user)

    client.post(
        PROFILE,
        {"display_name": "Ada", "email": "eve@example.com", "is_staff": "on", "is_superuser": "on"},
    )

    user.refresh_from_db()
    assert (user.email, user.is_staff, user.is_superuser) == ("ada@example.com", False, False)


@pytest.mark.parametrize("name", ["x" * 101, "A\x00da"])
def test_a_wrong_name_gets_a_sentence_and_leaves_the_header_alone(client, name):
    client.force_login(make_user(display_name="Ada"))

    response = client.post(PROFILE, {"display_name": name})

    assert response.status_code == 200
    assert response.context["form"].errors["display_name"]
    assert response.context["user"].display_name == "Ada"


def test_a_name_is_shown_as_text(client):
    client.force_login(make_user(display_name="<script>alert(1)</script>"))

    page = client.get(PROFILE).content

    assert b"<script>alert(1)" not in page


def test_strangers_are_sent_to_sign_in(client):
    assert client.get(PROFILE)["Location"] == f"{reverse('account_login')}?next={PROFILE}"


def test_other_methods_are_refused(client):
    client.force_login(make_user())

    assert client.delete(PROFILE).status_code == 405


def test_profile_has_what_belongs_to_the_browser(client):
    client.force_login(make_user())

    page = client.get(PROFILE).content.decode()

    assert page.count("data-theme-picker") == 2
    assert "data-shortcuts-switch" in page
