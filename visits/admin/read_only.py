"""The frame of every list of visits: read-only, bounded, newest first."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from accounts.admin_questions import BoundedQuestions
from visits.admin.changelist import BoundedPaginator, NewestFacts, NewestFirst

# So many rows of a dimension are looked for; a text that is in more pages finds the newest of them.
MATCHES_AT_MOST = 500


class ReadOnlyAdmin(BoundedQuestions):
    """Rows that only collection writes and that end with their site."""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ("-pk",)
    paginator = BoundedPaginator
    list_prefetch_related: ClassVar[tuple[str, ...]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NewestFirst]:
        return NewestFirst

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name: there is nothing to “select to change”."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ShowsPlaces(ReadOnlyAdmin):
    """Pages with places on them, which name where these come from: the licences ask for it."""

    change_list_template = "admin/visits/places_change_list.html"
    change_form_template = "admin/visits/places_change_form.html"


class FactAdmin(ReadOnlyAdmin):
    """Facts are searched through their dimensions: text becomes ids first, then facts with these ids."""

    # Foreign key of the fact -> text fields of its dimension.
    dimension_search: ClassVar[dict[str, tuple[str, ...]]] = {}
    # Django shows the search box when this is not empty; the fields are never joined.
    search_fields = ("pk",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NewestFirst]:
        return NewestFacts

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        condition = Q(pk__in=())
        for key, fields in self.dimension_search.items():
            condition |= Q(**{f"{key}__in": self._matches(key, fields, search_term.strip())})
        return queryset.filter(condition), False

    def _matches(self, key: str, fields: tuple[str, ...], search_term: str) -> list[int]:
        """Return the ids of the newest rows of a dimension that contain the text."""
        text = Q()
        for field in fields:
            text |= Q(**{f"{field}__icontains": search_term})
        dimension: Any = self.opts.get_field(key).related_model
        rows = dimension._default_manager.filter(text).order_by("-pk")
        return list(rows.values_list("pk", flat=True)[:MATCHES_AT_MOST])
