"""Lists over tables of millions: the newest rows first, and never a count of them all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from visits.admin.filters import SiteFilter

# Two hundred pages of fifty: who needs more needs a filter.
COUNTED_AT_MOST = 10_000
SEARCH_MAX_LENGTH = 200


class BoundedPaginator(Paginator):
    """Counts up to a limit and offers no page beyond it.

    A count of ten million rows takes a second on SQLite and several on PostgreSQL.
    """

    object_list: models.QuerySet[Any]

    @cached_property
    def counted(self) -> int:
        # In the order of the list: the newest rows, which are read anyway, are counted first.
        return self.object_list[: COUNTED_AT_MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNTED_AT_MOST)

    @property
    def has_more(self) -> bool:
        return self.counted > COUNTED_AT_MOST


class SearchForm(ChangeListSearchForm):
    """SQLite fails on a pattern of more than 50,000 bytes; nobody types one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = forms.CharField(
            required=False, strip=False, max_length=SEARCH_MAX_LENGTH
        )


class NewestFirst(ChangeList):
    """A list in the order of an index, whatever the address says."""

    search_form_class = SearchForm

    def get_ordering(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> list[models.expressions.Combinable | models.F | str]:
        """Return the newest first by primary key; for one site by its days, as its index has them."""
        has_days = any(field.name == "day" for field in self.opts.fields)
        return ["-day", "-pk"] if has_days and self._is_of_one_site() else ["-pk"]

    def _is_of_one_site(self) -> bool:
        return any(isinstance(spec, SiteFilter) and spec.value() for spec in self.filter_specs)

    def get_queryset(self, *args: Any, **kwargs: Any) -> models.QuerySet[Any]:
        """Fetch the dimensions of the shown rows with one query each.

        A join would drop the rows whose dimension row is missing: the database does not check them.
        """
        names = getattr(self.model_admin, "list_prefetch_related", ())
        return super().get_queryset(*args, **kwargs).prefetch_related(*names)

    @property
    def result_count_text(self) -> str:
        return f"{self.result_count:,}{'+' if self.paginator.has_more else ''}"
