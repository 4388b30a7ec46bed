"""Questions about several kinds of hits at once: integers in, sums out, and no names of any engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from visits.reports.scan import HitLike, Scan

# A hit that is like one of them.
Likes = tuple[HitLike, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """How many visitors have a hit of each kind, and how many such hits there are.

    The answer is one row: visitors and hits of the first kind, of the second, and so on. Visitors belong
    to a day. `visits` is a scan of visits: it says which are meant, and its groups and sums are not asked.
    """

    KEY_COUNT: ClassVar[int] = 0

    visits: Scan
    kinds: tuple[Likes, ...]


@dataclass(frozen=True, slots=True)
class Earning:
    """What the hits of each kind earned.

    The answer has a row for each currency: number of payments and millionths of the first kind, of the
    second, and so on. `visits` is as for Meeting.
    """

    KEY_COUNT: ClassVar[int] = 1

    visits: Scan
    kinds: tuple[Likes, ...]


MeetingScan = Meeting | Earning
