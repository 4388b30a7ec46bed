"""A funnel drawn as steps: how many visits met each, and how many were lost between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visits.dashboard.behaviour.body import Picker
from visits.dashboard.behaviour.choice import FUNNEL
from visits.dashboard.choice import Choice
from visits.dashboard.panels.panel import Emptiness
from visits.dashboard.tiles import Change, change_of
from visits.models import Funnel
from visits.reports.exceptions import InvalidQuery
from visits.reports.funnels import FunnelReport, Step, funnel
from visits.reports.lost_days import LostDays
from visits.reports.metrics import METRICS
from visits.reports.query import ReportQuery
from visits.reports.results import Cell
from visits.reports.visible import visible
from visits.templatetags.stats import compact, exact, percent


@dataclass(frozen=True, slots=True)
class Drop:
    """The visits between two steps: how many were lost, and the outline from one bar to the next."""

    words: str
    outline: str


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """`drop` is what was lost before it, None of the first step; `bar_percent` is of the first step."""

    name: str
    visits: str
    exact: str
    share: str
    bar_percent: float
    change: Change | None
    drop: Drop | None


@dataclass(frozen=True, slots=True)
class FunnelBody:
    """What templates/visits/_funnel.html shows; without steps, `problem` says why there are none."""

    template: ClassVar[str] = "visits/_funnel.html"
    panel_id: str
    funnels: Picker
    steps: list[DrawnStep]
    summary: str
    change: Change | None = None
    problem: str = ""

    @property
    def said(self) -> str:
        return f"{self.funnels.chosen}: {self.problem or self.summary}"


def funnel_body(
    query: ReportQuery, choice: Choice, panel_id: str, is_own: bool
) -> FunnelBody | Emptiness:
    """Return the funnel that was chosen, or the first by name; two scans for each period."""
    funnels = list(Funnel.objects.filter(site=query.site).order_by("name", "pk"))
    if not funnels:
        return _no_funnels(query.site.pk, is_own)
    chosen = choice.behaviour.funnel or funnels[0]
    picker = _picker(choice, funnels, chosen)
    try:
        report = funnel(query, chosen)
    except LostDays:
        raise
    except InvalidQuery as error:
        return FunnelBody(panel_id, picker, [], "", problem=error.sentence)
    return FunnelBody(
        panel_id,
        picker,
        _drawn_steps(report),
        _summary(report),
        _change("conversion_rate", report.conversion_rate, _rate_before(report)),
    )


def _picker(choice: Choice, funnels: list[Funnel], chosen: Funnel) -> Picker:
    links = [
        choice.with_funnel(each).link(visible(each.name), FUNNEL, is_chosen=each == chosen)
        for each in funnels
    ]
    return Picker("funnel", _("Funnel"), visible(chosen.name), links)


def _drawn_steps(report: FunnelReport) -> list[DrawnStep]:
    bars = [_bar(step) for step in report.steps]
    return [
        DrawnStep(
            name=visible(step.goal),
            visits=compact(step.visits),
            exact=exact(step.visits),
            share=percent(step.share_of_first),
            bar_percent=bar,
            change=_change("visits", step.visits, step.previous.visits if step.previous else None),
            drop=_drop(step, before, bar),
        )
        for step, before, bar in zip(report.steps, [0.0, *bars], bars, strict=False)
    ]


def _bar(step: Step) -> float:
    return round(100 * (step.share_of_first or 0), 2)


def _drop(step: Step, before: float, after: float) -> Drop | None:
    dropped = step.dropped_visits
    if dropped is None:
        return None
    words = ngettext("%(count)s visit left here", "%(count)s visits left here", dropped)
    if step.drop_off_rate is not None:
        words = ngettext(
            "%(count)s visit left here, %(rate)s",
            "%(count)s visits left here, %(rate)s",
            dropped,
        )
    return Drop(
        words=words % {"count": exact(dropped), "rate": percent(step.drop_off_rate)},
        outline=f"0,0 {before},0 {after},10 0,10",
    )


def _summary(report: FunnelReport) -> str:
    if not report.entered_visits:
        return _("No visit entered this funnel in this period.")
    sentence = ngettext(
        "%(converted)s of %(visits)s visit went all the way:"
        " %(rate)s of all, %(share)s of those that entered.",
        "%(converted)s of %(visits)s visits went all the way:"
        " %(rate)s of all, %(share)s of those that entered.",
        report.visits,
    )
    return sentence % {
        "converted": exact(report.converted_visits),
        "visits": exact(report.visits),
        "rate": percent(report.conversion_rate),
        "share": percent(report.steps[-1].share_of_first),
    }


def _rate_before(report: FunnelReport) -> float | None:
    return report.previous.conversion_rate if report.previous else None


def _change(metric: str, value: float | None, before: float | None) -> Change | None:
    return change_of(Cell(METRICS[metric], value, before))


def _no_funnels(site_id: int, is_own: bool) -> Emptiness:
    if not is_own:
        return Emptiness(_("No funnels"), _("Nobody has drawn a funnel for this site."))
    return Emptiness(
        _("No funnels yet"),
        _("A funnel is goals in the order in which a visit should meet them."),
        reverse("site_funnels", args=[site_id]),
        _("Add a funnel"),
    )
