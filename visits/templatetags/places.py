"""Whom a page that shows places has to name."""

from __future__ import annotations

from django import template

from visits.models.place_files import Attribution, place_attributions

register = template.Library()


@register.simple_tag(name="place_attributions")
def attributions() -> tuple[Attribution, ...]:
    """Return text and url of each source of places that asks to be named."""
    return place_attributions()
