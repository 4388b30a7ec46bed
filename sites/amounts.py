"""How much goes with a site that is deleted, asked in one statement and never counted to the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import Subquery
from django.utils.formats import number_format
from django.utils.translation import gettext

from sites.models import Site

# An exact count of hits may take minutes.
COUNTED_AT_MOST = 10_000


class BoundedCount(Subquery):
    """The number of rows of a queryset that has a limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = models.IntegerField()


def amounts_of(sites: Sequence[Site]) -> dict[str, str]:
    """Return by the names of tables how many rows end with these sites, in words where there are many."""
    if not sites:
        return {}
    ids = [site.pk for site in sites]
    tables = {f"rows_{place}": relation for place, relation in enumerate(_cascades())}
    counts = {name: BoundedCount(_rows(relation, ids)) for name, relation in tables.items()}
    [found] = Site.with_deleted.filter(pk=ids[0]).annotate(**counts).values(*counts)
    return {
        str(relation.related_model._meta.verbose_name_plural): _words(found[name])
        for name, relation in tables.items()
    }


def _cascades() -> list[Any]:
    """Return the relations whose rows end with their site."""
    return [
        relation
        for relation in Site._meta.get_fields(include_hidden=True)
        if getattr(relation, "on_delete", None) is models.CASCADE
    ]


def _rows(relation: Any, ids: Sequence[int]) -> models.QuerySet[Any, Any]:
    rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
    found: models.QuerySet[Any, Any] = rows.order_by().values("pk")[: COUNTED_AT_MOST + 1]
    return found


def _words(count: int) -> str:
    if count > COUNTED_AT_MOST:
        number = number_format(COUNTED_AT_MOST, force_grouping=True)
        return gettext("more than %(number)s") % {"number": number}
    return number_format(count, force_grouping=True)
