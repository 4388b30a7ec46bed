"""The sites of a person as cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from sites.models import Site
from visits.charts.geometry import Sparkline, sparkline
from visits.dashboard.tiles import Change, change_of
from visits.reports.metrics import METRICS
from visits.reports.overview import SiteCard, site_cards
from visits.reports.results import Cell
from visits.templatetags.stats import metric_exact, metric_value


@dataclass(frozen=True, slots=True)
class Card:
    """What templates/visits/_site_card.html shows. `domain` is empty where it is the name."""

    name: str
    domain: str
    url: str
    install_url: str
    has_hits: bool
    is_paused: bool
    value: str
    exact: str
    label: str
    sparkline: Sparkline
    change: Change | None
    current: int


def cards(sites: Iterable[Site], now: dt.datetime) -> list[Card]:
    """Return a card for each site, in their order."""
    return [_card(card) for card in site_cards(sites, now)]


def _card(card: SiteCard) -> Card:
    metric = METRICS["visitors"]
    cell = Cell(metric, card.visitors, card.previous_visitors)
    return Card(
        name=card.site.name,
        domain="" if card.site.name == card.site.domain else card.site.domain,
        url=reverse("site_report", args=[card.site.pk]),
        install_url=reverse("site_install", args=[card.site.pk]),
        has_hits=card.has_hits,
        is_paused=card.site.paused_at is not None,
        value=metric_value(card.visitors, metric),
        exact=metric_exact(card.visitors, metric),
        label=ngettext("visitor in 7 days", "visitors in 7 days", card.visitors),
        sparkline=sparkline(card.series),
        change=change_of(cell),
        current=card.current_visitors,
    )
