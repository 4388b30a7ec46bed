"""The pages of a long list: which of them are named, and where their links lead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

# The first, the last, and those beside the one that is shown.
BESIDE = 1


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page by its number; a gap between two pages has neither number nor address."""

    number: int = 0
    url: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Pagination:
    """What templates/components/_pagination.html shows."""

    number: int
    count: int
    links: tuple[PageLink, ...]
    previous_url: str
    next_url: str


def pagination(number: int, count: int, url_of: Callable[[int], str]) -> Pagination:
    """Return the links of a list of `count` pages that shows page `number`, both from 1."""
    return Pagination(
        number=number,
        count=count,
        links=tuple(_links(number, count, url_of)),
        previous_url=url_of(number - 1) if number > 1 else "",
        next_url=url_of(number + 1) if number < count else "",
    )


def _links(number: int, count: int, url_of: Callable[[int], str]) -> Iterator[PageLink]:
    last = 0
    for named in _named(number, count):
        if named == last + 2:
            # A gap of one page is that page.
            yield PageLink(last + 1, url_of(last + 1))
        elif named > last + 2:
            yield PageLink()
        yield PageLink(named, url_of(named), named == number)
        last = named


def _named(number: int, count: int) -> list[int]:
    beside = range(number - BESIDE, number + BESIDE + 1)
    return sorted({page for page in (1, *beside, count) if 1 <= page <= count})
