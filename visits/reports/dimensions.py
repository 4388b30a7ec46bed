"""What we split by: the registry of dimensions, and the allow-list for their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from django.db.models import Model

from visits.models import (
    Campaign,
    Client,
    EventName,
    Language,
    Location,
    Page,
    Screen,
    Source,
)
from visits.reports import labels
from visits.reports.exceptions import InvalidQuery
from visits.reports.scan import Fact

VISIT_METRICS = (
    "visitors",
    "visits",
    "pageviews",
    "events",
    "views_per_visit",
    "bounce_rate",
    "visit_duration",
)
PAGE_METRICS = ("visitors", "pageviews")
EVENT_METRICS = ("visitors", "events")


class Counting(Enum):
    """How the different visitors of a value are counted exactly.

    A visitor's id is made of address and user agent and ends with the day. So a visitor has one
    client and one place: the flag on the first visit is enough, whatever is added up. A page has a flag
    on each visitor's first view of it: enough for one page, but the same path on two hosts is two
    pages, and a visitor of both is still one. Of anything else a visitor may have several values in a
    day, one of them in several visits: then only the database can tell who is who.
    """

    FIRST_VISITS = "first visits"
    FIRST_VIEWS = "first views"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to split: by `fields` of the dimension rows that the fact's `column` points to.

    A value is known by all of its fields, such as country, region and city, and shown by `words`.
    """

    name: str
    label: str
    description: str
    column: str
    model: type[Model]
    fields: tuple[str, ...]
    fact: Fact = Fact.VISIT
    words: Callable[..., str] = labels.text_label
    counting: Counting = Counting.DISTINCT
    metrics: tuple[str, ...] = VISIT_METRICS
    hides_empty: bool = False

    @property
    def is_place(self) -> bool:
        return self.model is Location


_of_page = partial(Dimension, column="page", model=Page, fact=Fact.PAGEVIEW, metrics=PAGE_METRICS)
_of_source = partial(Dimension, column="source", model=Source)
_of_campaign = partial(Dimension, column="campaign", model=Campaign, hides_empty=True)
_of_place = partial(Dimension, column="location", model=Location, counting=Counting.FIRST_VISITS)
_of_client = partial(Dimension, column="client", model=Client, counting=Counting.FIRST_VISITS)

DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        _of_page(
            "page",
            "Page",
            "The path of a page seen; one path on several hosts is one value.",
            fields=("path",),
            counting=Counting.FIRST_VIEWS,
        ),
        _of_page("hostname", "Host name", "The host of a page seen.", fields=("hostname",)),
        Dimension(
            "entry_page",
            "Entry page",
            "The path of a visit's first hit.",
            column="entry_page",
            model=Page,
            fields=("path",),
        ),
        Dimension(
            "exit_page",
            "Exit page",
            "The path of a visit's last hit.",
            column="exit_page",
            model=Page,
            fields=("path",),
        ),
        Dimension(
            "event",
            "Event",
            "The name of something that happened.",
            column="event_name",
            model=EventName,
            fields=("name",),
            fact=Fact.EVENT,
            metrics=EVENT_METRICS,
        ),
        _of_source(
            "source",
            "Source",
            "The name of the site, app or newsletter that a visit comes from.",
            fields=("name",),
            words=labels.source_label,
        ),
        _of_source(
            "channel",
            "Channel",
            "The group of the source.",
            fields=("channel",),
            words=labels.channel_label,
        ),
        _of_source(
            "referrer",
            "Referrer",
            "Host and path of the page that linked here.",
            fields=("referrer",),
            words=labels.referrer_label,
        ),
        _of_campaign(
            "utm_source",
            "Campaign source",
            "utm_source as sent; visits without one are left out.",
            fields=("utm_source",),
        ),
        _of_campaign(
            "utm_medium",
            "Campaign medium",
            "utm_medium as sent; visits without one are left out.",
            fields=("utm_medium",),
        ),
        _of_campaign(
            "utm_campaign",
            "Campaign",
            "utm_campaign as sent; visits without one are left out.",
            fields=("utm_campaign",),
        ),
        _of_campaign(
            "utm_term",
            "Campaign term",
            "utm_term as sent; visits without one are left out.",
            fields=("utm_term",),
        ),
        _of_campaign(
            "utm_content",
            "Campaign content",
            "utm_content as sent; visits without one are left out.",
            fields=("utm_content",),
        ),
        _of_place(
            "country",
            "Country",
            "The country of the visitor's address.",
            fields=("country",),
            words=labels.country_label,
        ),
        _of_place(
            "region",
            "Region",
            "The region of the visitor's address, within its country.",
            fields=("country", "region"),
            words=labels.last_label,
        ),
        _of_place(
            "city",
            "City",
            "The city of the visitor's address, within its region.",
            fields=("country", "region", "city"),
            words=labels.last_label,
        ),
        _of_client("browser", "Browser", "The name of the visitor's browser.", fields=("browser",)),
        _of_client(
            "browser_version",
            "Browser version",
            "Browser and version.",
            fields=("browser", "browser_version"),
            words=labels.version_label,
        ),
        _of_client("os", "System", "The visitor's operating system.", fields=("os",)),
        _of_client(
            "os_version",
            "System version",
            "System and version.",
            fields=("os", "os_version"),
            words=labels.version_label,
        ),
        _of_client(
            "device",
            "Device",
            "Desktop, mobile, tablet, TV or console.",
            fields=("device",),
            words=labels.device_label,
        ),
        Dimension(
            "screen",
            "Screen size",
            "Width and height of the visitor's screen in pixels.",
            column="screen",
            model=Screen,
            fields=("size",),
        ),
        Dimension(
            "language",
            "Language",
            "The first language that the browser asks for.",
            column="language",
            model=Language,
            fields=("code",),
        ),
    )
}


def get_dimension(name: str) -> Dimension:
    """Return the dimension of a name that a person may have typed. Raises InvalidQuery."""
    if name not in DIMENSIONS:
        choices = ", ".join(DIMENSIONS)
        raise InvalidQuery("dimension", f"“{name}” is not a dimension. Choose one of {choices}.")
    return DIMENSIONS[name]
