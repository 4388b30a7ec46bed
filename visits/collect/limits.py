"""How many requests a second one address, or one site, may send."""

from __future__ import annotations

from array import array
from socket import AF_INET6, inet_pton

IPV6_NETWORK_BYTES = 8


class TokenBuckets:
    """A token bucket for every key, in a fixed amount of memory: 16 bytes times `max_keys`.

    A bucket starts with `burst` tokens and gets `rate_per_second` more, up to `burst`. `max_keys` is
    rounded up to a power of two.

    What is kept of a bucket is one instant: when it will be full again. A key finds it in two tables
    by its hash, which differs from process to process, so that nobody can choose to share a place
    with another. A key that shares one of its places is judged by the other: an innocent key is
    held back only where both are shared with flooding ones, for a thousand of those among a million
    places once in a million. Nothing is ever evicted: however many keys somebody sends, no bucket
    is filled by it. Compared with a dictionary of keys this has no sweep and no worst case.
    """

    def __init__(self, rate_per_second: float, burst: float, max_keys: int) -> None:
        if rate_per_second <= 0 or burst < 1 or max_keys < 1:
            raise ValueError("A bucket needs a rate above 0, room for one token, and one key.")
        self._token_seconds = 1 / rate_per_second
        self._empty_seconds = burst / rate_per_second
        places = 1 << (max_keys - 1).bit_length()
        self._mask = places - 1
        self._full_at = array("d", [0.0]) * places
        self._full_at_too = array("d", [0.0]) * places

    def take(self, key: str, now: float) -> float:
        """Take a token and return 0.0; without one, return the seconds until there will be one.

        `now` is in seconds since a fixed instant. Should its clock go back, no one waits longer.
        """
        hashed = hash(key)
        place = hashed & self._mask
        other = (hashed >> 32) & self._mask
        full_at = self._full_at[place]
        full_at_too = self._full_at_too[other]
        # The fuller one: all that the emptier one has more against it was done by other keys.
        fuller = full_at if full_at < full_at_too else full_at_too
        filled = (fuller if fuller > now else now) + self._token_seconds
        missing = filled - now - self._empty_seconds
        # Sums of floats end a hair above or below: a microsecond is not missed.
        if missing > 1e-6:
            return self._wait(missing, place, other, now)
        if full_at < filled:
            self._full_at[place] = filled
        if full_at_too < filled:
            self._full_at_too[other] = filled
        return 0.0

    def _wait(self, missing: float, place: int, other: int, now: float) -> float:
        if missing > self._token_seconds:
            # No bucket can be emptier than empty: the clock was set back.
            self._full_at[place] = self._full_at_too[other] = now + self._empty_seconds
            return self._token_seconds
        return missing


def limit_key(address: str) -> str:
    """Return what an address is limited by: IPv4 by itself, IPv6 by its network of 64 bits.

    A single customer is given at least 64 bits and could send each request from another address.
    `address` is canonical, as `client_address` returns it.
    """
    if ":" not in address:
        return address
    try:
        return inet_pton(AF_INET6, address)[:IPV6_NETWORK_BYTES].hex()
    except OSError:
        return address
