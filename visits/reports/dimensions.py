"""What we split by: the registry of dimensions, and the allow-list for their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sites.models import Site
from visits.models import (
    Campaign,
    Client,
    EventName,
    Language,
    Location,
    Page,
    Property,
    Screen,
    Source,
)
from visits.models.condition import is_storable
from visits.models.dimension import NAME_MAX_LENGTH
from visits.reports import labels, time_parts
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import split_dimension
from visits.reports.metrics import OF_PAGES, OF_TOTALS, Metric, get_metric
from visits.reports.scan import Fact

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

VISIT_METRICS = (*OF_TOTALS, "percentage")
PAGE_METRICS = (
    "visitors",
    "pageviews",
    "visits",
    "entries",
    "exits",
    "exit_rate",
    "bounce_rate",
    "time_on_page",
    "scroll_depth",
    "percentage",
)
EVENT_METRICS = ("visitors", "events", "visits", "percentage", "revenue")
GOAL_METRICS = ("visitors", "conversions", "conversion_rate", "revenue")


class Counting(Enum):
    """How the different visitors of a value are counted exactly.

    A visitor's id is made of address and user agent and ends with the day. So a visitor has one
    client and one place: the flag on the first visit is enough, whatever is added up. A page has a flag
    on each visitor's first view of it: enough for one page, but the same path on two hosts is two
    pages, and a visitor of both is still one. Of anything else a visitor may have several values in a
    day, one of them in several visits: then visitors are compared.
    """

    FIRST_VISITS = "first visits"
    FIRST_VIEWS = "first views"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to split: by `fields` of the dimension rows that the fact's `column` points to.

    A value is known by all of its fields, such as country, region and city, and shown by `words`; as
    one text its fields are joined by `joiner`; with `text_fields`, only so many of them. A part of time
    has no model: `part` makes its values of the column's. `property_key` chooses among the properties of
    events.
    """

    name: str
    label: StrOrPromise
    description: StrOrPromise
    column: str
    model: type[Model] | None = None
    fields: tuple[str, ...] = ()
    fact: Fact = Fact.VISIT
    words: Callable[..., str] = labels.text_label
    counting: Counting = Counting.DISTINCT
    metrics: tuple[str, ...] = VISIT_METRICS
    hides_empty: bool = False
    joiner: str = ""
    part: Callable[..., str] | None = None
    property_key: str = ""
    text_fields: int | None = None

    @property
    def is_place(self) -> bool:
        return self.model is Location

    @property
    def is_of_time(self) -> bool:
        return self.part is not None

    def metric(self, name: str) -> Metric:
        """Return the metric of a name, as it is meant of a value. Raises InvalidQuery."""
        metric = get_metric(name)
        if name not in self.metrics:
            choices = ", ".join(self.metrics)
            sentence = gettext("%(label)s cannot be split by %(name)s. Choose of %(choices)s.") % {
                "label": metric.label,
                "name": self.name,
                "choices": choices,
            }
            raise InvalidQuery("metrics", sentence)
        return OF_PAGES.get(name, metric) if self.fact is Fact.PAGEVIEW else metric

    def text(self, *names: str) -> str:
        """Return a value as filters name it: its fields joined, up to the last known one.

        So a browser without a version is “Firefox”, and a place of which nothing is known "".
        """
        names = names[: self.text_fields]
        known = len(names)
        while known and not names[known - 1]:
            known -= 1
        return self.joiner.join(names[:known])


_of_page = partial(Dimension, column="page", model=Page, fact=Fact.PAGEVIEW, metrics=PAGE_METRICS)
_of_event = partial(Dimension, fact=Fact.EVENT, metrics=EVENT_METRICS)
_of_source = partial(Dimension, column="source", model=Source)
_of_campaign = partial(Dimension, column="campaign", model=Campaign, hides_empty=True)
_of_place = partial(
    Dimension, column="location", model=Location, counting=Counting.FIRST_VISITS, joiner="/"
)
_of_client = partial(
    Dimension, column="client", model=Client, counting=Counting.FIRST_VISITS, joiner=" "
)
_of_day = partial(Dimension, column="day", counting=Counting.FIRST_VISITS)

DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        _of_page(
            "page",
            _("Page"),
            _("The path of a page seen; one path on several hosts is one value."),
            fields=("path",),
            counting=Counting.FIRST_VIEWS,
        ),
        _of_page("hostname", _("Host name"), _("The host of a page seen."), fields=("hostname",)),
        _of_page(
            "title",
            _("Title"),
            _("The title that a page seen had when it was last told."),
            fields=("title",),
        ),
        Dimension(
            "entry_page",
            _("Entry page"),
            _("The path of a visit's first hit."),
            column="entry_page",
            model=Page,
            fields=("path",),
        ),
        Dimension(
            "exit_page",
            _("Exit page"),
            _("The path of a visit's last hit."),
            column="exit_page",
            model=Page,
            fields=("path",),
        ),
        _of_event(
            "event",
            _("Event"),
            _("The name of something that happened."),
            column="event_name",
            model=EventName,
            fields=("name",),
        ),
        _of_event(
            "property",
            _("Event property"),
            _(
                "The keys that events carry; `property[plan]` splits by the values of the key “plan”."
            ),
            column="property",
            model=Property,
            fields=("key",),
        ),
        Dimension(
            "goal",
            _("Goal"),
            _("The site's goals, each with what met it."),
            column="goal",
            metrics=GOAL_METRICS,
        ),
        _of_source(
            "source",
            _("Source"),
            _("The name of the site, app or newsletter that a visit comes from."),
            fields=("name",),
            words=labels.source_label,
        ),
        _of_source(
            "channel",
            _("Channel"),
            _("The group of the source."),
            fields=("channel",),
            words=labels.channel_label,
        ),
        _of_source(
            "referrer",
            _("Referrer"),
            _("Host and path of the page that linked here."),
            fields=("referrer",),
            words=labels.referrer_label,
        ),
        _of_campaign(
            "utm_source",
            _("Campaign source"),
            _("utm_source as sent; visits without one are left out."),
            fields=("utm_source",),
        ),
        _of_campaign(
            "utm_medium",
            _("Campaign medium"),
            _("utm_medium as sent; visits without one are left out."),
            fields=("utm_medium",),
        ),
        _of_campaign(
            "utm_campaign",
            _("Campaign"),
            _("utm_campaign as sent; visits without one are left out."),
            fields=("utm_campaign",),
        ),
        _of_campaign(
            "utm_term",
            _("Campaign term"),
            _("utm_term as sent; visits without one are left out."),
            fields=("utm_term",),
        ),
        _of_campaign(
            "utm_content",
            _("Campaign content"),
            _("utm_content as sent; visits without one are left out."),
            fields=("utm_content",),
        ),
        _of_place(
            "country",
            _("Country"),
            _("The country of the visitor's address."),
            fields=("country",),
            words=labels.country_label,
        ),
        _of_place(
            "region",
            _("Region"),
            _("The region of the visitor's address, within its country."),
            fields=("country", "region"),
            words=labels.last_label,
        ),
        _of_place(
            "city",
            _("City"),
            _("The city of the visitor's address, within its region."),
            fields=("country", "region", "city"),
            words=labels.last_label,
        ),
        _of_client(
            "browser", _("Browser"), _("The name of the visitor's browser."), fields=("browser",)
        ),
        _of_client(
            "browser_version",
            _("Browser version"),
            _("Browser and version."),
            fields=("browser", "browser_version"),
            words=labels.version_label,
        ),
        _of_client("os", _("System"), _("The visitor's operating system."), fields=("os",)),
        _of_client(
            "os_version",
            _("System version"),
            _("System and version."),
            fields=("os", "os_version"),
            words=labels.version_label,
        ),
        _of_client(
            "device",
            _("Device"),
            _("Desktop, mobile, tablet, TV or console."),
            fields=("device",),
            words=labels.device_label,
        ),
        Dimension(
            "screen",
            _("Screen size"),
            _("Width and height of the visitor's screen in pixels."),
            column="screen",
            model=Screen,
            fields=("size",),
        ),
        Dimension(
            "language",
            _("Language"),
            _("The first language that the browser asks for."),
            column="language",
            model=Language,
            fields=("code",),
        ),
        Dimension(
            "hour_of_day",
            _("Hour of day"),
            _("The hour that the site's clocks showed when the visit began."),
            column="clock_hour",
            part=time_parts.hour_of_day,
            words=time_parts.hour_label,
        ),
        _of_day(
            "weekday",
            _("Weekday"),
            _("The day of the week, Monday first."),
            part=time_parts.weekday,
            words=time_parts.weekday_label,
        ),
        _of_day(
            "day",
            _("Day"),
            _("The day of the visit."),
            part=time_parts.day,
            words=time_parts.day_label,
        ),
        _of_day(
            "week",
            _("Week"),
            _("The week of the visit, known by its Monday."),
            part=time_parts.week,
            words=time_parts.day_label,
        ),
        _of_day(
            "month",
            _("Month"),
            _("The month of the visit."),
            part=time_parts.month,
            words=time_parts.month_label,
        ),
    )
}

# Not in the registry: most questions are about one site, and who reads its report need not know what its
# owner calls it. Who asks about many sites hands it over as it is.
SITE = Dimension(
    "site",
    _("Site"),
    _("The site that was visited."),
    column="site",
    model=Site,
    # The key tells sites of one name and domain from each other.
    fields=("domain", "name", "key"),
    words=labels.site_label,
    counting=Counting.FIRST_VISITS,
    text_fields=1,
)


def get_dimension(name: str) -> Dimension:
    """Return the dimension of a name that a person may have typed. Raises InvalidQuery."""
    try:
        base, key = split_dimension(name)
    except InvalidQuery as error:
        raise InvalidQuery("dimension", error.sentence) from error
    if base == "property" and key is not None:
        if not key or len(key) > NAME_MAX_LENGTH or not is_storable(key):
            raise InvalidQuery(
                "dimension", gettext("Name the property in brackets: property[plan].")
            )
        return _property_of(name, key)
    if name not in DIMENSIONS:
        choices = ", ".join(DIMENSIONS)
        shown = name[:40]
        raise InvalidQuery(
            "dimension",
            gettext("“%(shown)s” is not a dimension. Choose one of %(choices)s.")
            % {"shown": shown, "choices": choices},
        )
    return DIMENSIONS[name]


def _property_of(name: str, key: str) -> Dimension:
    """Return the dimension of the values that events carry under a key."""
    return replace(
        DIMENSIONS["property"],
        name=name,
        label=key,
        description=gettext("What events carry as “%(key)s”.") % {"key": key},
        fields=("value",),
        property_key=key,
    )
