"""Every component with its states, in both themes side by side: what new screens are made of.

For staff, who build them: its words are samples, in one language only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visits.charts.bar_chart import Bar, BarValue, bar_chart
from visits.dashboard.label import Pieces
from visits.dashboard.link import ChoiceLink
from visits.dashboard.pagination import Pagination, pagination
from visits.dashboard.tiles import Change, Tile

TOKENS = Path(settings.BASE_DIR) / "tracking_project" / "static" / "css" / "tokens.css"
# A token whose value is a colour, or one for each theme.
COLOUR_TOKEN = re.compile(r"(?m)^\s*--([\w-]+):\s*(?:light-dark\(|oklch\()")


class SampleForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(label="Name", help_text="What the site is called in lists.")
    email = forms.EmailField(label="E-mail address")
    zone = forms.ChoiceField(label="Time zone", choices=[("utc", "UTC"), ("b", "Europe/Berlin")])
    how = forms.ChoiceField(
        label="How often",
        choices=[("week", "Weekly"), ("month", "Monthly")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    agrees = forms.BooleanField(label="Show this report to everybody", required=False)


@dataclass(frozen=True, slots=True)
class SampleBar:
    """A row of components/_bar_list.html."""

    label: str
    pieces: Pieces
    value: str
    exact: str
    bar_percent: float
    share: str = ""
    flag: str = ""
    filter: ChoiceLink | None = None


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column of components/_table.html."""

    label: str
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class SampleLine:
    """What components/_sparkline.html draws."""

    line: str = "0,28 16.7,20 33.3,24 50,11 66.7,14 83.3,4"
    running_line: str = "83.3,4 100,18"
    area: str = "0,32 0,28 16.7,20 33.3,24 50,11 66.7,14 83.3,4 100,18 100,32"


@dataclass(frozen=True, slots=True)
class Samples:
    """What is shown of one theme; ids are unique on the page by its name."""

    theme: str
    form: forms.Form
    tiles: tuple[Tile, ...]
    bars: tuple[SampleBar, ...]
    chart: tuple[Bar, ...]
    pages: Pagination
    messages: tuple[Message, ...]
    colours: tuple[str, ...]
    line: SampleLine = field(default_factory=SampleLine)
    columns: tuple[SampleColumn, ...] = (
        SampleColumn("Page", "?"),
        SampleColumn("Visitors", "?", "descending"),
        SampleColumn("Pageviews", "?"),
    )
    rows: tuple[tuple[str, ...], ...] = (("/", "1,204", "2,310"), ("/pricing", "402", "518"))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components to staff; nobody else needs to know that the page exists."""
    if not request.user.is_staff:
        raise Http404
    themes = [samples(theme) for theme in ("light", "dark")]
    return render(request, "visits/styleguide.html", {"themes": themes})


def samples(theme: str) -> Samples:
    return Samples(
        theme=theme,
        form=_form(theme),
        tiles=(
            _tile(theme, "Visitors", "12.4k", "12,431", Change("8 %", "up", "good", "")),
            _tile(theme, "Bounce rate", "34 %", "34 %", Change("3 %", "up", "bad", "")),
            _tile(theme, "Duration", "1m 42s", "1m 42s", Change("0 %", "flat", "", "")),
        ),
        bars=(
            _bar("Germany", 2_310, 100, "45 %", "de", ChoiceLink("", "?", "", is_chosen=True)),
            _bar("France", 1_204, 52, "24 %", "fr", ChoiceLink("", "?", "")),
            _bar("/a/long/path/that-is-shortened-where-its-pieces-meet", 402, 17, "8 %"),
        ),
        chart=tuple(bar_chart([_bar_value(hour) for hour in range(24)])),
        pages=pagination(4, 9, "?page={}".format),
        messages=(
            Message(constants.INFO, "A mail is on its way to you."),
            Message(constants.ERROR, "The site could not be saved."),
        ),
        colours=colour_tokens(),
    )


@cache
def colour_tokens() -> tuple[str, ...]:
    return tuple(COLOUR_TOKEN.findall(TOKENS.read_text(encoding="utf-8")))


def _form(theme: str) -> forms.Form:
    """Return a form that was sent with a mistake."""
    sent = {"name": "Example", "email": "nobody", "zone": "utc", "how": "week"}
    form = SampleForm(sent, auto_id=f"{theme}_%s")
    form.is_valid()
    return form


def _tile(theme: str, label: str, value: str, exact: str, change: Change) -> Tile:
    name = f"{theme}-{label.lower().replace(' ', '-')}"
    return Tile(name, label, value, exact, "?", "", label == "Visitors", change)


def _bar(
    label: str,
    value: int,
    percent: float,
    share: str,
    flag: str = "",
    link: ChoiceLink | None = None,
) -> SampleBar:
    pieces = Pieces(label[:-14], label[-14:]) if label.startswith("/") else Pieces(label)
    return SampleBar(label, pieces, f"{value:,}", f"{value:,}", percent, share, flag, link)


def _bar_value(hour: int) -> BarValue:
    visitors = hour * (24 - hour) % 17
    return BarValue(f"{hour}:00: {visitors} visitors", "" if hour % 6 else f"{hour}:00", visitors)
