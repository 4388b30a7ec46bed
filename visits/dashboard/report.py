"""A site's report in parts; each part asks the facts only for what it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from sites.models import Site
from visits.dashboard.choice import PANELS, Choice, PanelChoice
from visits.dashboard.hits import HitRow, hit_rows
from visits.dashboard.panels import METRICS_OF_PANELS, Panel, panel
from visits.dashboard.series import SeriesDrawing, series_drawing
from visits.dashboard.tiles import Tile, tiles
from visits.models import Visit
from visits.reports.query import ReportQuery
from visits.reports.recent import recent_hits
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals

TILES = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
PANELS_BY_ID = {panel.element_id: panel for panel in PANELS}


@dataclass(frozen=True)
class SiteReport:
    """What a person chose to see of a site. `now` is aware."""

    site: Site
    choice: Choice
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.site.zone).date()

    @cached_property
    def query(self) -> ReportQuery:
        period = self.choice.period
        comparison = self.choice.comparison.of(period, self.now, self.site.zone)
        return ReportQuery((self.site,), period, comparison)

    def has_begun(self) -> bool:
        """Tell whether the site was ever visited."""
        return Visit.objects.filter(site=self.site).exists()

    def tiles(self) -> list[Tile]:
        return tiles(totals(self.query, TILES), self.choice)

    def series(self) -> SeriesDrawing:
        metric, interval = self.choice.metric, self.choice.interval
        return series_drawing(timeseries(self.query, (metric,), self.now, interval), self.now)

    def panels(self, *chosen: PanelChoice) -> list[Panel]:
        overall = totals(self.query.at(self.choice.period), METRICS_OF_PANELS)
        return [panel(self.query, self.choice, each, overall) for each in chosen]

    def hits(self) -> list[HitRow]:
        return hit_rows(recent_hits(self.query), self.today)
