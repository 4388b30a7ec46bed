"""The numbers of the overview, each with its words and the list it leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.timesince import timesince

from accounts.models import User
from sites.models import Site
from visits.admin.links import Links
from visits.models import Delivery, Hit, Refusal, SiteDay, UpkeepJob
from visits.reports.days import ONE_MINUTE
from visits.service.jobs import Mails
from visits.service.overview import Overview
from visits.service.people import WEEK
from visits.service.storage import FORECAST_DAYS
from visits.templatetags.stats import compact, decimal, exact, percent

WARNING, PROBLEM = "warning", "problem"
# Fewer hits a minute are written with a digit behind the point.
WHOLE_FROM = 10
# A disk that is full sooner should be seen to.
FULL_SOON_DAYS = 60


@dataclass(frozen=True, slots=True)
class Tile:
    """`tone` is WARNING or PROBLEM for what somebody should look at, else empty."""

    label: str
    value: str
    note: str
    url: str
    exact: str = ""
    tone: str = ""


def tiles(state: Overview, links: Links) -> list[Tile]:
    """Return the numbers that somebody may see: those of the service need the right to look at its jobs."""
    shown: list[Tile] = []
    if links.may_see(Site):
        shown += _of_traffic(state, links)
    if links.may_see(User):
        shown.append(_accounts(state, links))
    if links.may_see(UpkeepJob):
        shown += _of_the_service(state, links)
    if links.may_see(Delivery):
        shown.append(_mails(state, links))
    return shown


def _of_traffic(state: Overview, links: Links) -> Iterator[Tile]:
    yield _hits_now(state, links)
    yield _counted(state, links)
    yield _refused(state, links)
    yield _active_sites(state, links)


def _of_the_service(state: Overview, links: Links) -> Iterator[Tile]:
    yield _waiting(state, links)
    yield _database(state, links)
    yield _closed_days(state, links)
    yield _jobs(state, links)


def _hits_now(state: Overview, links: Links) -> Tile:
    rate, newest = state.hits.per_minute, state.hits.newest_at
    return Tile(
        "Hits a minute",
        decimal(rate) if 0 < rate < WHOLE_FROM else compact(rate),
        f"newest {_ago(newest, state.now)}" if newest else "no hit yet",
        links.to_list(Hit),
    )


def _counted(state: Overview, links: Links) -> Tile:
    counted = state.counted
    return Tile(
        "Hits counted today",
        compact(counted.hits),
        f"in {_number(counted.visits, 'visit')} to {_number(counted.sites, 'site')}",
        links.to_list(Hit, day__exact=state.now.date()),
        exact(counted.hits),
    )


def _refused(state: Overview, links: Links) -> Tile:
    refused = sum(state.refused.values())
    received = refused + state.counted.hits
    share = f"{percent(refused / received)} of all that came" if received else "nothing came yet"
    url = links.to_list(Refusal, on__gte=state.now.date())
    return Tile("Refused today", compact(refused), share, url, exact(refused))


def _active_sites(state: Overview, links: Links) -> Tile:
    sites = state.sites
    paused = f", {exact(sites.paused)} paused" if sites.paused else ""
    new = f", {exact(sites.new)} new" if sites.new else ""
    return Tile(
        "Active sites",
        compact(state.weeks.active()),
        f"of {exact(sites.total)} in seven days up to {state.weeks.last_on}{new}{paused}",
        links.to_list(Site),
        exact(state.weeks.active()),
    )


def _accounts(state: Overview, links: Links) -> Tile:
    return Tile(
        "New accounts",
        compact(state.accounts.new),
        f"in seven days, {exact(state.accounts.before)} in those before",
        links.to_list(User, date_joined__gte=state.now - WEEK),
        exact(state.accounts.new),
    )


def _waiting(state: Overview, links: Links) -> Tile:
    queue = state.collector
    spool = f"spool {queue.spool.value}"
    if queue.spooled:
        size = filesizeformat(queue.spool_bytes)
        spool = f"{_number(queue.spooled, 'batch', 'batches')} ({size}) in the spool"
    tone = PROBLEM if queue.is_refusing else WARNING if queue.is_spooling else ""
    return Tile(
        "Hits in the queue",
        compact(queue.queued),
        spool,
        links.to_checks("spool"),
        exact(queue.queued),
        tone,
    )


def _database(state: Overview, links: Links) -> Tile:
    storage = state.storage
    note = "too few hits for a forecast"
    if storage.growth_bytes is not None and storage.forecast_bytes is not None:
        growth, later = filesizeformat(storage.growth_bytes), filesizeformat(storage.forecast_bytes)
        note = f"+{growth} a day, {later} in {FORECAST_DAYS} days"
    is_full_soon = storage.days_left is not None and storage.days_left < FULL_SOON_DAYS
    if is_full_soon:
        note += f"; the disk is full in {_number(storage.days_left or 0, 'day')}"
    return Tile(
        "Database",
        filesizeformat(storage.used_bytes),
        note,
        links.to_checks("disk"),
        tone=PROBLEM if is_full_soon else "",
    )


def _closed_days(state: Overview, links: Links) -> Tile:
    behind, waiting = len(state.weeks.behind()), state.weeks.waiting_days()
    url = links.to_list(SiteDay, state="waiting") if waiting else links.to_list(SiteDay)
    if behind:
        note = f"{_number(behind, 'site')} not closed up to {state.weeks.last_on}"
        return Tile("Days to close", compact(max(waiting, behind)), note, url, tone=WARNING)
    note = f"all of four weeks are closed and archived up to {state.weeks.last_on}"
    if waiting:
        note = "of four weeks; changed since, upkeep closes them anew"
    return Tile("Days to close", compact(waiting), note, url, exact(waiting))


def _jobs(state: Overview, links: Links) -> Tile:
    jobs = state.jobs
    if jobs.oldest_at is None:
        note = "upkeep has not run yet"
    else:
        note = f"of {_number(jobs.known, 'job')}, the oldest {_ago(jobs.oldest_at, state.now)}"
    url = links.to_list(UpkeepJob, **({"state": "failed"} if jobs.failed else {}))
    tone = PROBLEM if jobs.failed else WARNING if jobs.overdue or jobs.oldest_at is None else ""
    return Tile("Failed jobs", compact(jobs.failed), note, url, tone=tone)


def _mails(state: Overview, links: Links) -> Tile:
    mails = state.mails
    note = _of_mails(mails)
    url = links.to_list(Delivery, **({"state__exact": "failed"} if mails.failed else {}))
    tone = PROBLEM if mails.failed else WARNING if mails.late else ""
    return Tile("Failed mails", compact(mails.failed), note, url, exact(mails.failed), tone)


def _of_mails(mails: Mails) -> str:
    """Say what is wrong, and what is to be done about it."""
    failed = f"{exact(mails.failed)} failed: try again" if mails.failed else ""
    late = f"{exact(mails.late)} late" if mails.late else ""
    return ", ".join(filter(None, (failed, late))) or "none is late"


def _ago(at: dt.datetime, now: dt.datetime) -> str:
    if now - at < ONE_MINUTE:
        return "seconds ago"
    return f"{timesince(at, now, depth=1)} ago"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{exact(count)} {one if count == 1 else many or f'{one}s'}"
