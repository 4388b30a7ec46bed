"""The token buckets of addresses and of sites, as the settings size them."""

from __future__ import annotations

import time
from functools import cache, lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from visits.collect.limits import TokenBuckets, limit_key

# A page with many visitors behind one address, or a newsletter: ten seconds' worth may come at once.
BURST_SECONDS = 10
ADDRESSES_AT_MOST = 2**19
SITES_AT_MOST = 2**16


def address_wait(address: str) -> float:
    """Take a request of an address; return 0.0, or the seconds until it may send another.

    Behind a proxy that does not say for whom it asks there is no address, and no limit.
    """
    buckets = _buckets("ADDRESS_LIMIT", ADDRESSES_AT_MOST)
    return 0.0 if buckets is None or not address else buckets.take(_key(address), time.monotonic())


def site_wait(site_id: int) -> float:
    """Take a request for a site; return 0.0, or the seconds until there may be another."""
    buckets = _buckets("SITE_LIMIT", SITES_AT_MOST)
    return 0.0 if buckets is None else buckets.take(str(site_id), time.monotonic())


@receiver(setting_changed)
def forget_floods(**_: object) -> None:
    """Fill all buckets. For tests."""
    _buckets.cache_clear()


@cache
def _buckets(setting: str, count: int) -> TokenBuckets | None:
    rate = getattr(settings, setting)
    return TokenBuckets(rate, max(1.0, rate * BURST_SECONDS), count) if rate else None


# Addresses repeat for the length of a visit; they are held in memory alone, and not for long.
@lru_cache(maxsize=1024)
def _key(address: str) -> str:
    return limit_key(address)
