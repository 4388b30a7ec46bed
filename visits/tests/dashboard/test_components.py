"""Components that have no page of their own yet: what they say, and what they need no script for."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.loader import render_to_string


def messages(*levels: int) -> dict[str, Any]:
    return {"messages": [Message(level, "The site is added.") for level in levels]}


def test_message_is_in_a_region_that_is_there_before_it() -> None:
    assert '<div class="toasts" role="status">' in render_to_string(
        "components/_messages.html", messages()
    )


def test_message_says_how_it_is_meant() -> None:
    html = render_to_string(
        "components/_messages.html", messages(constants.SUCCESS, constants.ERROR)
    )

    assert html.count('data-toast="success"') == 1
    assert html.count('data-toast="error"') == 1
    assert html.count("data-toast-close hidden") == 2


def test_dialog_is_closed_by_a_link() -> None:
    html = render_to_string("components/_dialog.html", {"id": "help", "title": "Shortcuts"})

    assert '<dialog class="dialog" id="help" aria-labelledby="help-title">' in html
    assert '<a class="dialog-close" href="#" data-dialog-close>' in html


def test_dialog_is_filled_by_who_extends_it() -> None:
    template = engines["django"].from_string(
        '{% extends "components/_dialog.html" %}{% block dialog_body %}<p>Keys</p>{% endblock %}'
    )

    assert "<p>Keys</p>" in template.render({"id": "help", "title": "Shortcuts"})


def test_chip_says_what_its_link_takes_away() -> None:
    html = render_to_string("components/_chip.html", {"words": "Page is <a>", "url": "?"})

    assert "Remove Page is &lt;a&gt;" in html


def test_chip_without_a_link_stays() -> None:
    assert "<a" not in render_to_string("components/_chip.html", {"words": "Country is Germany"})
