"""The filters of a segment while they are changed: they travel in the address until they are saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from sites.access import get_site_or_404
from visits.dashboard.choice import Choice, Parameters
from visits.dashboard.filters.chips import Chip, chips
from visits.dashboard.filters.editor import EDITOR, filter_page
from visits.dashboard.scope import Scope
from visits.models import Segment
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import FIELD
from visits.reports.filters import FILTERS_AT_MOST, Filter, segment_filters
from visits.reports.visible import visible


@dataclass(frozen=True, slots=True)
class SegmentDraft:
    """What templates/visits/_segment_filters.html shows. `kept` are what is sent when it is saved.

    The last filter cannot be removed: a segment has one at least. `add_url` is empty where there are
    enough of them.
    """

    filters: tuple[Filter, ...]
    chips: list[Chip]
    kept: Parameters
    editor_url: str
    add_url: str

    @classmethod
    def of(cls, segment: Segment, params: QueryDict) -> SegmentDraft:
        """Return the filters that are named, else those of the segment. Raises InvalidQuery."""
        choice = Choice.parse(params, segment.site, timezone.now())
        filters = choice.filters or _stored(segment)
        choice = replace(choice, segments=(), filters=filters)
        url = f"{EDITOR}{choice.query()}"
        return cls(
            filters=filters,
            chips=chips(choice),
            kept=tuple((FIELD, condition.text) for condition in filters),
            editor_url=url,
            add_url=url if len(filters) < FILTERS_AT_MOST else "",
        )

    @property
    def can_remove(self) -> bool:
        return len(self.filters) > 1


def _stored(segment: Segment) -> tuple[Filter, ...]:
    """Return the filters of a segment, none where they cannot be read any more."""
    try:
        return tuple(segment_filters(segment))
    except InvalidQuery:
        return ()


@require_safe
def site_segment_filter(request: HttpRequest, site_id: int, segment_id: int) -> HttpResponse:
    """Show the editor of filters, which leads back to the segment."""
    site = get_site_or_404(request.user, site_id)
    segment = get_object_or_404(Segment, site=site, pk=segment_id)
    return filter_page(request, Scope(site, is_own=True), back_label=visible(segment.name))
