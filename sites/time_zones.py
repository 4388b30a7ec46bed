"""The time zones that a person chooses from: one name for each place, by its part of the world."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sites.models import time_zone_names

# By the first part of a zone's name, in the order of the menu; the Arctic has one place.
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}
UTC = "UTC"
# Where the table of places has the name of the zone.
NAME_COLUMN = 2

Choices = list[tuple[Any, Any]]


@cache
def places() -> tuple[str, ...]:
    """Return the zones of the world's places, sorted, without old spellings and zones of no place."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(sorted({row[NAME_COLUMN] for row in rows} & set(time_zone_names())))


def time_zone_choices(stored: str = "") -> Choices:
    """Return UTC and the places of each region; before them what is stored, if it is none of these."""
    choices: Choices = [(UTC, UTC)]
    if stored not in ("", UTC, *places()):
        choices.append((stored, readable_zone(stored)))
    for region, label in REGIONS.items():
        names = [name for name in places() if name.startswith(f"{region}/")]
        choices.append((label, [(name, readable_zone(name, region)) for name in names]))
    return choices


def readable_zone(name: str, region: str = "") -> str:
    """Return a zone's name with spaces, without the region under which it stands."""
    return name.removeprefix(f"{region}/").replace("_", " ").replace("/", ", ")


class TimeZoneField(forms.ChoiceField):
    """Offers places, and takes every zone there is: programs may know it by another name."""

    def valid_value(self, value: Any) -> bool:
        return value in time_zone_names()
