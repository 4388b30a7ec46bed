"""Questions about the order of hits within visits: integers in, counts out, and no names of any engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from visits.reports.scan import HitLike, Scan

# No page: the visit begins or ends there.
NOTHING = 0


@dataclass(frozen=True, slots=True)
class Steps:
    """How many visits met the first of `likes`, the first and then the second, and so on.

    Each is met by a later hit than the one before; of one instant, the hit with the larger id is later.
    The answer is one row of as many counts as there are likes. `visits` is a scan of visits: it says
    which are meant, and its groups and sums are not asked.
    """

    KEY_COUNT: ClassVar[int] = 0

    visits: Scan
    likes: tuple[HitLike, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which pages were viewed directly after the views of `pages` in the same visit, or before them.

    The answer has the number of views by the id of the neighbour's page, NOTHING where the visit ends,
    or begins, with the view. `visits` is as for Steps.
    """

    KEY_COUNT: ClassVar[int] = 1

    visits: Scan
    pages: frozenset[int]
    is_next: bool


SequenceScan = Steps | Neighbours
