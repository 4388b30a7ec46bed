"""The ways through a page: what was viewed directly before it, and directly after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visits.dashboard.behaviour.body import nothing_found
from visits.dashboard.behaviour.choice import FLOW
from visits.dashboard.choice import Choice, Parameters
from visits.dashboard.label import Pieces, pieces
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.panel import Emptiness
from visits.reports.breakdown import breakdown
from visits.reports.flow import Direction, FlowReport, FlowRow, Neighbour, flow
from visits.reports.query import ReportQuery
from visits.reports.visible import visible
from visits.templatetags.stats import compact, exact, percent

PAGES_OFFERED = 50
ROWS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class FlowLine:
    """`move` leads to the page, None of what is no other page."""

    label: str
    pieces: Pieces
    value: str
    exact: str
    share: str
    bar_percent: float
    move: ChoiceLink | None


@dataclass(frozen=True, slots=True)
class FlowSide:
    """`name` is the element's; `rest` says how many views went other ways, or nothing."""

    name: str
    title: str
    lines: list[FlowLine]
    rest: str


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form for any page: those most viewed are offered, and the other choices are kept."""

    own: str
    path: str
    offered: list[str]
    kept: Parameters


@dataclass(frozen=True, slots=True)
class FlowBody:
    """What templates/visits/_flow.html shows; without sides nobody viewed the page."""

    template: ClassVar[str] = "visits/_flow.html"
    panel_id: str
    path: str
    pieces: Pieces
    views: str
    sides: list[FlowSide]
    form: PageForm

    @property
    def said(self) -> str:
        return f"{self.path}: {self.views}"


def flow_body(
    query: ReportQuery, choice: Choice, panel_id: str, is_own: bool
) -> FlowBody | Emptiness:
    """Return what is next to a page: the one that was chosen, or the most viewed. Three scans."""
    query = query.at(query.period)
    report = breakdown(query, "page", ("pageviews",), limit=PAGES_OFFERED)
    offered = [row.key[0] for row in report.rows]
    if not offered and not choice.behaviour.page:
        return nothing_found(choice, _("No pages in this period"))
    path = choice.behaviour.page or offered[0]
    before = flow(query, path, Direction.PREVIOUS, ROWS_AT_MOST)
    after = flow(query, path, Direction.NEXT, ROWS_AT_MOST)
    return FlowBody(
        panel_id=panel_id,
        path=visible(path),
        pieces=pieces(visible(path)),
        views=_views(after.views),
        sides=_sides(choice, before, after) if after.views else [],
        form=PageForm(FLOW, path, offered, choice.parameters_beside(FLOW)),
    )


def _views(count: int) -> str:
    return ngettext("%(count)s view", "%(count)s views", count) % {"count": exact(count)}


def _sides(choice: Choice, before: FlowReport, after: FlowReport) -> list[FlowSide]:
    largest = max(row.views for row in (*before.rows, *after.rows))
    return [
        FlowSide(
            "before", _("Directly before"), _lines(choice, before.rows, largest), _rest(before)
        ),
        FlowSide("after", _("Directly after"), _lines(choice, after.rows, largest), _rest(after)),
    ]


def _lines(choice: Choice, rows: Sequence[FlowRow], largest: int) -> list[FlowLine]:
    return [
        FlowLine(
            label=visible(row.label),
            pieces=pieces(visible(row.label)),
            value=compact(row.views),
            exact=exact(row.views),
            share=percent(row.share),
            bar_percent=round(100 * row.views / largest, 2),
            move=_move(choice, row),
        )
        for row in rows
    ]


def _move(choice: Choice, row: FlowRow) -> ChoiceLink | None:
    if row.neighbour is not Neighbour.PAGE:
        return None
    words = _("Go to %(page)s") % {"page": visible(row.path)}
    return choice.with_page(row.path).link(words, FLOW)


def _rest(report: FlowReport) -> str:
    views = report.views - sum(row.views for row in report.rows)
    ways = report.total_rows - len(report.rows)
    if not ways:
        return ""
    words = ngettext("%(ways)s other page, %(share)s", "%(ways)s other pages, %(share)s", ways)
    return words % {"ways": exact(ways), "share": percent(views / report.views)}
