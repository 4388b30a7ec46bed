"""The hits themselves, in words: for whoever wants to count them in another way."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import NamedTuple, Self

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from visits.models import Hit, HitKind, HitProperty, HitRevenue
from visits.models.time import from_day, to_day
from visits.reports.days import ONE_DAY
from visits.reports.dimension_names import find_names
from visits.reports.exceptions import InvalidQuery
from visits.reports.measure import base_scan
from visits.reports.query import ReportQuery
from visits.reports.representation import amount
from visits.reports.scan import Fact, Scan
from visits.reports.scan_orm import counted_rows

HITS_AT_MOST = 100_000
# What is held in memory at a time, and asked for with the same few statements.
HITS_IN_A_CHUNK = 1_000
# Hits are looked for in a day, then in twice as many days, up to these.
DAYS_AT_MOST = 32
# The numbers of a day and of a hit, which fit into their columns, and seconds up to the year 2286.
CURSOR = re.compile(r"([0-9]{1,5})\.([0-9]{1,18})\.([0-9]{1,10})")
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
CLIENT = ("browser", "browser_version", "os", "os_version", "device")
KINDS = {HitKind.PAGEVIEW: "pageview", HitKind.EVENT: "event"}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a hit stands among those of its site: they are in the order of their days, then of their ids.

    A hit that arrives gets a higher id than all before it, so a place stays what it is.
    """

    day: dt.date
    hit_id: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on, and when the first hits were asked for: that decides what “the last 24 hours” are."""

    place: Place
    asked_at: dt.datetime

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor with this text. Raises InvalidQuery."""
        padded = text + "=" * (-len(text) % 4)
        try:
            plain = base64.b64decode(padded, altchars="-_", validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            plain = ""
        found = CURSOR.fullmatch(plain)
        if found is None:
            raise InvalidQuery("cursor", _("This is not a cursor. Leave it out to begin."))
        day, hit_id, asked = map(int, found.groups())
        return cls(Place(from_day(day), hit_id), dt.datetime.fromtimestamp(asked, dt.UTC))

    @property
    def text(self) -> str:
        """What programs are given: nothing to take apart."""
        day, asked = to_day(self.place.day), int(self.asked_at.timestamp())
        plain = f"{day}.{self.place.hit_id}.{asked}".encode()
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class HitPage:
    """The ids of some hits in their order, and the place after them: None when there are no more."""

    ids: Sequence[int]
    next: Place | None


@dataclass(frozen=True, slots=True)
class RawHit:
    """A hit in words, its columns in the order of a file. "" is unknown, none or direct.

    `at` has the offset of the site's time zone, `day` is that of the visit, and `visit` a number that its
    hits have in common. Channel, country and device are the stored codes, as filters have them. Of
    pages that changed their title, it is the last one.
    """

    at: dt.datetime
    day: dt.date
    visit: int
    kind: str
    hostname: str
    path: str
    title: str
    event: str
    properties: Mapping[str, str]
    revenue: Decimal | None
    currency: str
    engaged_seconds: int | None
    scroll_percent: int | None
    source: str
    channel: str
    referrer: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country: str
    region: str
    city: str
    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str
    screen: str
    language: str


COLUMNS = tuple(each.name for each in fields(RawHit))


def find_hits(query: ReportQuery, after: Place | None = None, limit: int = HITS_AT_MOST) -> HitPage:
    """Return the first so many hits after a place, of those that the query counts.

    These are the pageviews and the events of the totals with the same filters, so the visits of the
    period decide, with all of their hits. Two statements for each span of days: one day at first, then
    twice as many up to 32. `query` is about one site. Raises InvalidQuery for a limit out of bounds.
    """
    if not 1 <= limit <= HITS_AT_MOST:
        raise InvalidQuery(
            "limit",
            _("Choose 1 to %(number)s hits.")
            % {"number": number_format(HITS_AT_MOST, force_grouping=True)},
        )
    ids, place = array("q"), after
    for first, last in _spans(query, after):
        for found in islice(_places(query, first, last, after, limit + 1), limit + 1 - len(ids)):
            if len(ids) == limit:
                return HitPage(ids, place)
            ids.append(found.hit_id)
            place = found
    return HitPage(ids, None)


def raw_hits(query: ReportQuery, ids: Sequence[int]) -> Iterator[RawHit]:
    """Yield the hits with these ids, which are in the order of their days and ids.

    Thirteen statements at most for each thousand, which are all that is held of them. Hits that were
    removed meanwhile are left out.
    """
    for start in range(0, len(ids), HITS_IN_A_CHUNK):
        yield from _described(query, ids[start : start + HITS_IN_A_CHUNK])


def all_hits(query: ReportQuery) -> Iterator[RawHit]:
    """Yield all hits that the query counts, however many there are."""
    page = find_hits(query)
    yield from raw_hits(query, page.ids)
    while page.next is not None:
        page = find_hits(query, page.next)
        yield from raw_hits(query, page.ids)


# Where they are


def _spans(query: ReportQuery, after: Place | None) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the first and the last day of spans that cover what the period has from a place on."""
    if query.resolved().is_empty:
        return
    first, end, length = query.period.start, query.period.end, 1
    if after is not None:
        first = max(first, after.day)
    while first <= end:
        last = min(end, first + (length - 1) * ONE_DAY)
        yield first, last
        first, length = last + ONE_DAY, min(2 * length, DAYS_AT_MOST)


def _places(
    query: ReportQuery, first: dt.date, last: dt.date, after: Place | None, limit: int
) -> Iterator[Place]:
    """Yield the places of pageviews and events in a span of days, in their order."""
    both = []
    for fact in (Fact.PAGEVIEW, Fact.EVENT):
        rows = counted_rows(_scan(query, fact), ((first, last),))
        if after is not None and after.day >= first:
            rows = rows.filter(Q(day__gt=after.day) | Q(pk__gt=after.hit_id))
        places = rows.order_by("day", "pk").values_list("day", "pk")[:limit]
        both.append(Place(day, hit_id) for day, hit_id in places.iterator())
    return merge(*both)


def _scan(query: ReportQuery, fact: Fact) -> Scan:
    only, like, having = query.resolved().for_fact(fact)
    return replace(base_scan(query, fact, (), ()), only=only, like=like, having=having)


# What they are


class _Stored(NamedTuple):
    """The columns of a hit and of its visit. Those of dimensions hold ids."""

    pk: int
    at: dt.datetime
    day: dt.date
    visit_id: int
    kind: HitKind
    engaged_seconds: int | None
    scroll_percent: int | None
    page: int
    event_name: int | None
    client: int
    source: int
    campaign: int
    location: int
    screen: int
    language: int


OF_VISITS = frozenset(("source", "campaign", "location", "screen", "language"))
PATHS = tuple(f"visit__{name}" if name in OF_VISITS else name for name in _Stored._fields)
# The fields of the rows that a column points to, and what they are called of a hit.
TEXTS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("page", {"hostname": "hostname", "path": "path"}),
    ("page", {"title": "title"}),
    ("event_name", {"name": "event"}),
    ("source", {"name": "source", "channel": "channel", "referrer": "referrer"}),
    ("campaign", {name: name for name in UTM}),
    ("location", {name: name for name in ("country", "region", "city")}),
    ("client", {name: name for name in CLIENT}),
    ("screen", {"size": "screen"}),
    ("language", {"code": "language"}),
)


def _described(query: ReportQuery, ids: Iterable[int]) -> Iterator[RawHit]:
    rows = Hit.objects.filter(pk__in=list(ids)).order_by("day", "pk").values_list(*PATHS)
    hits = [_Stored(*row) for row in rows]
    events = [hit.pk for hit in hits if hit.kind == HitKind.EVENT]
    properties, revenues = _properties(events), _revenues(events)
    columns = [_Column.read(name, called, hits) for name, called in TEXTS]
    for hit in hits:
        texts: dict[str, str] = {}
        for column in columns:
            texts |= column.found.get(getattr(hit, column.name), column.nothing)
        currency, revenue = revenues.get(hit.pk, ("", None))
        yield RawHit(
            at=hit.at.astimezone(query.zone),
            day=hit.day,
            visit=hit.visit_id,
            kind=KINDS[hit.kind],
            properties=properties.get(hit.pk, {}),
            revenue=revenue,
            currency=currency,
            engaged_seconds=hit.engaged_seconds,
            scroll_percent=hit.scroll_percent,
            **texts,
        )


@dataclass(frozen=True, slots=True)
class _Column:
    """The texts to which a column of some hits points, by id, under their names.

    `nothing` is for a view, which has no event, and for what a site that is emptied has lost meanwhile.
    """

    name: str
    found: Mapping[int, Mapping[str, str]]
    nothing: Mapping[str, str]

    @classmethod
    def read(cls, name: str, called: Mapping[str, str], hits: Sequence[_Stored]) -> Self:
        """Read fields of the rows that the column points to; `called` has a name for each of them."""
        ids = {getattr(hit, name) for hit in hits} - {None}
        rows = find_names(name, tuple(called), ids) if ids else {}
        names = tuple(called.values())
        found = {row_id: dict(zip(names, texts, strict=True)) for row_id, texts in rows.items()}
        return cls(name, found, dict.fromkeys(names, ""))


def _properties(hit_ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    """Return keys and values by hit, in the order in which they were sent; two statements."""
    if not hit_ids:
        return {}
    pairs = list(
        HitProperty.objects.filter(hit__in=hit_ids).order_by("pk").values_list("hit", "property")
    )
    texts = find_names("property", ("key", "value"), {property_id for _, property_id in pairs})
    properties: dict[int, dict[str, str]] = defaultdict(dict)
    for hit_id, property_id in pairs:
        if property_id in texts:
            key, value = texts[property_id]
            properties[hit_id][key] = value
    return properties


def _revenues(hit_ids: Sequence[int]) -> Mapping[int, tuple[str, Decimal]]:
    """Return currency and amount by hit; one statement."""
    if not hit_ids:
        return {}
    rows = HitRevenue.objects.filter(hit__in=hit_ids)
    return {
        hit_id: (currency, amount(micros))
        for hit_id, currency, micros in rows.values_list("hit", "currency", "amount_micros")
    }
