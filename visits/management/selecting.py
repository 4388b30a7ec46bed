"""Which visits a command takes away, and how many they are."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from sites.lookup import UnclearSite, find_site
from sites.models import Site
from visits.management.counted import counted
from visits.management.question import add_question_options, names_days, query_of
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import PeriodName
from visits.reports.selection import Selection
from visits.upkeep.steps import Counts


def add_selecting_options(parser: ArgumentParser) -> None:
    """Add the options that say which visits of a site are meant."""
    add_question_options(parser, "such as 7d; all time without it")
    parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def site_of(text: str) -> Site:
    """Return the site that is named on the command line. Raises CommandError."""
    try:
        return find_site(text)
    except UnclearSite as error:
        raise CommandError(str(error)) from error


def selection_of(site: Site, options: dict[str, Any], now: dt.datetime) -> Selection:
    """Return the visits that the options mean. Raises CommandError, also when they mean all there are."""
    if not names_days(options) and not options["filter"]:
        raise CommandError("Name at least one --filter, a --period, or days with --from and --to.")
    try:
        return Selection(query_of(site, options, now, PeriodName.ALL))
    except InvalidQuery as error:
        raise CommandError(str(error)) from error


def described(selection: Selection) -> dict[str, Any]:
    """Return what was asked for, and how much that is, for an answer in JSON."""
    days = selection.days()
    query = selection.query
    return {
        "site": query.site.domain,
        "filters": list(selection.filters),
        "first_day": str(query.period.start),
        "last_day": str(query.period.end),
        "visits": sum(day.visits for day in days),
        "hits": sum(day.hits for day in days),
        "days": len(days),
        "days_without_facts": selection.days_without_facts(),
    }


def sentence_of(found: dict[str, Any]) -> str:
    """Return the counts in words, such as “3 visits with 12 hits in 1 day”."""
    visits, hits, days = (counted(found[name], name[:-1]) for name in ("visits", "hits", "days"))
    gone = found["days_without_facts"]
    more = f"; {counted(gone, 'day')} whose visits are not kept any more stay as they are"
    return f"{visits} with {hits} in {days}{more if gone else ''}"


def with_progress(steps: Iterator[Counts], total: int, what: str) -> Iterator[Counts]:
    """Yield steps and show how far they are, where somebody sees it."""
    with tqdm(total=total, desc=what, unit=" visits", leave=False, disable=None) as bar:
        for step in steps:
            bar.update(step["visits"])
            yield step
