"""The state of the service at a glance: what the index of the admin shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from visits.service.collector import Collector, collector
from visits.service.jobs import Jobs, Mails, jobs, mails
from visits.service.people import New, Sites, accounts, sites
from visits.service.storage import Storage, storage
from visits.service.traffic import Counted, HitsNow, counted_today, hits_now, refused_today
from visits.service.weeks import Weeks, site_weeks


@dataclass(frozen=True, slots=True)
class Overview:
    """What the service does at `now`. `refused` are today's refusals by reason, the most frequent first."""

    now: dt.datetime
    hits: HitsNow
    counted: Counted
    refused: dict[str, int]
    weeks: Weeks
    collector: Collector
    storage: Storage
    sites: Sites
    accounts: New
    jobs: Jobs
    mails: Mails


def overview(now: dt.datetime) -> Overview:
    """Return the state of the service; nine statements, however many sites and hits there are."""
    hits, weeks = hits_now(now), site_weeks(now)
    return Overview(
        now=now,
        hits=hits,
        counted=counted_today(now),
        refused=refused_today(now),
        weeks=weeks,
        collector=collector(),
        storage=storage(hits.kept, weeks.hits_per_day()),
        sites=sites(now),
        accounts=accounts(now),
        jobs=jobs(now),
        mails=mails(now),
    )
