"""Choosing by weight, quickly and always the same for the same seed."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def seeded(*parts: object) -> Random:
    """Return a generator of chances that is always the same for the same parts."""
    # Whoever guesses the chances of a demo learns nothing.
    return Random(" ".join(map(str, parts)))  # noqa: S311


class Weighted(Generic[Item]):
    """Things of which some are chosen more often than others."""

    def __init__(self, weighted: Iterable[tuple[float, Item]]) -> None:
        weights, items = zip(*weighted, strict=True)
        self.items: tuple[Item, ...] = items
        self.sums = list(accumulate(weights))

    def choose(self, random: Random) -> Item:
        position = bisect(self.sums, random.random() * self.sums[-1])
        return self.items[min(position, len(self.items) - 1)]
