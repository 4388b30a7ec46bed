"""Lines of access logs, and what an import of them stores."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from visits.models import Hit, Refusal, Visit

# 58 lines of a small site's two days; addresses are from the ranges for documentation.
ACCESS_LOG = Path(__file__).parent / "access.log"
NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def make_lines(
    *paths: str, hour: int = 10, address: str = "192.0.2.1", agent: str = FIREFOX
) -> str:
    """Return a line a minute; the first at `hour` o'clock UTC on 4 May 2026."""
    return "".join(
        f"{address} - - [04/May/2026:{hour}:{minute:02}:00 +0000]"
        f' "GET {path} HTTP/1.1" 200 1234 "-" "{agent}"\n'
        for minute, path in enumerate(paths)
    )


def stored() -> dict[str, Any]:
    """Return all that an import changes."""
    return {
        "hits": sorted(Hit.objects.values_list("at", "page", "visit")),
        "visits": sorted(Visit.objects.values_list("started_at", "pageviews", "is_first")),
        "refusals": sorted(Refusal.objects.values_list("hour_at", "reason", "count")),
    }
