"""The part of a long list that a person chose: a search, an order and a page of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from django.utils.translation import gettext as _

from visits.dashboard.choice import Parameters
from visits.reports.exceptions import InvalidQuery

SEARCH, SORT, PAGE = "search", "sort", "page"
# A million pages: nobody turns them, and databases count further.
PAGE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Listing:
    """`sort` is what `breakdown` understands; empty: the first metric, largest first. Pages count from 1."""

    search: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def parse(cls, params: Mapping[str, str]) -> Self:
        """Return the part that a query string asks for. Raises InvalidQuery with a sentence.

        Whether a list can be put in that order, and whether the search is too long, is told by the list.
        """
        return cls(
            search=params.get(SEARCH, "").strip(),
            sort=params.get(SORT, ""),
            page=_page(params.get(PAGE, "")),
        )

    def parameters(self) -> Parameters:
        """Return the shortest query parameters that ask for this part."""
        page = str(self.page) if self.page > 1 else ""
        pairs = ((SEARCH, self.search), (SORT, self.sort), (PAGE, page))
        return tuple(pair for pair in pairs if pair[1])

    def sorted_by(self, sort: str) -> Listing:
        return replace(self, sort=sort, page=1)

    def at_page(self, page: int) -> Listing:
        return replace(self, page=page)

    def first_page(self) -> Listing:
        """Return the first page of the same: of other days there may be fewer pages."""
        return replace(self, page=1)


def _page(text: str) -> int:
    if not text:
        return 1
    # Some digits of other scripts are digits, too.
    if not (text.isascii() and text.isdigit() and len(text) <= PAGE_DIGITS and int(text)):
        raise InvalidQuery(PAGE, _("Pages are counted from 1."))
    return int(text)
