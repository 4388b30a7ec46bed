"""A site's report in parts; each part asks the facts only for what it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.http import QueryDict

from sites.models import Site
from visits.charts.before import begins_with_nothing
from visits.charts.series import SeriesDrawing, Wider, series_drawing
from visits.dashboard.behaviour.panel import BehaviourPanel, behaviour_panel
from visits.dashboard.choice import PERIOD_PARAMETERS, Choice
from visits.dashboard.hits import HITS_ID, HITS_TITLE, HitRow, hit_rows
from visits.dashboard.intervals import IntervalLink, interval_links
from visits.dashboard.panels.choice import BEHAVIOUR, HOSTNAME, PanelChoice
from visits.dashboard.panels.panel import Panel, WaitingPanel, panel, waiting_panel
from visits.dashboard.scope import LIVE, Scope
from visits.dashboard.tile_choice import DEFAULT_METRIC, tile_names
from visits.dashboard.tiles import Tile, tiles
from visits.models import Annotation, Page, Segment, Visit
from visits.models.siteday import SiteDay
from visits.reports.filters import Filter
from visits.reports.measure import goal_likes_of
from visits.reports.query import ReportQuery
from visits.reports.realtime import current_visitors
from visits.reports.recent import recent_hits
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals


@dataclass(frozen=True)
class SiteReport:
    """What a person chose to see of a site, within the scope of what is shown. `now` is aware."""

    scope: Scope
    choice: Choice
    now: dt.datetime

    @classmethod
    def parse(cls, params: QueryDict, scope: Scope, now: dt.datetime) -> Self:
        """Return the report that a query string asks for. Raises InvalidQuery with a sentence."""
        scope.check_parameters(params)
        choice = Choice.parse(params, scope.site, now)
        scope.check_filters(choice.filters)
        return cls(scope, choice, now)

    @classmethod
    def default(cls, scope: Scope, now: dt.datetime) -> Self:
        return cls(scope, Choice.default(scope.site, now), now)

    @property
    def site(self) -> Site:
        return self.scope.site

    @property
    def is_own(self) -> bool:
        """Tell whether the reader owns the site: only then are there links to its other pages."""
        return self.scope.is_own

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.site.zone).date()

    @cached_property
    def query(self) -> ReportQuery:
        period = self.choice.period
        comparison = self.choice.comparison.of(period, self.now, self.site.zone)
        filters = (*self.scope.limit, *self.choice.all_filters)
        return ReportQuery((self.site,), period, comparison, filters, self.scope.limit)

    def has_begun(self) -> bool:
        """Tell whether the site was ever visited. Sums of days outlast their visits."""
        sums = SiteDay.objects.filter(site=self.site, visits__gt=0)
        return Visit.objects.filter(site=self.site).exists() or sums.exists()

    def segments(self) -> list[Segment] | None:
        """Return the segments of the site: a list, because all are shown; None for those who get none."""
        return list(Segment.objects.filter(site=self.site)) if self.is_own else None

    def current(self) -> int | None:
        """Return how many visitors are there now; None where that is not shown, or is of others, too."""
        if self.scope.limit or not self.scope.shows(LIVE):
            return None
        return current_visitors([self.site.pk], self.now).get(self.site.pk, 0)

    def tiles(self) -> list[Tile]:
        return tiles(totals(self.query, self.tile_names), self.choice, self.metric)

    @cached_property
    def tile_names(self) -> tuple[str, ...]:
        # A goal that has gone, or a text that no goal contains, is met by nobody.
        shows_behaviour = self.scope.shows(BEHAVIOUR)
        filters = [each for each in self.choice.all_filters if self._can_count(each)]
        return tile_names(filters, shows_behaviour=shows_behaviour)

    def _can_count(self, condition: Filter) -> bool:
        return condition.dimension != "goal" or bool(goal_likes_of(self.query))

    @property
    def metric(self) -> str:
        """Return the metric that is drawn. One that another filter had is not there any more."""
        chosen = self.choice.metric
        return chosen if chosen in self.tile_names else DEFAULT_METRIC

    def series(self) -> SeriesDrawing:
        interval, period = self.choice.interval, self.choice.period
        report = timeseries(self.query, (self.metric,), self.now, interval)
        return series_drawing(
            report,
            self.now,
            Annotation.objects.of_days(self.site, period.start, period.end),
            begins_on=self.query.begins_on() if begins_with_nothing(report) else None,
            wider=self._wider(),
            is_own=self.is_own,
        )

    def _wider(self) -> Wider | None:
        """Return the way out of chosen days, into which a person may have zoomed."""
        period = self.choice.period.wider(self.today)
        if period is None:
            return None
        link = self.choice.with_period(period).link(period.dates_label, *PERIOD_PARAMETERS)
        return Wider(link.label, link.url, link.chosen)

    def intervals(self) -> list[IntervalLink]:
        return interval_links(self.choice)

    def panel(self, chosen: PanelChoice) -> Panel | BehaviourPanel:
        if chosen.name == BEHAVIOUR:
            return behaviour_panel(self.query, self.choice, chosen, self.is_own)
        hidden = self.hidden_tabs() if HOSTNAME in chosen.tabs else ()
        return panel(self.query, self.choice, chosen, self.is_own, hidden)

    def panels(self) -> list[Panel | BehaviourPanel]:
        return [self.panel(chosen) for chosen in self.scope.panels]

    def waiting_panels(self) -> list[WaitingPanel]:
        """Return what stands in for the panels until they come by themselves."""
        hidden = self.hidden_tabs()
        return [waiting_panel(self.choice, chosen, hidden) for chosen in self.scope.panels]

    def hidden_tabs(self) -> tuple[str, ...]:
        """Return the tabs that would say nothing: a list of hosts, where the site has one."""
        pages = Page.objects.filter(site=self.site).order_by()
        hosts = pages.values_list("hostname").distinct()[:2]
        return () if len(hosts) > 1 else (HOSTNAME,)

    def hits(self) -> list[HitRow]:
        return hit_rows(recent_hits(self.query), self.today)

    def waiting_hits(self) -> WaitingPanel:
        """Return what stands in for the newest hits until they come by themselves."""
        return WaitingPanel(
            id=HITS_ID,
            title=str(HITS_TITLE),
            tabs=[],
            variants=[],
            url=self.choice.query(),
            whole_url=f"{self.choice.with_all_panels().query()}#{HITS_ID}",
            is_wide=True,
        )
