"""From the parameters of a request to the question they ask. A parameter that nobody knows is an error:
a misspelt one would be answered with numbers of something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sites.models import Site
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import Period, parse_period
from visits.reports.query import ReportQuery

PERIOD_NAMES = ("period", "from", "to", "compare", "metrics")
PAGE_NAMES = ("limit", "offset", "sort")
# Nobody types more; the rest of a longer text is not repeated in the answer.
SHOWN_CHARACTERS = 40


def parse_query(site: Site, params: Mapping[str, str], now: dt.datetime) -> ReportQuery:
    """Return the question about a site: period and comparison. Raises InvalidQuery."""
    today = now.astimezone(site.zone).date()
    period = parse_period(params, today)
    return ReportQuery(site, period, _comparison(period, params.get("compare", ""), today))


def parse_metrics(params: Mapping[str, str]) -> list[str] | None:
    """Return the metrics' names, None when they are left to the report. The report checks them."""
    names = [name.strip() for name in params.get("metrics", "").split(",")]
    return [name for name in names if name] or None


def parse_number(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, "")
    try:
        return int(text) if text else default
    except ValueError as error:
        raise InvalidQuery(name, f"“{_shown(text)}” is not a whole number.") from error


def check_names(params: Collection[str], known: Collection[str]) -> None:
    """Raise InvalidQuery for a parameter that is not known."""
    for name in params:
        if name not in known:
            choices = f"Known here: {', '.join(known)}." if known else "None is known here."
            raise InvalidQuery(_shown(name), f"There is no such parameter. {choices}")


def _comparison(period: Period, text: str, today: dt.date) -> Period | None:
    match text:
        case "" | "none":
            return None
        case "previous":
            return period.previous(today)
        case _:
            sentence = f"“{_shown(text)}” is no comparison. Choose one of none, previous."
            raise InvalidQuery("compare", sentence)


def _shown(text: str) -> str:
    return text[:SHOWN_CHARACTERS]
