"""Plans for tests: a few days with many visits."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from visits.demo.plan import Plan
from visits.demo.traffic import Visit, simulate

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday afternoon in Berlin.
NOW = dt.datetime(2026, 5, 4, 13, 30, tzinfo=dt.UTC)


def make_plan(**fields: Any) -> Plan:
    defaults: dict[str, Any] = {
        "domain": "example.com",
        "zone": BERLIN,
        "until": NOW,
        "days": 4,
        "visits_per_day": 40,
    }
    return Plan(**{**defaults, **fields})


def visits_of(plan: Plan) -> list[Visit]:
    """Return the visits that are counted."""
    visits = (visit for day in plan.each_day() for visit in simulate(plan, day))
    return [visit for visit in visits if visit[0].reason is None]
