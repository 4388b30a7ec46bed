"""A link that changes one choice and keeps the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChoiceLink:
    """`chosen` is what js/choice.js needs (see Choice.chosen), `shortcut` the key that follows the link."""

    label: str
    url: str
    chosen: str
    is_chosen: bool = False
    shortcut: str = ""
