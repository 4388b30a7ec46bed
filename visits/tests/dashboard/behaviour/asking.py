"""The panel of what visitors did, asked for, and visits to be counted in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from sites.models import Site
from visits.models import Hit, HitRevenue, Visit
from visits.tests.dashboard.pages import part
from visits.tests.factory import make_hit, make_visit

PANEL = "panel-behaviour"
PER_CENT = "\N{NO-BREAK SPACE}%"


def ask(client: Client, site: Site, **parameters: object) -> Any:
    """Return the panel as it is refreshed."""
    return part(client, site, f"?{urlencode(parameters)}", PANEL).context["panel"]


def page_of(client: Client, site: Site, **parameters: object) -> str:
    return part(client, site, f"?{urlencode(parameters)}", PANEL).content.decode()


def visit_now(site: Site, *paths: str, **fields: Any) -> Visit:
    return make_visit(site, started_at=timezone.now(), pageviews=paths or ("/",), **fields)


def earn(hit: Hit, units: int, currency: str = "EUR") -> None:
    HitRevenue.objects.create(
        site=hit.site, hit=hit, currency=currency, amount_micros=units * 1_000_000
    )


def send(visit: Visit, event: str, **properties: str) -> Hit:
    return make_hit(visit, event=event, properties=properties)


def numbers(table: Any) -> dict[str, list[str]]:
    return {row.label: [number.value for number in row.numbers] for row in table.rows}


def heads(table: Any) -> list[str]:
    return [head.label for head in table.heads]
