"""The newest hits as a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.reports.date_words import day_in_year
from visits.reports.recent import RecentHit
from visits.reports.visible import visible

FLAGS = Path(__file__).resolve().parents[2] / "tracking_project" / "static" / "icons" / "flags"
# The list is a panel of the report, too.
HITS = "hits"
HITS_ID = f"panel-{HITS}"
HITS_TITLE = gettext_lazy("Newest hits")


@dataclass(frozen=True, slots=True)
class HitRow:
    """What templates/visits/_hits.html shows; `at` is in the site's time zone."""

    at: dt.datetime
    time: str
    day: str
    path: str
    event: str
    browser: str
    place: str
    flag: str


def hit_rows(hits: tuple[RecentHit, ...], today: dt.date) -> list[HitRow]:
    return [_row(hit, today) for hit in hits]


@cache
def flag_codes() -> frozenset[str]:
    """Return the country codes, in lower case, that have a flag."""
    return frozenset(file.stem for file in FLAGS.glob("*.svg"))


def flag_of(country: str) -> str:
    """Return the name of a country's flag, empty when there is none."""
    code = country.lower()
    return code if code in flag_codes() else ""


def _row(hit: RecentHit, today: dt.date) -> HitRow:
    is_today = hit.at.date() == today
    return HitRow(
        at=hit.at,
        time=f"{hit.at:%H:%M:%S}",
        day=_("Today") if is_today else day_in_year(hit.at.date()),
        path=visible(hit.path),
        event=visible(hit.event),
        browser=hit.browser or _("Unknown"),
        place=hit.city or hit.country_label,
        flag=flag_of(hit.country),
    )
