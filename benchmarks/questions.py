"""The questions of the benchmark, put to the functions of visits.reports as the dashboard puts them.

Nothing else in the benchmark of reports knows how a report is asked for.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

from django.db import models

from benchmarks.asking import (
    DASHBOARD,
    FILTERS,
    LIVE,
    NO_FILTER,
    PANELS,
    PARTS,
    SITES,
    Question,
)
from benchmarks.plan import site_target
from sites.models import Site
from visits.models import Operator
from visits.reports.breakdown import breakdown
from visits.reports.filters import Filter
from visits.reports.overview import site_cards
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.realtime import live
from visits.reports.recent import recent_hits
from visits.reports.results import Report
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals

TILES = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
SERIES = ("visitors",)
METRICS_OF_PANELS = ("visitors", "events")
# The last minute of the data: what "now" is, is not behind the newest visits.
TIME_OF_DAY = dt.time(23, 59)


def big_site() -> Site:
    """Return the site that has four fifths of the data."""
    return Site.objects.get(key=site_target(0).key)


def now_on(last_day: dt.date, site: Site) -> dt.datetime:
    """Return the instant at which all is asked: the day is still open."""
    return dt.datetime.combine(last_day, TIME_OF_DAY, site.zone)


def ask(question: Question, site: Site, now: dt.datetime) -> Any:
    """Return the product's answer.

    A query keeps what it has asked of the database, so each call makes one of its own, as each request
    does.
    """
    if question.name == SITES:
        return site_cards(Site.objects.all(), now)
    query = _query(question, site, now)
    if question.name == LIVE:
        return live(query, now), recent_hits(query.at(query.period))
    if question.name == DASHBOARD:
        return [_part(name, query, now) for name in ("shares", *PARTS)]
    return _part(question.name, query, now)


def _query(question: Question, site: Site, now: dt.datetime) -> ReportQuery:
    today = site.day_of(now)
    period = Period.custom(today - dt.timedelta(question.days - 1), today)
    filters = () if question.filter == NO_FILTER else (_filter(*FILTERS[question.filter]),)
    return ReportQuery((site,), period, period.previous(today), filters)


def _filter(dimension: str, value: str) -> Filter:
    return Filter(dimension, Operator.IS, (value,))


def _part(name: str, query: ReportQuery, now: dt.datetime) -> Report:
    """Return a part of the dashboard. Only tiles and series compare; panels are shares of `shares`."""
    match name:
        case "totals":
            return totals(query, TILES)
        case "series":
            return timeseries(query, SERIES, now)
        case "shares":
            return totals(query.at(query.period), METRICS_OF_PANELS)
        case _ if name in PANELS:
            metric = "events" if name == "event" else "visitors"
            return breakdown(query.at(query.period), name, (metric,))
    raise KeyError(name)


def to_json(answer: Any) -> str:
    """Return an answer in words and numbers: equal texts are equal answers, by any engine."""
    return json.dumps(answer, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Report):
        return {"rows": value.rows, "total_rows": value.total_rows}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value)
    raise TypeError(f"An answer has a {type(value).__name__} in it.")
