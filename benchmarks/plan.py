"""What is made for the benchmarks: how many hits, of which days, on which sites."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.traffic import Target

# Behind every clock that this may run by: no row lies in the future.
LAST_DAY = dt.date(2025, 6, 30)
OWNER = "benchmark@example.com"


@dataclass(frozen=True)
class Plan:
    hits: int = 10_000_000
    days: int = 400
    last_day: dt.date = LAST_DAY
    seed: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Plan:
        """Return what HITS, DAYS, UNTIL (a date) and SEED ask for."""
        return cls(
            hits=int(environment.get("HITS") or cls.hits),
            days=int(environment.get("DAYS") or cls.days),
            last_day=dt.date.fromisoformat(environment.get("UNTIL") or cls.last_day.isoformat()),
            seed=int(environment.get("SEED") or cls.seed),
        )

    def to_environment(self) -> dict[str, str]:
        return {
            "HITS": str(self.hits),
            "DAYS": str(self.days),
            "UNTIL": self.last_day.isoformat(),
            "SEED": str(self.seed),
        }

    def dates(self) -> Iterator[dt.date]:
        """Yield the days, the earliest first."""
        for age in range(self.days - 1, -1, -1):
            yield self.last_day - dt.timedelta(age)


def site_target(number: int) -> Target:
    """Return key and domain of a site; number 0 is the big one."""
    return Target(f"benchmark{number:03d}", f"site-{number:03d}.example")
