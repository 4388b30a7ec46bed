"""The sites of a person as cards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from sites.models import Site
from visits.dashboard.geometry import sparkline
from visits.dashboard.tiles import Change, change_of
from visits.models import Visit
from visits.reports.metrics import METRICS
from visits.reports.overview import SiteCard, site_cards
from visits.reports.results import Cell
from visits.templatetags.stats import metric_exact, metric_value


@dataclass(frozen=True, slots=True)
class Card:
    """What templates/visits/_site_card.html shows."""

    domain: str
    url: str
    install_url: str
    has_hits: bool
    value: str
    exact: str
    label: str
    line: str
    area: str
    change: Change | None
    current: int


def cards(sites: QuerySet[Site], now: dt.datetime) -> list[Card]:
    """Return a card for each site; three statements however many there are."""
    has_visit = Exists(Visit.objects.filter(site=OuterRef("pk")))
    known = {site.pk: site for site in sites.annotate(has_hits=has_visit)}
    return [
        _card(card, has_hits=known[card.site.pk].has_hits)
        for card in site_cards(known.values(), now)
    ]


def _card(card: SiteCard, *, has_hits: bool) -> Card:
    metric = METRICS["visitors"]
    cell = Cell(metric, card.visitors, card.previous_visitors)
    line, area = sparkline(card.series)
    return Card(
        domain=card.site.domain,
        url=reverse("site_report", args=[card.site.pk]),
        install_url=reverse("site_install", args=[card.site.pk]),
        has_hits=has_hits,
        value=metric_value(card.visitors, metric),
        exact=metric_exact(card.visitors, metric),
        label="visitor in 7 days" if card.visitors == 1 else "visitors in 7 days",
        line=line,
        area=area,
        change=change_of(cell),
        current=card.current_visitors,
    )
