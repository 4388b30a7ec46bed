"""How much of a site somebody sees: its owner all of it, the readers of a shared link what the link shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sites.access import get_site_or_404
from sites.models import Site
from visits.dashboard.behaviour.choice import BEHAVIOUR_PARAMETERS
from visits.dashboard.panels.choice import BEHAVIOUR, PANELS, PanelChoice
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import FIELD
from visits.reports.filters import SEGMENT, Filter

# What is shown beside the panels, and can be left out as they can.
LIVE = "live"
# A part of a report, whoever asks for it: a view that takes a scope from the gate before it.
Part = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Scope:
    """A site, and what of its report is shown.

    `names` are the panels that are shown, None is all of them. `limit` are filters that hold for every
    answer: nobody can see them or take them away. `theme` is that of a report in a frame of another page,
    empty for a page of its own.
    """

    site: Site
    is_own: bool
    names: frozenset[str] | None = None
    limit: tuple[Filter, ...] = ()
    theme: str = ""

    def shows(self, name: str) -> bool:
        return self.names is None or name in self.names

    def require(self, name: str) -> None:
        """Raise Http404 for what is not shown."""
        if not self.shows(name):
            raise Http404

    @property
    def panels(self) -> tuple[PanelChoice, ...]:
        return tuple(panel for panel in PANELS if self.shows(panel.name))

    def check_parameters(self, params: QueryDict) -> None:
        """Refuse segments to strangers, and choices of a panel to who does not see it.

        Whether there is what they name is not looked up: the answer is always the same. Raises InvalidQuery.
        """
        if not self.is_own and SEGMENT in params:
            raise InvalidQuery(SEGMENT, _("A shared report has no segments."))
        for name in self._hidden_parameters():
            if params.get(name):
                raise InvalidQuery(name, _("This report does not show that."))

    def _hidden_parameters(self) -> tuple[str, ...]:
        """Return the parameters of the panels that are not shown."""
        panels = tuple(panel.name for panel in PANELS if not self.shows(panel.name))
        return (*panels, *BEHAVIOUR_PARAMETERS) if BEHAVIOUR in panels else panels

    def check_filters(self, filters: Iterable[Filter]) -> None:
        """Refuse filters by what is not shown: their totals would tell it. Raises InvalidQuery."""
        for condition in filters:
            if not self.can_filter_by(condition.name):
                raise InvalidQuery(FIELD, _("This report cannot be filtered by that."))

    def require_dimension(self, dimension: str) -> None:
        """Raise Http404 for a list that none of the shown panels has."""
        if not self.can_filter_by(dimension):
            raise Http404

    def can_filter_by(self, dimension: str) -> bool:
        return self.names is None or any(dimension in panel.dimensions for panel in self.panels)


def own(part: Part) -> Callable[..., HttpResponse]:
    """Return the view of a part for the site's owner, at an address with the site's id."""

    @require_safe
    @wraps(part)
    def view(request: HttpRequest, site_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        site = get_site_or_404(request.user, site_id)
        return part(request, Scope(site, is_own=True), *args, **kwargs)

    return view
