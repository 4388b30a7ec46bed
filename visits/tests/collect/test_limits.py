"""Token buckets: who has to wait, for how long, and at what cost."""

from __future__ import annotations

import random
import sys
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.collect.limits import TokenBuckets, limit_key


def make_buckets(
    rate_per_second: float = 2, burst: float = 3, max_keys: int = 1024
) -> TokenBuckets:
    return TokenBuckets(rate_per_second, burst, max_keys)


def taken(buckets: TokenBuckets, key: str, instants: list[float]) -> list[float]:
    return [buckets.take(key, now) for now in instants]


def test_new_key_has_its_whole_burst() -> None:
    assert taken(make_buckets(), "a", [100.0] * 4) == [0, 0, 0, 0.5]


def test_tokens_come_back_at_the_rate() -> None:
    assert taken(make_buckets(), "a", [0, 0, 0, 0.5, 0.75, 1.0, 1.0]) == [0, 0, 0, 0, 0.25, 0, 0.5]


def test_wait_is_long_enough_and_no_longer() -> None:
    buckets = make_buckets(rate_per_second=3, burst=1)
    buckets.take("a", 1000.0)
    wait = buckets.take("a", 1000.1)

    assert buckets.take("a", 1000.1 + wait - 0.01) > 0
    assert buckets.take("a", 1000.1 + wait) == 0


def test_refused_requests_take_no_token() -> None:
    buckets = make_buckets()

    waits = taken(buckets, "a", [0.0] * 1000)

    assert waits.count(0.0) == 3
    assert buckets.take("a", 0.5) == 0


def test_bucket_holds_no_more_than_its_burst() -> None:
    buckets = make_buckets()
    buckets.take("a", 0)

    assert taken(buckets, "a", [9999.0] * 4) == [0, 0, 0, 0.5]


def test_keys_have_buckets_of_their_own() -> None:
    buckets = make_buckets()
    taken(buckets, "a", [0.0] * 10)

    assert taken(buckets, "b", [0.0] * 4) == [0, 0, 0, 0.5]


def test_clock_that_is_set_back_locks_nobody_out() -> None:
    buckets = make_buckets()
    taken(buckets, "a", [7200.0] * 3)

    assert buckets.take("a", 3600.0) == 0.5
    assert buckets.take("a", 3600.5) == 0


@pytest.mark.parametrize(("rate", "burst", "keys"), [(0, 1, 1), (-1, 1, 1), (1, 0.9, 1), (1, 1, 0)])
def test_impossible_buckets_are_refused(rate: float, burst: float, keys: int) -> None:
    with pytest.raises(ValueError, match="rate"):
        TokenBuckets(rate, burst, keys)


@given(
    rate=st.floats(0.1, 1000),
    burst=st.floats(1, 1000),
    pauses=st.lists(st.floats(0, 3), max_size=60),
)
def test_bucket_agrees_with_counting_tokens(rate: float, burst: float, pauses: list[float]) -> None:
    buckets = make_buckets(rate, burst)
    tokens, now = burst, 1000.0

    for pause in pauses:
        now += pause
        tokens = min(tokens + pause * rate, burst)
        wait = buckets.take("a", now)
        if abs(tokens - 1) < 1e-6:  # where rounding decides
            return
        assert (wait == 0) == (tokens > 1)
        assert wait == pytest.approx(max(0, (1 - tokens) / rate), abs=1e-6)
        tokens -= wait == 0


def test_a_million_addresses_fill_no_bucket_and_hold_back_nobody() -> None:
    """Figures: at most 20 MB; a flooding address stays where it is; 1,000 others are all served."""
    buckets = make_buckets(rate_per_second=1, burst=60, max_keys=1_000_000)
    taken(buckets, "flood", [0.0] * 1000)

    for number in range(1_000_000):
        buckets.take(f"{number >> 16}.{number >> 8 & 255}.{number & 255}", number / 100_000)

    waits = taken(buckets, "flood", [10.0] * 11)
    served = [buckets.take(f"192.0.2.{number}", 10.0) for number in range(1000)]
    size_bytes = sum(sys.getsizeof(v) for v in vars(buckets).values() if isinstance(v, array))
    print(f"a million addresses: {size_bytes / 1e6:.1f} MB, held back {sum(map(bool, served))}")
    assert size_bytes <= 20e6
    assert waits.count(0.0) <= 10
    assert set(served) == {0.0}


def test_many_flooding_addresses_hold_back_few_others() -> None:
    """Figures: beside 1,000 flooding addresses at most 5 of 10,000 others are held back."""
    buckets = make_buckets(rate_per_second=1, burst=10, max_keys=1 << 18)
    for number in range(1000):
        taken(buckets, f"flood {number}", [0.0] * 11)

    keys = [f"visitor {random.random()}" for _ in range(10_000)]

    assert sum(buckets.take(key, 0.0) > 0 for key in keys) <= 5


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("192.0.2.1", ["192.0.2.1"]),
        ("2001:db8:1:2::9", ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"]),
        ("::1", ["::", "::ffff"]),
        ("", [""]),
        ("no:address", ["no:address"]),
    ],
)
def test_addresses_of_one_network_are_limited_together(address: str, same: list[str]) -> None:
    assert {limit_key(one) for one in [address, *same]} == {limit_key(address)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:1:2::9", "2001:db8:1:3::9"),
        ("2001:db8::", "2001:db9::"),
    ],
)
def test_addresses_of_two_networks_are_limited_apart(one: str, other: str) -> None:
    assert limit_key(one) != limit_key(other)
