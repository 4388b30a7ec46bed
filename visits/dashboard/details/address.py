"""The address of the values of a dimension, whose name may have any text in it: the key of a property."""

from __future__ import annotations

from urllib.parse import quote

from django.urls import register_converter


class DimensionConverter:
    """The name of a dimension. Slashes are a part of it: browsers keep them encoded, servers do not."""

    regex = r"(?s:.+)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DimensionConverter, "dimension")

DETAILS_ROUTE = "details/<dimension:dimension>/"


def details_path(dimension: str) -> str:
    """Return the address of the values of a dimension, seen from the report."""
    return f"details/{quote(dimension, safe='')}/"
