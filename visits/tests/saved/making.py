"""Reports for tests, and sites all over the world."""

from __future__ import annotations

import datetime as dt
import random

from accounts.models import User
from sites.models import Site
from visits.models import Report, Visit
from visits.saved.answer import Answer
from visits.saved.run import run_report
from visits.tests.factory import DIRECT, GOOGLE, LAPTOP, NOON, PHONE, Equipment, make_visit

NOW = NOON + dt.timedelta(hours=1)
ZONES = ("Asia/Tokyo", "Asia/Tokyo", "America/New_York", "Asia/Kolkata")


def make_report(**fields: object) -> Report:
    asked = {"name": "Report", "metrics": ["visitors", "visits"], "dimension": "site"}
    return Report.objects.create(**asked | fields)


def ask(**fields: object) -> Answer:
    """Return what a report with these fields says."""
    return run_report(make_report(**fields), NOW, purpose=None)


def labels(answer: Answer) -> list[str]:
    return [row.label for row in answer.table.rows]


def values(answer: Answer) -> dict[tuple[str, ...], tuple[object, ...]]:
    """Return values and previous ones by the words of the rows."""
    rows = answer.table.result.rows
    return {row.labels: (row.values, row.previous) for row in rows}


def make_sites(owner: User) -> list[Site]:
    """Return a site in each of the zones; the last is never visited."""
    return [
        Site.objects.create(
            owner=owner, name=f"Site {number}", domain=f"{number}.example.com", time_zone=zone
        )
        for number, zone in enumerate((*ZONES, "UTC"))
    ]


def make_traffic(sites: list[Site], count: int = 60) -> list[Visit]:
    """Return visits of the last fortnight, some of a visitor who came before on that day."""
    chance = random.Random(6)
    visits: list[Visit] = []
    for _number in range(count):
        site = chance.choice(sites[:-1])
        again = next((each for each in visits if each.site == site and chance.random() < 0.3), None)
        started_at = NOW - dt.timedelta(minutes=chance.randrange(1, 15 * 24 * 60))
        if again:
            started_at = again.started_at + dt.timedelta(minutes=40)
        visit = make_visit(
            site,
            started_at=started_at,
            visitor=again.visitor if again else None,
            day=again.day if again else None,
            origin=chance.choice((DIRECT, GOOGLE)),
            equipment=again_equipment(again) or chance.choice((LAPTOP, PHONE)),
        )
        visits.append(visit)
    return visits


def again_equipment(visit: Visit | None) -> Equipment | None:
    """Return with what somebody came before: a visitor has one client."""
    if visit is None:
        return None
    return LAPTOP if visit.client.browser == LAPTOP.browser else PHONE
