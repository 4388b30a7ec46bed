"""The pages of a long list."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from visits.dashboard.pagination import pagination


@pytest.mark.parametrize(
    ("number", "count", "words"),
    [
        (1, 1, "[1]"),
        (1, 3, "[1] 2 3"),
        (3, 5, "1 2 [3] 4 5"),
        (1, 9, "[1] 2 … 9"),
        (4, 9, "1 2 3 [4] 5 … 9"),
        (5, 9, "1 … 4 [5] 6 … 9"),
        (9, 9, "1 … 8 [9]"),
    ],
)
def test_pages_at_the_ends_and_beside_the_shown_one_are_named(
    number: int, count: int, words: str
) -> None:
    links = pagination(number, count, "?page={}".format).links

    shown = [f"[{link.number}]" if link.is_chosen else str(link.number or "…") for link in links]
    assert " ".join(shown) == words


def test_steps_end_with_the_list() -> None:
    first, last = (pagination(number, 2, "?page={}".format) for number in (1, 2))

    assert (first.previous_url, first.next_url) == ("", "?page=2")
    assert (last.previous_url, last.next_url) == ("?page=1", "")


def test_list_of_one_page_shows_no_pages() -> None:
    context = {"pages": pagination(1, 1, "?page={}".format), "label": "Pages of sources"}

    assert render_to_string("components/_pagination.html", context).strip() == ""


def test_shown_page_is_said_to_be_the_current_one() -> None:
    context = {"pages": pagination(2, 3, "?page={}".format), "label": "Pages of sources"}

    html = render_to_string("components/_pagination.html", context)

    assert '<nav class="pages" aria-label="Pages of sources">' in html
    assert html.count('aria-current="page"') == 1
    assert '<a href="?page=2" aria-current="page">' in html
