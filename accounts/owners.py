"""Accounts that an operator makes."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.emails import confirm_address
from accounts.models import User


def create_owner(
    email: str,
    password: str,
    *,
    display_name: str = "",
    is_staff: bool = False,
    is_superuser: bool = False,
) -> User:
    """Store a user whose address counts as confirmed: the operator vouches for it.

    A superuser is staff too. Raises ValidationError, whose sentences are for the operator, when the
    address is none or taken, or the password is weak.
    """
    user = User(
        email=email.strip().lower(),
        display_name=display_name,
        is_staff=is_staff or is_superuser,
        is_superuser=is_superuser,
    )
    user.full_clean(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save()
        confirm_address(user)
    return user
