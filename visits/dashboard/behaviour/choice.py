"""What the behaviour panel is asked about: an event and a key of its properties, a funnel, a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from sites.models import Site
from visits.models import Funnel
from visits.models.condition import is_storable
from visits.models.dimension import NAME_MAX_LENGTH
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import VALUE_MAX_LENGTH

EVENT, KEY, FUNNEL, FLOW = "event", "key", "funnel", "flow"
BEHAVIOUR_PARAMETERS = (EVENT, KEY, FUNNEL, FLOW)
# Eighteen digits fit into a column.
NUMBER_MAX_LENGTH = 18


@dataclass(frozen=True, slots=True)
class BehaviourChoice:
    """What is empty is left to the panel: it shows what is most frequent."""

    event: str = ""
    key: str = ""
    funnel: Funnel | None = None
    page: str = ""

    @classmethod
    def parse(cls, params: Mapping[str, str], site: Site) -> Self:
        """Return the choice in a query string; a statement where it names a funnel.

        Raises InvalidQuery with a sentence.
        """
        return cls(
            event=_name(params, EVENT, _("This is not the name of an event.")),
            key=_name(params, KEY, _("This is not the key of a property.")),
            funnel=_funnel(params.get(FUNNEL, ""), site),
            page=_page(params.get(FLOW, "")),
        )

    def parameters(self) -> dict[str, str]:
        """Return the query parameters of what was chosen."""
        funnel = str(self.funnel.pk) if self.funnel else ""
        pairs = {EVENT: self.event, KEY: self.key, FUNNEL: funnel, FLOW: self.page}
        return {name: value for name, value in pairs.items() if value}


def _name(params: Mapping[str, str], field: str, sentence: str) -> str:
    name = params.get(field, "")
    if len(name) > NAME_MAX_LENGTH or not is_storable(name):
        raise InvalidQuery(field, sentence)
    return name


def _funnel(text: str, site: Site) -> Funnel | None:
    if not text:
        return None
    # Some digits of other scripts are digits, too.
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_MAX_LENGTH):
        raise InvalidQuery(FUNNEL, _("Name a funnel by its number."))
    funnel = Funnel.objects.filter(site=site, pk=int(text)).first()
    if funnel is None:
        raise InvalidQuery(FUNNEL, _("The site has no funnel %(number)s.") % {"number": text})
    return funnel


def _page(path: str) -> str:
    if len(path) > VALUE_MAX_LENGTH or not is_storable(path):
        raise InvalidQuery(FLOW, _("Name a page by its path, such as /pricing."))
    return path
