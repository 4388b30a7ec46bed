"""The bar above a report: the way to other sites, other periods and other comparisons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sites.models import Site
from visits.dashboard.choice import (
    COMPARISON_PARAMETERS,
    FILTER_PARAMETERS,
    PERIOD_PARAMETERS,
    Choice,
    Parameters,
)
from visits.dashboard.link import ChoiceLink
from visits.models import Segment
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.parsing import PERIOD_FIELDS
from visits.reports.period import Period, PeriodName
from visits.reports.visible import visible

PERIODS = tuple(name for name in PeriodName if name != PeriodName.CUSTOM)
COMPARISONS_BY_WEEKDAY = (ComparisonName.PREVIOUS, ComparisonName.YEAR)
COMPARISONS = (*COMPARISONS_BY_WEEKDAY, ComparisonName.NONE)
# Keys that choose a period; those who have learned them elsewhere need not learn others.
SHORTCUTS = {
    PeriodName.TODAY: "d",
    PeriodName.YESTERDAY: "e",
    PeriodName.LAST_24_HOURS: "h",
    PeriodName.LAST_7_DAYS: "w",
    PeriodName.LAST_28_DAYS: "f",
    PeriodName.LAST_91_DAYS: "n",
    PeriodName.MONTH: "m",
    PeriodName.LAST_MONTH: "p",
    PeriodName.YEAR: "y",
    PeriodName.LAST_12_MONTHS: "l",
    PeriodName.ALL: "a",
}
COMPARISON_SHORTCUT = "x"
SHORT_LABELS = {
    PeriodName.LAST_24_HOURS: gettext_lazy("24 hours"),
    PeriodName.LAST_7_DAYS: gettext_lazy("7 days"),
    PeriodName.LAST_28_DAYS: gettext_lazy("28 days"),
    PeriodName.LAST_91_DAYS: gettext_lazy("91 days"),
    PeriodName.LAST_12_MONTHS: gettext_lazy("12 months"),
    PeriodName.ALL: pgettext_lazy("as short as can be", "All time"),
}
# What is kept by who goes to another site: its pages and sources are others.
ELSEWHERE = (*PERIOD_FIELDS, *COMPARISON_PARAMETERS)


@dataclass(frozen=True, slots=True)
class DaysForm:
    """What templates/visits/_days_form.html shows: a form that chooses days, as ISO dates.

    `kept` are the parameters that it leaves as they are, `own` the names of those that it decides.
    """

    first_name: str
    last_name: str
    first: str
    last: str
    own: str
    kept: Parameters


@dataclass(frozen=True, slots=True)
class PeriodMenu:
    """What templates/visits/_period.html shows. `words` are the label within a sentence; `short` is the
    label for small screens, empty where that is the same."""

    label: str
    short: str
    words: str
    links: list[ChoiceLink]
    previous: ChoiceLink | None
    next: ChoiceLink | None
    days: DaysForm


@dataclass(frozen=True, slots=True)
class ComparisonMenu:
    label: str
    links: list[ChoiceLink]
    days: DaysForm


@dataclass(frozen=True, slots=True)
class ReportBar:
    """What templates/visits/_report_bar.html shows. All days have nothing to be compared with.

    `current` is None where it is not shown. `address` is the query of all that is chosen, `elsewhere` that
    of what stays on another site, `question` what an export is asked. `segments` is empty where there are
    none, or none for the reader; `saved` are the parameters of filters that could be one more.
    """

    site: Site
    sites: list[Site]
    current: int | None
    address: str
    elsewhere: str
    question: str
    period: PeriodMenu
    comparison: ComparisonMenu | None
    segments: list[ChoiceLink] = field(default_factory=list)
    saved: Parameters = ()


def report_bar(
    site: Site,
    sites: Iterable[Site],
    current: int | None,
    choice: Choice,
    now: dt.datetime,
    segments: Iterable[Segment] | None = None,
) -> ReportBar:
    """Return the bar. Without `segments` the reader may have none, and can save none."""
    is_more = bool(choice.filters) or len(choice.segments) > 1
    return ReportBar(
        site=site,
        sites=list(sites),
        current=current,
        address=choice.query(),
        elsewhere=f"?{urlencode(choice.parameters_of(*ELSEWHERE))}",
        question=f"?{urlencode(choice.question())}",
        period=period_menu(site, choice, now),
        comparison=comparison_menu(site, choice, now),
        segments=_segment_links(segments or (), choice),
        saved=choice.parameters() if is_more and segments is not None else (),
    )


def period_menu(site: Site, choice: Choice, now: dt.datetime) -> PeriodMenu:
    period, today = choice.period, site.day_of(now)
    return PeriodMenu(
        label=period.label,
        short=str(SHORT_LABELS.get(period.name, "")),
        words=period.label_within,
        links=[_period_link(name, choice, site, now) for name in PERIODS],
        previous=_step(choice, period.earlier(today)),
        next=_step(choice, period.later(today)),
        days=DaysForm(
            first_name="from",
            last_name="to",
            first=period.start.isoformat(),
            last=min(period.end, max(today, period.start)).isoformat(),
            own=" ".join(PERIOD_PARAMETERS),
            kept=choice.parameters_beside(*PERIOD_PARAMETERS),
        ),
    )


def comparison_menu(site: Site, choice: Choice, now: dt.datetime) -> ComparisonMenu | None:
    """Return the comparisons of a period, and one that matches weekdays or not; None for all days.

    Other days can be compared with all days, too, if an address says so: then there is a way out.
    """
    chosen, is_custom = choice.comparison, choice.comparison.name == ComparisonName.CUSTOM
    is_all = choice.period.name == PeriodName.ALL
    if is_all and not is_custom:
        return None
    names = (ComparisonName.NONE,) if is_all else COMPARISONS
    links = [_comparison_link(name, choice) for name in names]
    if chosen.name in COMPARISONS_BY_WEEKDAY:
        switched = replace(chosen, match_weekdays=not chosen.match_weekdays)
        other = choice.with_comparison(switched)
        links.append(
            other.link(_("Match weekdays"), *COMPARISON_PARAMETERS, is_chosen=chosen.match_weekdays)
        )
    return ComparisonMenu(chosen.label, links, _comparison_days(site, choice, now))


def _period_link(name: PeriodName, choice: Choice, site: Site, now: dt.datetime) -> ChoiceLink:
    # Of all time, the link says the name only: nobody need look up when it began.
    other = choice.with_period(Period.named(name, now, site.zone))
    is_chosen = choice.period.name == name
    link = other.link(str(name.label), *PERIOD_PARAMETERS, is_chosen=is_chosen)
    return replace(link, shortcut=SHORTCUTS.get(name, ""))


def _segment_links(segments: Iterable[Segment], choice: Choice) -> list[ChoiceLink]:
    """Return a link for each segment that can be read; its settings say what is wrong with another."""
    links = []
    for segment in segments:
        with suppress(InvalidQuery):
            links.append(_segment_link(segment, choice))
    return links


def _segment_link(segment: Segment, choice: Choice) -> ChoiceLink:
    """Return the link that filters by a segment, or no longer does. Raises InvalidQuery."""
    is_chosen = segment in choice.segments
    other = choice.without_segment(segment) if is_chosen else choice.with_segment(segment)
    return other.link(visible(segment.name), *FILTER_PARAMETERS, is_chosen=is_chosen)


def _step(choice: Choice, period: Period | None) -> ChoiceLink | None:
    if period is None:
        return None
    return choice.with_period(period).link(period.label, *PERIOD_PARAMETERS)


def _comparison_link(name: ComparisonName, choice: Choice) -> ChoiceLink:
    chosen = choice.comparison
    renamed = Comparison(name, chosen.match_weekdays and name in COMPARISONS_BY_WEEKDAY)
    other = choice.with_comparison(renamed)
    link = other.link(str(name.label), *COMPARISON_PARAMETERS, is_chosen=chosen.name == name)
    # One key switches between none and the first.
    is_off = chosen.name == ComparisonName.NONE
    switch = COMPARISONS[0] if is_off else ComparisonName.NONE
    return replace(link, shortcut=COMPARISON_SHORTCUT if name == switch else "")


def _comparison_days(site: Site, choice: Choice, now: dt.datetime) -> DaysForm:
    """Return the form for other days; it begins with those that are compared now."""
    compared = choice.comparison.of(choice.period, now, site.zone)
    first, last = (compared.start, compared.end) if compared else choice.period.days_before()
    return DaysForm(
        first_name="compare_from",
        last_name="compare_to",
        first=first.isoformat(),
        last=last.isoformat(),
        own=" ".join(COMPARISON_PARAMETERS),
        kept=choice.parameters_beside(*COMPARISON_PARAMETERS),
    )
