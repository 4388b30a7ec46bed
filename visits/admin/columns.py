"""How the values of facts are shown; Django's own display takes their integers for plain numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.text import Truncator

Column = Callable[[Any, models.Model], str]

# A path has up to 500 characters; the row's own page shows all of them.
SHOWN_CHARACTERS = 70


def instant(name: str, description: str) -> Column:
    @admin.display(description=f"{description} (UTC)")
    def column(_: Any, row: models.Model) -> str:
        at: dt.datetime = getattr(row, name)
        return f"{at:%Y-%m-%d %H:%M:%S}"

    return column


def day(name: str, description: str) -> Column:
    @admin.display(description=description)
    def column(_: Any, row: models.Model) -> str:
        return str(getattr(row, name))

    return column


def duration(name: str, description: str) -> Column:
    """Return a column of seconds, shown as 1m 05s."""

    @admin.display(description=description)
    def column(_: Any, row: models.Model) -> str:
        minutes, seconds = divmod(getattr(row, name), 60)
        return f"{minutes}m {seconds:02}s"

    return column


def text(name: str, description: str) -> Column:
    @admin.display(description=description)
    def column(_: Any, row: models.Model) -> str:
        return Truncator(getattr(row, name)).chars(SHOWN_CHARACTERS)

    return column


def dimension(name: str, description: str) -> Column:
    """Return a column of the row that foreign keys lead to; empty when that row is missing."""
    follow = attrgetter(name.replace("__", "."))

    @admin.display(description=description)
    def column(_: Any, row: models.Model) -> str:
        try:
            value = follow(row)
        except ObjectDoesNotExist:
            return ""
        return "" if value is None else Truncator(str(value)).chars(SHOWN_CHARACTERS)

    return column
