"""Pages of the admin that do not tell who people are to staff who may not know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest

from accounts.disclosure import masked, may_see_addresses

# In front of a search field, for how it is compared.
SEARCH_SIGNS = "^=@"
# Names and dates that say who somebody is, besides every field for an e-mail address.
PERSONAL = {"accounts.user": frozenset({"display_name", "last_login"})}


class DiscreetAdmin(admin.ModelAdmin):
    """Fields that are personal are masked in lists and forms, and neither searched nor filtered by.

    A search that finds somebody by a hidden address would tell it letter by letter, as an order would:
    also that of a column of people, who are sorted by their addresses.
    """

    # More of this model's own fields, besides those for e-mail addresses.
    personal_fields: ClassVar[tuple[str, ...]] = ()

    # What is said below the search instead, to those whose search leaves people out.
    discreet_help_text: ClassVar[str] = ""

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns: addresses masked, and without others that would be masked altogether."""
        columns = super().get_list_display(request)
        if may_see_addresses(request.user):
            return columns
        kept = [name for name in columns if name not in PERSONAL.get(self.opts.label_lower, ())]
        return [
            _column_without_order(name) if self._orders_people(name) else name
            for name in self._discreet(request, kept)
        ]

    def get_ordering(self, request: HttpRequest) -> Any:
        """Return the order of the list, by nothing that a masked address would be told by."""
        ordering: Any = super().get_ordering(request) or self.opts.ordering
        if may_see_addresses(request.user):
            return ordering
        return [name for name in ordering if not self._orders_people(name)] or ["-pk"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        if self.discreet_help_text and not may_see_addresses(request.user):
            changelist.search_help_text = self.discreet_help_text
        return changelist

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = list(self._discreet(request, super().get_readonly_fields(request, obj)))
        if may_see_addresses(request.user):
            return fields
        own = (field.name for field in self.opts.fields if self._is_hidden(field.name))
        return [*fields, *(_masked_column(name) for name in own)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            # Once each: a form without fields of its own names what is read-only again.
            (
                name,
                {
                    **options,
                    "fields": list(dict.fromkeys(self._discreet(request, options["fields"]))),
                },
            )
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_search_fields(self, request: HttpRequest) -> Any:
        fields = super().get_search_fields(request)
        if may_see_addresses(request.user):
            return fields
        return [field for field in fields if not self._is_hidden(field.lstrip(SEARCH_SIGNS))]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if self._is_hidden(lookup) and not may_see_addresses(request.user):
            return False
        return super().lookup_allowed(lookup, value, request)

    def _discreet(self, request: HttpRequest, names: Iterable[Any]) -> Iterator[Any]:
        """Yield the names with the hidden ones masked; fields may stand beside each other in a tuple."""
        shows_all = may_see_addresses(request.user)
        for name in names:
            if isinstance(name, list | tuple):
                yield tuple(self._discreet(request, name))
            elif not shows_all and isinstance(name, str) and self._is_hidden(name):
                yield _masked_column(name)
            else:
                yield name

    def _is_hidden(self, path: str) -> bool:
        own = path.partition(LOOKUP_SEP)[0] in self.personal_fields
        return own or leads_to_a_person(self.model, path)

    def _orders_people(self, name: Any) -> bool:
        """Tell whether a column, or an order such as `-owner`, sorts by what is hidden."""
        if not isinstance(name, str):
            return False
        path = name.removeprefix("-")
        return self._is_hidden(path) or sorts_by_a_person(self.model, path)


def leads_to_a_person(model: type[models.Model], path: str) -> bool:
    """Tell whether a lookup, such as `owner__email__startswith`, asks for what is personal."""
    return any(is_personal(known, field) for known, field in _fields_of(model, path))


def sorts_by_a_person(model: type[models.Model], path: str) -> bool:
    """Tell whether an order ends at rows that have a personal order themselves, as users have."""
    _, last = next(iter(reversed(list(_fields_of(model, path)))), (model, None))
    if last is None or not last.is_relation:
        return False
    rows = last.related_model
    orders = [name.removeprefix("-") for name in rows._meta.ordering if isinstance(name, str)]
    return any(leads_to_a_person(rows, name) or sorts_by_a_person(rows, name) for name in orders)


def _fields_of(model: type[models.Model], path: str) -> Iterator[tuple[type[models.Model], Any]]:
    """Yield the fields that a lookup leads through, each with its model, up to what is no field."""
    known: type[models.Model] | None = model
    for name in path.split(LOOKUP_SEP):
        if known is None:
            return
        try:
            field = known._meta.get_field(name)
        except FieldDoesNotExist:
            return
        yield known, field
        known = field.related_model if field.is_relation else None


def is_personal(model: type[models.Model], field: Any) -> bool:
    names = PERSONAL.get(model._meta.label_lower, frozenset())
    return isinstance(field, models.EmailField) or field.name in names


@cache
def _column_without_order(name: str) -> Callable[[models.Model], Any]:
    """Return a column of the same values which nobody can put the list in order by."""

    @admin.display(description=name.replace("_", " "))
    def column(row: models.Model) -> Any:
        return getattr(row, name)

    column.__name__ = name
    return column


@cache
def _masked_column(name: str) -> Callable[[models.Model], str]:
    """Return a column that shows what is left of an address, and of anything else only that it is there."""

    @admin.display(description=name.replace("_", " "))
    def column(row: models.Model) -> str:
        value = getattr(row, name)
        return masked(str(value)) if value else ""

    column.__name__ = f"hidden_{name}"
    return column
