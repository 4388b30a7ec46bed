"""What the tabs of the behaviour panel have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visits.dashboard.behaviour.number_table import NumberTable
from visits.dashboard.choice import Choice
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.panel import Emptiness, details_url


@dataclass(frozen=True, slots=True)
class Picker:
    """A menu of links. `name` is its element's, unique on the page."""

    name: str
    label: str
    chosen: str
    links: list[ChoiceLink]


@dataclass(frozen=True, slots=True)
class TableBody:
    """Rows with numbers; `hidden_rows` says how many there are beside them, or nothing. All of them, with
    more numbers, are where `details` leads."""

    template: ClassVar[str] = "visits/_behaviour_table.html"
    panel_id: str
    table: NumberTable
    details: ChoiceLink

    @property
    def said(self) -> str:
        return rows_words(self.table)

    @property
    def hidden_rows(self) -> str:
        return hidden_words(self.table)


def details_link(choice: Choice, dimension: str, *names: str) -> ChoiceLink:
    """Return the link to all values of a dimension; it decides the parameters of these names itself."""
    return ChoiceLink("", details_url(choice, dimension), choice.chosen(*names))


def rows_words(table: NumberTable) -> str:
    """Return what is shown now, for screen readers."""
    count = len(table.rows)
    words = ngettext("%(name)s: %(count)s row", "%(name)s: %(count)s rows", count)
    return words % {"name": table.name_label, "count": count}


def hidden_words(table: NumberTable) -> str:
    """Return how many rows are not shown, or nothing."""
    count = table.total_rows - len(table.rows)
    return ngettext("%(count)s more", "%(count)s more", count) % {"count": count} if count else ""


def nothing_found(choice: Choice, title: str, text: str = "") -> Emptiness:
    """Return what is said of a list without rows: filters may be the reason."""
    if choice.all_filters:
        return Emptiness(
            _("Nothing with these filters"), _("Take one away, or choose another period above.")
        )
    return Emptiness(title, text or _("Choose another period above."))
