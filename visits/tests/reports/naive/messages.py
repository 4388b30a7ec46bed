"""What people send: plain values, in the order in which the messages arrive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlainHit:
    """A view of a page, or an event on it; `event` is "" for a view. `at` counts seconds since 1970.

    A message may arrive late: after one that happened later.
    """

    at: int
    person: int = 0
    hostname: str = "example.com"
    path: str = "/"
    title: str = ""
    event: str = ""
    is_interactive: bool = True
    properties: tuple[tuple[str, str], ...] = ()
    revenue: tuple[str, int] | None = None  # currency, millionths of its unit
    engaged_seconds: int | None = None
    scroll_percent: int | None = None
    source: tuple[str, str, str] = ("", "direct", "")  # name, channel, referrer
    campaign: tuple[str, str, str, str, str] = ("", "", "", "", "")
    client: tuple[str, str, str, str, str] = ("", "", "", "", "")  # browser, system, device
    place: tuple[str, str, str] = ("", "", "")  # country, region, city
    screen: str = ""
    language: str = ""

    @property
    def is_view(self) -> bool:
        return not self.event


@dataclass(frozen=True)
class PlainAttention:
    """What a page got of its reader since it was viewed, or since it last told. It makes no hit."""

    at: int
    person: int = 0
    hostname: str = "example.com"
    path: str = "/"
    title: str = ""
    engaged_seconds: int = 0
    scroll_percent: int = 0


Message = PlainHit | PlainAttention
