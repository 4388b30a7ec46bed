"""Texts about people on the pages of staff."""

from __future__ import annotations

from django import template

from accounts.disclosure import is_disclosed, mask_addresses

register = template.Library()


@register.filter
def discreet(text: object) -> str:
    """Return a text with its e-mail addresses masked, unless whoever reads it may see them."""
    return str(text) if is_disclosed() else mask_addresses(str(text))
