"""What may be asked of the admin's lists: what their filters and our links ask, and nothing else.

Django filters a list by every field of its model, and would tell hidden ones letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.admin import FieldListFilter, SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.discreet_admin import DiscreetAdmin

# SQLite fails on a pattern of more than 50,000 bytes, and each word is a condition of its own.
SEARCH_MAX_LENGTH = 200
# No column holds nineteen digits (64 bits), and PostgreSQL refuses the character 0.
UNANSWERABLE = re.compile(r"[0-9]{19}|\x00")
# Rows by their numbers, which stand in the addresses of their pages.
KEYS = frozenset(("id", "id__exact", "id__in", "pk", "pk__exact", "pk__in"))


class BoundedQuestions(DiscreetAdmin):
    """A list of the admin whose filters and search have bounds. A question beyond them is answered 400."""

    # Fields that links ask for and no filter of the list does.
    linked_fields: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if UNANSWERABLE.search(value) or lookup not in self._questions(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term[:SEARCH_MAX_LENGTH])

    def _questions(self, request: HttpRequest) -> set[str]:
        """Return the parameters that an address of this list may have."""
        filters = self.get_list_filter(request)
        asked = {name for each in filters for name in self._questions_of(each, request)}
        return asked | KEYS | {name for field in self.linked_fields for name in _exactly(field)}

    def _questions_of(self, list_filter: Any, request: HttpRequest) -> Iterator[str]:
        """Yield the parameters of a filter as `list_filter` names it, without asking the database."""
        if isinstance(list_filter, str):
            yield from self._questions_of_field(list_filter, FieldListFilter.create, request)
        elif isinstance(list_filter, tuple):
            path, make = list_filter
            yield from self._questions_of_field(path, make, request)
        elif issubclass(list_filter, SimpleListFilter):
            # To make one would look its choices up.
            yield str(list_filter.parameter_name)
        else:
            yield from list_filter(request, {}, self.model, self).expected_parameters()

    def _questions_of_field(self, path: str, make: Any, request: HttpRequest) -> Iterator[str]:
        field: Any = get_fields_from_path(self.model, path)[-1]
        yield from _exactly(path)
        if field.is_relation:
            # To make this one would look its choices up, too.
            yield from (f"{path}__{field.target_field.name}__exact", f"{path}__isnull")
        else:
            made = make(field, request, {}, self.model, self, field_path=path)
            yield from made.expected_parameters()


def _exactly(path: str) -> tuple[str, str]:
    return path, f"{path}__exact"
