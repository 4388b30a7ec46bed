"""By what a series can be drawn, as links."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from visits.dashboard.choice import Choice
from visits.reports.interval import Interval
from visits.reports.parsing import INTERVAL_FIELD

LABELS = {
    Interval.MINUTE: _("Minute"),
    Interval.HOUR: _("Hour"),
    Interval.DAY: _("Day"),
    Interval.WEEK: _("Week"),
    Interval.MONTH: _("Month"),
}


@dataclass(frozen=True, slots=True)
class IntervalLink:
    """A link to a series by this interval. `chosen` is what js/choice.js needs."""

    id: str
    label: str
    url: str
    chosen: str
    is_chosen: bool


def interval_links(choice: Choice) -> list[IntervalLink]:
    """Return a link for each interval that suits the period, none when there is no choice."""
    allowed = choice.intervals
    shown = choice.interval or choice.period.interval
    return [
        _link(choice, interval, is_chosen=interval is shown)
        for interval in (allowed if len(allowed) > 1 else ())
    ]


def _link(choice: Choice, interval: Interval, *, is_chosen: bool) -> IntervalLink:
    other = choice.with_interval(interval)
    return IntervalLink(
        id=f"interval-{interval}",
        label=str(LABELS[interval]),
        url=other.query(),
        chosen=other.chosen(INTERVAL_FIELD),
        is_chosen=is_chosen,
    )
