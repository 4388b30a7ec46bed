"""Visitor ids: one for a person, a site and a salt."""

from __future__ import annotations

import pytest

from visits.collect.visitor import visitor_id

SALT = b"s" * 32


def test_same_person_has_the_same_id_under_one_salt() -> None:
    assert visitor_id(SALT, 1, "192.0.2.1", "Firefox") == visitor_id(
        SALT, 1, "192.0.2.1", "Firefox"
    )


@pytest.mark.parametrize(
    ("salt", "site_id", "address", "user_agent"),
    [
        (b"t" * 32, 1, "192.0.2.1", "Firefox"),
        (SALT, 2, "192.0.2.1", "Firefox"),
        (SALT, 1, "192.0.2.2", "Firefox"),
        (SALT, 1, "192.0.2.1", "Chrome"),
        (SALT, 1, "192.0.2.1F", "irefox"),
        (SALT, 11, "92.0.2.1", "Firefox"),
    ],
)
def test_anything_else_is_somebody_else(
    salt: bytes, site_id: int, address: str, user_agent: str
) -> None:
    first = visitor_id(SALT, 1, "192.0.2.1", "Firefox")

    assert visitor_id(salt, site_id, address, user_agent) != first


def test_id_fits_a_signed_column_of_64_bits() -> None:
    ids = [visitor_id(SALT, 1, str(number), "") for number in range(500)]

    assert all(-(2**63) <= value < 2**63 for value in ids)
    assert min(ids) < 0 < max(ids)
