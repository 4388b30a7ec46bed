"""The index of the admin: what the service does right now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from sites.models import Site
from visits.admin.links import Links
from visits.admin.tiles import Tile, tiles
from visits.models import Refusal
from visits.saved.refused import reason_label
from visits.service.overview import Overview, overview
from visits.service.weeks import SiteWeek, Weeks
from visits.templatetags.stats import change_size, compact, direction, exact, percent


@dataclass(frozen=True, slots=True)
class Bar:
    """A row with a number and how large that is beside the largest, in per cent."""

    label: str
    url: str
    value: str
    exact: str
    share: str
    bar_percent: float


@dataclass(frozen=True, slots=True)
class Leader:
    """A site among the first of its list; `direction` is "up", "down" or "flat"."""

    name: str
    url: str
    visitors: str
    exact: str
    change: str
    direction: str


@dataclass(frozen=True, slots=True)
class LeaderList:
    """The first sites in an order; `empty` says why there are none."""

    id: str
    title: str
    rows: list[Leader]
    empty: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What templates/admin/overview.html shows; parts that somebody may not see are empty."""

    tiles: list[Tile]
    refusals: list[Bar]
    leaders: list[LeaderList]
    week: str
    checks_url: str


def overview_page(request: HttpRequest, now: dt.datetime) -> OverviewPage:
    state, links = overview(now), Links(request)
    may_see_sites = links.may_see(Site)
    return OverviewPage(
        tiles=tiles(state, links),
        refusals=_refusals(state, links) if links.may_see(Refusal) else [],
        leaders=_leaders(state.weeks, links) if may_see_sites else [],
        week=f"{state.weeks.first_on} to {state.weeks.last_on}",
        checks_url=links.to_checks(),
    )


def _refusals(state: Overview, links: Links) -> list[Bar]:
    total, largest = sum(state.refused.values()), max(state.refused.values(), default=0)
    day = state.now.date()
    return [
        Bar(
            label=reason_label(reason),
            url=links.to_list(Refusal, on__gte=day, reason__exact=reason),
            value=compact(count),
            exact=exact(count),
            share=percent(count / total),
            bar_percent=round(100 * count / largest, 1),
        )
        for reason, count in state.refused.items()
        if count
    ]


def _leaders(weeks: Weeks, links: Links) -> list[LeaderList]:
    quiet = "No site has had visitors in these days."
    lists: tuple[tuple[str, str, Callable[[], Iterable[SiteWeek]], str], ...] = (
        ("top", "Most visitors", weeks.top, quiet),
        (
            "growing",
            "Fastest growing",
            weeks.growing,
            "No site has grown by more than one per cent.",
        ),
        ("falling", "Falling", weeks.falling, "No site has lost more than one per cent."),
    )
    return [
        LeaderList(name, title, [_leader(site, links) for site in found()], empty)
        for name, title, found, empty in lists
    ]


def _leader(site: SiteWeek, links: Links) -> Leader:
    rate = site.change_rate
    return Leader(
        name=site.name,
        url=links.to_row(Site, site.site_id),
        visitors=compact(site.visitors),
        exact=exact(site.visitors),
        change="new" if rate is None else change_size(rate),
        direction="up" if rate is None else direction(rate),
    )
