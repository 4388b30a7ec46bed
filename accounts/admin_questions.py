"""What may be asked of the admin's lists: nothing that holds the server up or that no database can answer."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.discreet_admin import DiscreetAdmin

# SQLite fails on a pattern of more than 50,000 bytes, and each word is a condition of its own.
SEARCH_MAX_LENGTH = 200
# No column holds nineteen digits (64 bits), and PostgreSQL refuses the character 0.
UNANSWERABLE = re.compile(r"[0-9]{19}|\x00")


class BoundedQuestions(DiscreetAdmin):
    """A list of the admin whose filters and search have bounds. A question beyond them is answered 400."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse regular expressions too: on SQLite a single one can hold the whole process up."""
        if lookup.endswith("regex") or UNANSWERABLE.search(value):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term[:SEARCH_MAX_LENGTH])
