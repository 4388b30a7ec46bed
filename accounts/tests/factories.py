"""People for tests."""

import re

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.urls import reverse

from accounts.models import User

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "wooden stapler lamp"


def make_user(email="ada@example.com", *, is_confirmed=True, password=PASSWORD, **fields):
    """Store a user with a password and an address row, as sign-up leaves it."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_confirmed)
    return user


def sign_in(client, email="ada@example.com", password=PASSWORD, **query):
    url = reverse("account_login", query=query) if query else reverse("account_login")
    return client.post(url, {"login": email, "password": password})


def sign_up(client, email="ada@example.com", password=PASSWORD, **fields):
    return client.post(reverse("account_signup"), {"email": email, "password1": password, **fields})


def signed_in_email(client):
    """Return the address of the person whose session `client` has, "" when signed out."""
    return getattr(get_user(client), "email", "")


def links_in(message):
    return re.findall(r"https?://\S+", message.body)
