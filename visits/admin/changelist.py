"""Lists over tables of millions: the newest rows first, and never a count of them all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from visits.admin.filters import DayFilter, SiteFilter

# Two hundred pages of fifty: who needs more needs a filter.
COUNTED_AT_MOST = 10_000
# Of facts, where no index answers: reading so many takes less than a tenth of a second.
SEARCHED_AT_MOST = 250_000
SEARCH_MAX_LENGTH = 200
# Who asks for these asks for rows that a key finds.
KEYS = {"id", "id__exact", "id__in", "pk", "pk__exact", "pk__in"}


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
        return ["-day", "-pk"] if has_days and self._site_id() else ["-pk"]

    def _site_id(self) -> str | None:
        """Return the site that the list is of, if it is of one."""
        specs = (spec for spec in self.filter_specs if isinstance(spec, SiteFilter))
        return next((spec.value() for spec in specs), None)

    def get_queryset(self, *args: Any, **kwargs: Any) -> models.QuerySet[Any]:
        """Fetch the dimensions of the shown rows with one query each.

        A join would drop the rows whose dimension row is missing: the database does not check them.
        """
        names = getattr(self.model_admin, "list_prefetch_related", ())
        return super().get_queryset(*args, **kwargs).prefetch_related(*names)

    @property
    def result_count_text(self) -> str:
        return f"{self.result_count:,}{'+' if self.paginator.has_more else ''}"

    @property
    def reach_text(self) -> str:
        """Return among which rows was looked for what is shown, "" for all of them."""
        return ""


class NewestFacts(NewestFirst):
    """Facts by any question, also by one that no index answers: that one is put to the newest rows.

    A day, and a site, are found by an index. Whatever else is asked for might be in none of ten million
    rows, and only reading all of them would tell.
    """

    is_cut = False

    def get_queryset(self, *args: Any, **kwargs: Any) -> models.QuerySet[Any]:
        facts = super().get_queryset(*args, **kwargs)
        if not self._asks_more_than_indexes_answer():
            return facts
        limit = self._limit()
        self.is_cut = limit is not None
        return facts if limit is None else facts.filter(limit)

    @property
    def reach_text(self) -> str:
        return f"among the newest {SEARCHED_AT_MOST:,}" if self.is_cut else ""

    def _asks_more_than_indexes_answer(self) -> bool:
        if any(isinstance(spec, DayFilter) and spec.is_of_one_day() for spec in self.filter_specs):
            return False
        asked = set(self.get_filters_params())
        if asked & KEYS:
            return False
        if self._site_id():
            asked -= {SiteFilter.parameter_name, DayFilter.FROM}
        return bool(asked or self.query)

    def _limit(self) -> models.Q | None:
        """Return what the newest rows have in common, None when there are no more than these.

        Of one site they are whole days: that is how its index has them.
        """
        if site_id := self._site_id():
            days = self.root_queryset.filter(site=site_id).order_by("-day")
            day = _last_reached(days.values_list("day", flat=True))
            return None if day is None else models.Q(day__gte=day)
        key = _last_reached(self.root_queryset.order_by("-pk").values_list("pk", flat=True))
        return None if key is None else models.Q(pk__gt=key)


def _last_reached(values: models.QuerySet[Any, Any]) -> Any:
    """Return the value behind as many as are searched, None when there are fewer."""
    return next(iter(values[SEARCHED_AT_MOST : SEARCHED_AT_MOST + 1]), None)
