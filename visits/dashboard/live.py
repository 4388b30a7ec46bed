"""The live page: who is there now, the last half hour minute by minute, and what happens in it."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from sites.models import Site
from visits.charts.bar_chart import Bar, BarValue, bar_chart
from visits.dashboard.choice import Choice
from visits.dashboard.filters.chips import chips, clearing, row_filter
from visits.dashboard.hits import flag_of
from visits.dashboard.label import Pieces, pieces
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.choice import BEHAVIOUR
from visits.dashboard.report import SiteReport
from visits.dashboard.scope import LIVE, Scope
from visits.reports.exceptions import InvalidQuery
from visits.reports.realtime import Live, LiveMinute, LiveRow, live
from visits.reports.visible import visible
from visits.templatetags.stats import compact, exact

TICK_MINUTES = 10


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """A minute as the table has it; `at` and `label` are in the site's zone."""

    at: dt.datetime
    label: str
    visitors: int
    pageviews: int


@dataclass(frozen=True, slots=True)
class LiveBar:
    """A row of a list; its id stays with its value when the list is refreshed."""

    id: str
    label: str
    pieces: Pieces
    value: str
    exact: str
    bar_percent: float
    flag: str
    filter: ChoiceLink | None


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list of the page. It is shown where the report shows the panel of this name."""

    name: str
    panel: str
    dimension: str
    title: Promise
    name_label: Promise
    nothing: Promise


@dataclass(frozen=True, slots=True)
class LiveList:
    """What components/_bar_list.html shows, and what is said where it is empty."""

    id: str
    kind: ListKind
    rows: list[LiveBar]


LISTS = (
    ListKind("pages", "pages", "page", _("Pages"), _("Page"), _("Nobody has opened a page")),
    ListKind("sources", "sources", "source", _("Sources"), _("Source"), _("Nobody has come")),
    ListKind("countries", "places", "country", _("Countries"), _("Country"), _("Nobody has come")),
    ListKind(
        "event_names", BEHAVIOUR, "event", _("Events"), _("Event"), _("No event has happened")
    ),
)


@vary_on_headers("HX-Request", "HX-Target")
def live_page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Show who is there, or the part of the page that asks for itself."""
    scope.require(LIVE)
    now, problem = timezone.now(), ""
    try:
        report = SiteReport.parse(request.GET, scope, now)
    except InvalidQuery as error:
        report, problem = SiteReport.default(scope, now), error.sentence
    context: dict[str, object] = {"live": live_view(report)}
    if HtmxDetails(request).target == "live":
        return render(request, "visits/_live.html", context)
    context |= {
        "site": report.site,
        "scope": report.scope,
        "is_own": report.is_own,
        "problem": problem,
        "time": time_format(now.astimezone(report.site.zone), "H:i:s"),
        "address": report.choice.query(),
        "chips": chips(report.choice),
        "clearing": clearing(report.choice),
    }
    return render(request, "visits/live.html", context, status=400 if problem else 200)


@dataclass(frozen=True, slots=True)
class LiveView:
    """What templates/visits/_live.html shows."""

    title: str
    current: int
    recent: str
    bars: list[Bar]
    minutes: list[MinuteRow]
    lists: list[LiveList]


def live_view(report: SiteReport) -> LiveView:
    found = live(report.query, report.now)
    return LiveView(
        title=_title(found.current_visitors, report.site.name),
        current=found.current_visitors,
        recent=_recent(found, shows_events=report.scope.shows(BEHAVIOUR)),
        bars=bar_chart([_bar(minute, report.site) for minute in found.minutes]),
        minutes=[_minute(minute, report.site) for minute in reversed(found.minutes)],
        lists=[_list(kind, found, report) for kind in LISTS if report.scope.shows(kind.panel)],
    )


def _title(current: int, name: str) -> str:
    return gettext("%(number)s now, %(site)s") % {"number": exact(current), "site": name}


def _recent(found: Live, *, shows_events: bool) -> str:
    """Return the sums of the last half hour as a sentence."""
    pageviews = ngettext("%(number)s pageview", "%(number)s pageviews", found.pageviews)
    numbers = {
        "visitors": _visitors(found.visitors),
        "pageviews": pageviews % {"number": exact(found.pageviews)},
    }
    if not shows_events:
        return gettext("In the last 30 minutes: %(visitors)s, %(pageviews)s.") % numbers
    events = ngettext("%(number)s event", "%(number)s events", found.events)
    numbers["events"] = events % {"number": exact(found.events)}
    return gettext("In the last 30 minutes: %(visitors)s, %(pageviews)s, %(events)s.") % numbers


def _visitors(count: int) -> str:
    words = ngettext("%(number)s visitor", "%(number)s visitors", count)
    return words % {"number": exact(count)}


def _bar(minute: LiveMinute, site: Site) -> BarValue:
    at = minute.start.astimezone(site.zone)
    label, visitors = time_format(at, "H:i"), _visitors(minute.visitors)
    return BarValue(
        words=gettext("%(time)s: %(visitors)s") % {"time": label, "visitors": visitors},
        tick="" if at.minute % TICK_MINUTES else label,
        value=minute.visitors,
    )


def _minute(minute: LiveMinute, site: Site) -> MinuteRow:
    at = minute.start.astimezone(site.zone)
    return MinuteRow(at, time_format(at, "H:i"), minute.visitors, minute.pageviews)


def _list(kind: ListKind, found: Live, report: SiteReport) -> LiveList:
    rows: tuple[LiveRow, ...] = getattr(found, kind.name)
    most = max((row.visitors for row in rows), default=0)
    return LiveList(
        f"live-{kind.name}", kind, [_row(kind, row, most, report.choice) for row in rows]
    )


def _row(kind: ListKind, row: LiveRow, most: int, choice: Choice) -> LiveBar:
    label = visible(row.label)
    return LiveBar(
        id=f"live-{kind.name}-{zlib.crc32(row.text.encode())}",
        label=label,
        pieces=pieces(label) if kind.dimension == "page" else Pieces(label),
        value=compact(row.visitors),
        exact=exact(row.visitors),
        bar_percent=round(100 * row.visitors / most, 2),
        flag=flag_of(row.text) if kind.dimension == "country" else "",
        filter=row_filter(choice, kind.dimension, row.text, label),
    )
