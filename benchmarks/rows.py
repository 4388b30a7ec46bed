"""From what visitors did to the rows of the tables, as the writer would have written them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from accounts.models import User
from benchmarks.plan import OWNER
from benchmarks.stream import Visit
from benchmarks.world import EVENTS, World
from sites.models import Site
from visits.models import (
    Campaign,
    Client,
    EventName,
    HitKind,
    Language,
    Location,
    Page,
    Property,
    Screen,
    Source,
)

# In the order of the tuples below.
VISIT_COLUMNS = (
    "id", "site_id", "day", "visitor", "started_at", "last_seen_at", "entry_page_id", "exit_page_id",
    "source_id", "client_id", "location_id", "campaign_id", "screen_id", "language_id", "is_first",
    "pageviews", "events", "is_bounce", "duration_seconds",
)  # fmt: skip
HIT_COLUMNS = (
    "id", "at", "visit_id", "site_id", "day", "kind", "page_id", "event_name_id", "client_id",
    "is_first_view", "engaged_seconds", "scroll_percent",
)  # fmt: skip
PROPERTY_COLUMNS = ("site_id", "hit_id", "property_id")
PAGEVIEW, EVENT = HitKind.PAGEVIEW.value, HitKind.EVENT.value
IS_INTERACTIVE = tuple(is_interactive for _, is_interactive, _, _ in EVENTS)

# Only integers and None: there are millions, and each database takes them as they are.
Row = tuple[int | None, ...]


@dataclass
class Dimensions:
    """The ids of dimension rows by their position in the world. Sites have pages and events of their own."""

    sites: list[int]
    pages: list[list[int]]
    events: list[list[int]]
    properties: list[list[list[int]]]
    sources: list[int]
    clients: list[int]
    locations: list[int]
    campaigns: list[int]
    screens: list[int]
    languages: list[int]


@dataclass
class DayRows:
    visits: list[Row] = field(default_factory=list)
    hits: list[Row] = field(default_factory=list)
    properties: list[Row] = field(default_factory=list)


def make_dimensions(world: World) -> Dimensions:
    """Store an owner, the sites and all dimensions of a world."""
    sites = _make_sites(world)
    return Dimensions(
        sites=sites,
        pages=[
            _make(Page, [(site, shape.target.domain, path) for path in shape.paths],
                  "site_id", "hostname", "path")
            for site, shape in zip(sites, world.sites, strict=True)
        ],
        events=[
            _make(EventName, [(site, name) for name, *_ in EVENTS], "site_id", "name")
            for site in sites
        ],
        properties=[
            [
                _make(Property, [(site, key, value) for value in values], "site_id", "key", "value")
                for _, _, key, values in EVENTS
            ]
            for site in sites
        ],
        sources=_make(Source, world.sources, "name", "channel", "referrer"),
        clients=_make(Client, world.clients, *world.clients[0]._fields),
        locations=_make(Location, world.locations, *world.locations[0]._fields),
        campaigns=_make(Campaign, world.campaigns, *world.campaigns[0]._fields),
        screens=_make(Screen, [(size,) for size in world.screens], "size"),
        languages=_make(Language, [(code,) for code in world.languages], "code"),
    )  # fmt: skip


def _make_sites(world: World) -> list[int]:
    owner = User.objects.create_user(OWNER, None, display_name="Benchmark")
    sites = [
        Site.objects.create(
            owner=owner,
            name=f"Site {number}",
            domain=shape.target.domain,
            key=shape.target.key,
            time_zone=shape.zone,
        )
        for number, shape in enumerate(world.sites)
    ]
    return [site.pk for site in sites]


def _make(model: type[models.Model], keys: Sequence[tuple[Any, ...]], *fields: str) -> list[int]:
    rows = [model(**dict(zip(fields, key, strict=True))) for key in keys]
    return [row.pk for row in model._default_manager.bulk_create(rows, batch_size=5000)]


class Rows:
    """Makes the rows of one day after the other; ids go up from those given."""

    def __init__(self, world: World, ids: Dimensions, visit_id: int = 1, hit_id: int = 1) -> None:
        self.world = world
        self.ids = ids
        self.next_visit_id = visit_id
        self.next_hit_id = hit_id
        # Of the day that is being made: the first visit of each visitor.
        self.first_visits: dict[int, int] = {}

    def of_day(self, day: int, visits: Sequence[Visit]) -> DayRows:
        """Return the rows of visits that began on a day, hits in the order of time.

        Properties of events are found again by instant and visit: no visit has two hits in a second.
        """
        rows = DayRows()
        self.first_visits.clear()
        hits: list[Row] = []
        properties: dict[Row, Row] = {}
        for visit in visits:
            self._add_visit(day, visit, rows.visits, hits, properties)
        # At, then visit: never equal, so nothing behind them is compared.
        hits.sort()
        for hit_id, hit in enumerate(hits, self.next_hit_id):
            rows.hits.append((hit_id, *hit))
            if hit[6] is not None and (found := properties.get(hit[:2])) is not None:
                rows.properties.append((found[0], hit_id, found[1]))
        self.next_hit_id += len(hits)
        return rows

    def _add_visit(
        self,
        day: int,
        visit: Visit,
        visits: list[Row],
        hits: list[Row],
        properties: dict[Row, Row],
    ) -> None:
        ids, number, persona = self.ids, visit.site, visit.persona
        site, pages, events = ids.sites[number], ids.pages[number], ids.events[number]
        arrival = self.world.arrivals[visit.arrival]
        visit_id = self.next_visit_id
        self.next_visit_id += 1
        source, client = ids.sources[arrival.source], ids.clients[persona.client]
        location = ids.locations[persona.location]
        pageviews = interactions = 0
        viewed = visit.viewed
        for at, page, event, engaged, scroll, value in visit.steps:
            if event < 0:
                pageviews += 1
                is_first_view = page not in viewed
                viewed.add(page)
                hits.append((at, visit_id, site, day, PAGEVIEW, pages[page], None, client,
                             int(is_first_view), engaged, scroll))  # fmt: skip
                continue
            interactions += IS_INTERACTIVE[event]
            hits.append((at, visit_id, site, day, EVENT, pages[page], events[event], client,
                         None, engaged, scroll))  # fmt: skip
            if value >= 0:
                properties[at, visit_id] = (site, ids.properties[number][event][value])
        first, last = visit.steps[0], visit.steps[-1]
        visitor = self.first_visits.setdefault(visit.visitor, visit_id)
        visits.append((
            visit_id, site, day, visitor, first[0], last[0], pages[first[1]], pages[last[1]],
            source, client, location, ids.campaigns[arrival.campaign], ids.screens[persona.screen],
            ids.languages[persona.language], int(visit.is_first), pageviews,
            len(visit.steps) - pageviews, int(pageviews < 2 and not interactions),
            last[0] - first[0],
        ))  # fmt: skip
