"""Visitor ids: the same within a site's day, unlinkable after it."""

from __future__ import annotations

from hashlib import blake2b

VISITOR_ID_BYTES = 8


def visitor_id(salt: bytes, site_id: int, address: str, user_agent: str) -> int:
    """Return a signed 64-bit id: a hash of site, address and user agent, keyed with the day's salt.

    Whoever does not have the salt can neither find the address of an id nor the id of an address.
    """
    # A zero byte cannot stand in either part, so two different pairs never join to the same text.
    person = f"{site_id}\0{address}\0{user_agent}".encode("utf-8", "replace")
    digest = blake2b(person, digest_size=VISITOR_ID_BYTES, key=salt).digest()
    return int.from_bytes(digest, "big", signed=True)
