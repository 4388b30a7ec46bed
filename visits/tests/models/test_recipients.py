"""The addresses of those who get mails: spelled as mail servers take them, or refused with a sentence."""

from __future__ import annotations

from email.utils import formataddr

import pytest
from django.core.exceptions import ValidationError

from visits.models import Recipient

LONG = "ü" * 40


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ada@Example.com", "ada@example.com"),
        ("user@münchen.de", "user@xn--mnchen-3ya.de"),
        ("User@MÜNCHEN.de", "user@xn--mnchen-3ya.de"),
        ("user@www.münchen.de", "user@www.xn--mnchen-3ya.de"),
    ],
)
def test_address_is_spelled_as_servers_take_it(typed: str, stored: str) -> None:
    recipient = Recipient(email=typed)

    recipient.full_clean(exclude=["schedule"], validate_constraints=False)

    assert recipient.email == stored
    assert formataddr(("Ada", recipient.email)) == f"Ada <{stored}>"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        # A long s, which is an S without regard to case.
        ("\u017fam@example.com", "plain letters"),
        (f"{'a' * 64}@{LONG}.{LONG}.{LONG}.{LONG}.de", "too long"),
    ],
)
def test_address_that_has_no_such_spelling_is_refused(typed: str, sentence: str) -> None:
    recipient = Recipient(email=typed)

    with pytest.raises(ValidationError) as raised:
        recipient.full_clean(exclude=["schedule"], validate_constraints=False)

    assert sentence in str(raised.value.message_dict["email"])
