"""The page on which a filter is written, and the same within a dialog above the report.

It asks for a dimension, then for an operator and values. It is a form that is sent with GET, and leads
back to the report with one filter more.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url
from django_htmx.middleware import HtmxDetails

from visits.dashboard.choice import FILTER_PARAMETERS, Choice, Parameters
from visits.dashboard.details.address import details_path
from visits.dashboard.filters.dimensions import DimensionGroup, dimension_groups, dimension_label
from visits.dashboard.filters.form import ADD, APPLY, DETAILS, Draft, FilterForm
from visits.dashboard.filters.values import (
    FoundValue,
    OfferedValue,
    find_values,
    offered_values,
    text_of,
)
from visits.dashboard.report import SiteReport
from visits.dashboard.scope import Scope
from visits.models import Operator
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import check_number
from visits.reports.visible import visible

EDITOR = "filter/"
# As many as there is room for without scrolling.
EXAMPLES = 7


@dataclass(frozen=True, slots=True)
class FilterEditor:
    """What templates/visits/_filter_editor.html shows; `groups` until a dimension is chosen, then the rest.

    `kept` are the parameters of the report, `base` is the editor's own address, `query` leads to another
    dimension. `examples` are values that contain what was typed.
    """

    groups: list[DimensionGroup]
    base: str
    query: str
    kept: Parameters
    dimension: str = ""
    label: str = ""
    operators: tuple[tuple[str, str, bool], ...] = ()
    is_partial: bool = False
    typed: str = ""
    edited: str = ""
    values: tuple[OfferedValue, ...] = ()
    examples: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """From where somebody came: the details of a dimension, a page of some name, else the report."""

    details: str
    name: str

    @property
    def label(self) -> str:
        return self.name or (_("Details") if self.details else _("Report"))


@vary_on_headers("HX-Request", "HX-Target")
def filter_page(request: HttpRequest, scope: Scope, back_label: str = "") -> HttpResponse:
    """Show the editor, or lead to what is above it with the filter that was written: to the report.

    `back_label` says what is there instead.
    """
    try:
        report = SiteReport.parse(request.GET, scope, timezone.now())
    except InvalidQuery:
        # The report says what is wrong with the address.
        return redirect(f"../?{request.GET.urlencode()}")
    form = FilterForm(request.GET, report=report)
    draft, problem, step = form.draft(), form.problem(), form.cleaned_data.get("step")
    if draft.dimension and (step == ADD or (step == APPLY and draft.counts_typed)):
        draft = _with_typed(report, draft)
    if step == APPLY and draft.dimension and not problem:
        try:
            return _applied(request, _with_draft(report, draft), form.came_from())
        except InvalidQuery as error:
            problem = error.sentence
    return _shown(request, report, draft, problem, Origin(form.came_from(), back_label))


def _with_typed(report: SiteReport, draft: Draft) -> Draft:
    """Return the draft in which what was typed is a value: the one that is called so, if any."""
    if not draft.typed:
        return draft
    if draft.operator.is_partial:
        return draft.with_typed(draft.typed)
    found, _lost = _find(report, draft)
    return draft.with_typed(text_of(found, draft.typed))


def _find(report: SiteReport, draft: Draft) -> tuple[list[FoundValue], str]:
    """Return the values that occur, or a sentence why they cannot be told."""
    is_waiting = draft.operator.is_partial and not draft.typed
    if not draft.dimension or is_waiting:
        return [], ""
    try:
        return find_values(report, draft.dimension, draft.typed, draft.edited), ""
    except InvalidQuery as error:
        return [], error.sentence


def _with_draft(report: SiteReport, draft: Draft) -> Choice:
    """Return the choice with the filter that was written. Raises InvalidQuery."""
    condition = draft.finished()
    choice = report.choice
    if draft.edited:
        choice = choice.with_filter_instead(draft.edited, condition)
    elif condition not in choice.filters:
        choice = choice.with_filter(condition)
    check_number(choice.all_filters)
    return choice


def _applied(request: HttpRequest, choice: Choice, details: str) -> HttpResponse:
    """Lead to the report or its details; in a dialog, js/filter.js follows the link where it is."""
    if HtmxDetails(request):
        link = choice.link("", *FILTER_PARAMETERS)
        return _part(request, "visits/_filter_applied.html", {"link": link})
    return redirect(_back(choice, details))


def _back(choice: Choice, details: str) -> str:
    """Return the address from which somebody came, with what was chosen since."""
    return f"../{details_path(details) if details else ''}{choice.query()}"


def _shown(
    request: HttpRequest,
    report: SiteReport,
    draft: Draft,
    problem: str,
    origin: Origin,
) -> HttpResponse:
    is_part = bool(HtmxDetails(request))
    found, lost = _find(report, draft)
    base = EDITOR if is_part else "./"
    editor = _editor(report, draft, found, problem or lost, base, origin.details)
    context = {"editor": editor, "site": report.site, "scope": report.scope}
    if HtmxDetails(request).target == "filter-values":
        return _part(request, "visits/_filter_values.html", context)
    if is_part:
        return _part(request, "visits/_filter_editor.html", context)
    context |= {"back_url": _back(report.choice, origin.details), "back_label": origin.label}
    return render(request, "visits/filter.html", context)


def _part(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Answer with what stands in the dialog: the page keeps its address, also after a boosted link."""
    return push_url(render(request, template, context), False)


def _editor(
    report: SiteReport,
    draft: Draft,
    found: list[FoundValue],
    problem: str,
    base: str,
    details: str,
) -> FilterEditor:
    kept = _kept(report, draft, details)
    query = f"{base}?{urlencode(kept)}"
    if not draft.dimension:
        return FilterEditor(
            dimension_groups(report.scope, query), base, query, kept, problem=problem
        )
    operator = draft.operator
    return FilterEditor(
        groups=[],
        base=base,
        query=query,
        kept=kept,
        dimension=draft.dimension,
        label=visible(dimension_label(draft.dimension)),
        operators=tuple((each.value, str(each.label), each is operator) for each in Operator),
        is_partial=operator.is_partial,
        typed=draft.typed,
        edited=draft.edited.text if draft.edited else "",
        values=tuple(offered_values(draft.dimension, operator, draft.values, found)),
        examples=_examples(operator, found),
        problem=problem,
    )


def _kept(report: SiteReport, draft: Draft, details: str) -> Parameters:
    edits = {"edits": draft.edited.text} if draft.edited else {}
    came_from = {DETAILS: details} if details else {}
    return (*report.choice.parameters(), *edits.items(), *came_from.items())


def _examples(operator: Operator, found: list[FoundValue]) -> tuple[str, ...]:
    return tuple(visible(each.label) for each in found[:EXAMPLES]) if operator.is_partial else ()
