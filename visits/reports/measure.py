"""From named numbers to scans: which facts know a number, and when visitors may simply be added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from visits.reports.engines import scan_facts
from visits.reports.exceptions import InvalidQuery
from visits.reports.metrics import Revenue, Sum, add_sums
from visits.reports.query import ReportQuery, given_up
from visits.reports.realtime import current_visitors
from visits.reports.resolve import column_alone
from visits.reports.scan import TIMES, Fact, Group, HitLike, Key, Only, Scan, Sums

Rows = dict[Key, tuple[Sum, ...]]
Part = TypeVar("Part", Group, Only)

# What a visitor has one of in a day, so that a condition on it takes all visits or none.
CONSTANT = frozenset(("site", "day", "client", "location"))
# Sums of visits that a page has by beginning or ending them.
OF_ENDS = {
    "entries": ("entry_page", "visits"),
    "entry_bounces": ("entry_page", "bounces"),
    "exits": ("exit_page", "visits"),
}
OF_VIEWS = frozenset(("engaged_seconds", "engaged_views", "scroll_percent", "scrolled_views"))
# Parts of a day in which each hit is by itself.
TIMES_OF_HITS = frozenset(("minute", "hour"))
OF_HITS = {"pageviews": Fact.PAGEVIEW, "events": Fact.EVENT}


@dataclass(frozen=True, slots=True)
class Split:
    """What sums are split by; `fact` is what occurs in each value: visits, pageviews or events.

    `only` restricts the values. `compares` asks for visitors to be compared even where they could be
    added up, because several values will be folded to one.
    """

    groups: tuple[Group, ...] = ()
    fact: Fact = Fact.VISIT
    only: tuple[Only, ...] = ()
    compares: bool = False

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(group.column for group in self.groups)


@dataclass(frozen=True, slots=True)
class Measured:
    """Sums of these `names`, by value.

    Not all values occur: `others` are known only by what they are compared with, such as pages on which
    visits began and that nobody viewed. Folded to a name that occurs, they count.
    """

    names: tuple[str, ...]
    rows: Rows
    others: frozenset[Key] = frozenset()

    def column(self, name: str) -> dict[Key, Sum]:
        """Return one of the sums by value."""
        place = self.names.index(name)
        return {key: sums[place] for key, sums in self.rows.items()}

    @property
    def only_row(self) -> dict[str, Sum]:
        """Return the sums by name where nothing was split. Raises ValueError for several rows."""
        [sums] = self.rows.values()
        return dict(zip(self.names, sums, strict=True))


def measure(query: ReportQuery, split: Split, names: Iterable[str]) -> Measured:
    """Return the sums of these names by the values that occur; those that are not known are 0.

    Without groups there is one row. As few scans as the facts that know the sums. Raises InvalidQuery
    for conversions without a filter by goal.
    """
    names = tuple(names)
    nothing = tuple(nothing_of(name) for name in names)
    parts = [] if query.is_known_empty() else _parts(query, split, names)
    others = _others(query, split, names)
    if len(parts) == 1 and not others and parts[0].knows(names):
        return Measured(names, cast(Rows, _scan(query, split, parts[0])))
    found: dict[Key, list[Sum]] = {} if split.groups else {(): list(nothing)}
    occurring: set[Key] = set(found)
    for part in parts:
        rows = _scan(query, split, part)
        if part.decides:
            occurring.update(rows)
        _join(part, rows, names, nothing, found)
    for name, values in others.items():
        _join_others(names.index(name), values, nothing, found)
    rows_of_all = {key: tuple(sums) for key, sums in found.items()}
    return Measured(names, rows_of_all, frozenset(found.keys() - occurring))


def _join(
    part: _Part,
    rows: Mapping[Key, Sums],
    names: tuple[str, ...],
    nothing: tuple[Sum, ...],
    found: dict[Key, list[Sum]],
) -> None:
    """Put what a scan knows beside what is known already."""
    places = [
        (names.index(name), part.scanned.index(inside))
        for name, inside in part.names.items()
        if name
    ]
    for key, sums in rows.items():
        known = found.get(key)
        if known is None:
            known = found[key] = list(nothing)
        for outer, inner in places:
            known[outer] = sums[inner]


def _join_others(
    place: int,
    values: Mapping[Key, Sum] | Sum,
    nothing: tuple[Sum, ...],
    found: dict[Key, list[Sum]],
) -> None:
    if not isinstance(values, Mapping):
        for sums in found.values():
            sums[place] = values
        return
    for key, value in values.items():
        if key not in found:
            found[key] = list(nothing)
        found[key][place] = value


def nothing_of(name: str) -> Sum:
    """Return the sum of no facts."""
    return Revenue() if name == "revenue" else 0


def is_constant(query: ReportQuery) -> bool:
    """Tell whether filters and period take all visits of a visitor's day or none."""
    only, _, having = query.resolved().for_fact(Fact.VISIT)
    period = query.period
    is_whole = period.since is None and period.until is None
    return is_whole and not having and CONSTANT.issuperset(each.column for each in only)


@dataclass(frozen=True, slots=True)
class _Place:
    """Which facts know a sum: `column` is used instead of the page's; `is_of_visits` for the time of the
    visit, not of the hit."""

    fact: Fact
    column: str = ""
    is_of_visits: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """Sums that one scan knows, by their names outside of it; `decides` which values occur."""

    place: _Place
    names: Mapping[str, str]
    decides: bool

    @property
    def scanned(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.names.values()))

    def knows(self, names: tuple[str, ...]) -> bool:
        """Tell whether the scan's rows are what is asked for as they are."""
        return tuple(self.names) == names and len(self.scanned) == len(names)


def _parts(query: ReportQuery, split: Split, names: tuple[str, ...]) -> list[_Part]:
    """Return the scans to ask. The one of the split's own fact decides which values occur."""
    own = _own_place(split)
    pairs: dict[_Place, dict[str, str]] = {own: {}}
    for name in names:
        if found := _place(query, split, name):
            place, inside = found
            pairs.setdefault(place, {})[name] = inside
    if not pairs[own] and split.groups:
        pairs[own] = {"": f"{split.fact.value}s"}
    # A visit that began before the hour may have hits in it.
    is_timed = split.fact is Fact.VISIT and not split.columns.isdisjoint(TIMES)
    return [
        _Part(place, sums, decides=place == own or is_timed)
        for place, sums in pairs.items()
        if sums
    ]


def _place(query: ReportQuery, split: Split, name: str) -> tuple[_Place, str] | None:
    """Return which facts know a sum, and what it is called there; None when it is none of theirs."""
    if name == "visitors":
        return _own_place(split), _visitors(query, split)
    if name == "visits":
        return _own_place(split), "visits" if split.fact is Fact.VISIT else "distinct_visits"
    if name in ("bounces", "duration_seconds"):
        return _Place(Fact.VISIT), name
    if name in OF_ENDS:
        column, inside = OF_ENDS[name]
        return _Place(Fact.VISIT, column), inside
    if name in OF_VIEWS:
        return _Place(Fact.PAGEVIEW, is_of_visits=_is_by_clock(split)), name
    if name in OF_HITS:
        return _place_of_hits(query, split, OF_HITS[name]), f"{OF_HITS[name].value}s"
    if name == "views_of_visits":
        return _place_of_visits(query, split), "pageviews"
    return None


def _own_place(split: Split) -> _Place:
    """Return the facts that occur in each value."""
    return _Place(split.fact, is_of_visits=split.fact is not Fact.VISIT and _is_by_clock(split))


def _place_of_hits(query: ReportQuery, split: Split, fact: Fact) -> _Place:
    """Visits know how many hits they have, unless only some of them count, or the time of each."""
    if split.columns.isdisjoint(TIMES_OF_HITS):
        return _place_of_visits(query, split, fact)
    return _Place(fact)


def _place_of_visits(query: ReportQuery, split: Split, fact: Fact = Fact.PAGEVIEW) -> _Place:
    """Return which facts know how many hits visits have, by what is known of the visit."""
    _, like, _ = query.resolved().for_fact(fact)
    if split.fact is Fact.VISIT and like is None:
        return _Place(Fact.VISIT)
    return _Place(fact, is_of_visits=not split.columns.isdisjoint(TIMES))


def _is_by_clock(split: Split) -> bool:
    """Tell whether hours are those in which the visit began."""
    return "clock_hour" in split.columns


def _visitors(query: ReportQuery, split: Split) -> str:
    if split.compares or not is_constant(query):
        return "distinct_visitors"
    if split.fact is Fact.VISIT:
        is_flagged = (CONSTANT | TIMES).issuperset(split.columns)
        return "first_visits" if is_flagged else "distinct_visitors"
    if split.fact is Fact.PAGEVIEW and "page" in split.columns:
        others = split.columns - {"page"}
        is_flagged = not any(group.fields for group in split.groups) and others <= CONSTANT
        return "first_views" if is_flagged else "distinct_visitors"
    return "distinct_visitors"


def _scan(query: ReportQuery, split: Split, part: _Part) -> dict[Key, Sums]:
    place = part.place
    only, like, having = query.resolved().for_fact(place.fact)
    scan = replace(
        base_scan(query, place.fact, _at(place, split.groups), part.scanned),
        only=(*only, *_at(place, split.only)),
        like=like,
        having=having,
        is_timed_by_visits=place.is_of_visits,
    )
    return scan_facts(scan, query.coverage())


def _at(place: _Place, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return groups or conditions with the place's own column instead of the page's."""
    return tuple(
        replace(part, column=place.column) if place.column and part.column == "page" else part
        for part in parts
    )


def base_scan(
    query: ReportQuery, fact: Fact, groups: tuple[Group, ...], sums: tuple[str, ...]
) -> Scan:
    """Return the scan of all facts of a kind in the query's period; filters are not in it."""
    period = query.period
    return Scan(
        fact,
        query.site_ids,
        query.zones,
        period.start,
        period.end,
        group_by=groups,
        sums=sums,
        began_from=period.since,
        began_before=period.until,
        given_up=given_up(query.sites),
    )


def visits_selected(query: ReportQuery) -> Scan:
    """Return a scan of the visits that the query selects; what is counted of them is not in it."""
    only, _, having = query.resolved().for_fact(Fact.VISIT)
    return replace(base_scan(query, Fact.VISIT, (), ()), only=only, having=having)


# Numbers that are not sums of the facts that were asked for


def _others(
    query: ReportQuery, split: Split, names: tuple[str, ...]
) -> dict[str, Mapping[Key, Sum] | Sum]:
    """Return what takes scans of its own: by value, or one sum that is the same for all of them."""
    found: dict[str, Mapping[Key, Sum] | Sum] = {}
    is_empty = query.is_known_empty()
    if "revenue" in names and not is_empty:
        found["revenue"] = _revenue(query, split)
    if "conversions" in names:
        _check_goals(query)
        found["conversions"] = {} if is_empty else _conversions(query, split)
    if "all_visitors" in names:
        _check_goals(query)
        found["all_visitors"] = measure(query.without_goals(), split, ("visitors",)).column(
            "visitors"
        )
    if "total_visitors" in names:
        found["total_visitors"] = measure(query, Split(), ("visitors",)).only_row["visitors"]
    if "current_visitors" in names:
        current = current_visitors(query.site_ids, timezone.now())
        found["current_visitors"] = {(): sum(current.values())}
    return found


def _revenue(query: ReportQuery, split: Split) -> dict[Key, Sum]:
    by_currency = replace(split, groups=(*split.groups, Group("currency")), fact=Fact.EVENT)
    place = _Place(Fact.EVENT, is_of_visits=_is_by_clock(split))
    part = _Part(place, {"revenue": "amount_micros"}, decides=True)
    micros: dict[Key, dict[str, int]] = defaultdict(dict)
    for key, (amount,) in _scan(query, by_currency, part).items():
        micros[key[:-1]][str(key[-1])] = amount
    return {key: Revenue.of(each) for key, each in micros.items()}


def _conversions(query: ReportQuery, split: Split) -> dict[Key, Sum]:
    """Add up the hits that met the goals; each goal's own."""
    conversions: dict[Key, Sum] = {}
    only, _, having = query.resolved().for_fact(Fact.VISIT)
    for like in disjoint(goal_likes_of(query)):
        scan = replace(
            base_scan(query, like.fact, split.groups, (f"{like.fact.value}s",)),
            only=only,
            like=like,
            having=having,
            is_timed_by_visits=_is_by_clock(split),
        )
        for key, (count,) in scan_facts(scan, query.coverage()).items():
            conversions[key] = add_sums(conversions.get(key, 0), count)
    return conversions


def disjoint(likes: Iterable[HitLike]) -> list[HitLike]:
    """Return fewer likes by which as many hits are counted: pages of which each is in one goal, together."""
    found: list[HitLike] = []
    for like in likes:
        column = column_alone(like)
        for place, other in enumerate(found):
            if column and other.fact is like.fact and column_alone(other) == column:
                ids, more = other.only[0].values, like.only[0].values
                if ids.isdisjoint(more):
                    found[place] = replace(other, only=(Only(column, ids | more),))
                    break
        else:
            found.append(like)
    return found


def goal_likes_of(query: ReportQuery) -> list[HitLike]:
    """Return what hits of the goals that the query filters by are like."""
    return [
        like for having in query.resolved().goals if not having.is_excluded for like in having.likes
    ]


def _check_goals(query: ReportQuery) -> None:
    if not goal_likes_of(query):
        raise InvalidQuery("metrics", _("Conversions are those of a goal: filter by one."))
