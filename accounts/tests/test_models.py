import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role, State, User
from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case():
    user = User.objects.create_user(" Ada@Example.COM ", "a long password")

    assert user.email == "ada@example.com"


def test_the_database_refuses_an_address_in_mixed_case():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Ada@example.com")


def test_the_database_refuses_an_address_twice():
    make_user("ada@example.com")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ADA@example.com")


def test_a_user_is_found_by_the_address_in_any_case():
    user = make_user("ada@example.com")

    assert User.objects.get_by_natural_key("Ada@Example.com") == user


def test_a_user_without_a_password_has_none_that_works():
    user = User.objects.create_user("ada@example.com")

    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("display_name", "full", "short"),
    [("Ada L.", "Ada L.", "Ada L."), ("", "ada@example.com", "ada")],
)
def test_a_user_is_called_by_name_else_by_address(display_name, full, short):
    user = User(email="ada@example.com", display_name=display_name)

    assert (user.get_full_name(), user.get_short_name()) == (full, short)


def test_a_user_is_written_down_without_name_and_address():
    assert str(User(email="ada@example.com", display_name="Ada L.")) == "a•••@e•••.com"


@pytest.mark.parametrize(
    ("powers", "role"),
    [
        ({}, Role.OWNER),
        ({"is_staff": True}, Role.STAFF),
        ({"is_staff": True, "is_superuser": True}, Role.SUPERUSER),
        ({"is_superuser": True}, Role.SUPERUSER),
    ],
)
def test_role_follows_from_the_powers(powers, role):
    user = make_user(**powers)

    assert user.role is role
    assert [found for found in Role if user in User.objects.in_role(found)] == [role]


STATES = [
    # mail, active, confirmed -> state
    (True, True, True, State.ACTIVE),
    (True, True, False, State.UNVERIFIED),
    (True, False, True, State.INACTIVE),
    (True, False, False, State.INACTIVE),
    (False, True, True, State.ACTIVE),
    (False, True, False, State.ACTIVE),
    (False, False, True, State.INACTIVE),
]


@pytest.mark.parametrize(("is_mail_configured", "is_active", "is_confirmed", "state"), STATES)
def test_state_says_whether_a_user_can_sign_in(
    settings, is_mail_configured, is_active, is_confirmed, state
):
    settings.IS_MAIL_CONFIGURED = is_mail_configured
    user = make_user(is_active=is_active, is_confirmed=is_confirmed)

    assert user.state() is state
    assert [found for found in State if user in User.objects.in_state(found)] == [state]


def test_state_asks_nothing_of_the_database_when_annotated(
    mail_configured, django_assert_num_queries
):
    make_user("ada@example.com")
    make_user("bob@example.com", is_confirmed=False)

    with django_assert_num_queries(1):
        states = [user.state() for user in User.objects.with_verification()]

    assert states == [State.ACTIVE, State.UNVERIFIED]
