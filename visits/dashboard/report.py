"""A site's report in parts; each part asks the facts only for what it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from sites.models import Site
from visits.dashboard.choice import TILES, Choice
from visits.dashboard.hits import HITS_ID, HITS_TITLE, HitRow, hit_rows
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panel_choice import GOAL, PANELS, PanelChoice
from visits.dashboard.panels import Panel, WaitingPanel, panel, waiting_panel
from visits.dashboard.series import SeriesDrawing, series_drawing
from visits.dashboard.tiles import Tile, tiles
from visits.models import Goal, Visit
from visits.models.siteday import SiteDay
from visits.reports.parsing import INTERVAL_FIELD
from visits.reports.query import ReportQuery
from visits.reports.recent import recent_hits
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals


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
        return ReportQuery((self.site,), period, comparison, self.choice.all_filters)

    def has_begun(self) -> bool:
        """Tell whether the site was ever visited. Sums of days outlast their visits."""
        sums = SiteDay.objects.filter(site=self.site, visits__gt=0)
        return Visit.objects.filter(site=self.site).exists() or sums.exists()

    def has_goals(self) -> bool:
        return Goal.objects.filter(site=self.site).exists()

    def tiles(self) -> list[Tile]:
        return tiles(totals(self.query, TILES), self.choice)

    def series(self) -> SeriesDrawing:
        metric, interval = self.choice.metric, self.choice.interval
        return series_drawing(timeseries(self.query, (metric,), self.now, interval), self.now)

    def intervals(self) -> list[ChoiceLink]:
        """Return a link for each interval that suits the period, none when there is no choice."""
        period = self.choice.period
        shown = self.choice.interval or period.interval
        allowed = period.allowed_intervals
        return [
            self.choice.with_interval(interval).link(
                interval.capitalize(), INTERVAL_FIELD, is_chosen=interval is shown
            )
            for interval in (allowed if len(allowed) > 1 else ())
        ]

    def panel(self, chosen: PanelChoice) -> Panel:
        has_goals = GOAL in chosen.tabs and self.has_goals()
        return panel(self.query, self.choice, chosen, has_goals)

    def panels(self) -> list[Panel]:
        return [self.panel(chosen) for chosen in PANELS]

    def waiting_panels(self) -> list[WaitingPanel]:
        """Return what stands in for the panels until they come by themselves."""
        has_goals = self.has_goals()
        return [waiting_panel(self.choice, chosen, has_goals) for chosen in PANELS]

    def hits(self) -> list[HitRow]:
        return hit_rows(recent_hits(self.query), self.today)

    def waiting_hits(self) -> WaitingPanel:
        """Return what stands in for the newest hits until they come by themselves."""
        return WaitingPanel(
            id=HITS_ID,
            title=HITS_TITLE,
            tabs=[],
            url=self.choice.query(),
            whole_url=f"{self.choice.with_all_panels().query()}#{HITS_ID}",
            is_wide=True,
        )
