"""Breakdowns: metrics by the values of one dimension or of two, a page of rows in order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast, overload

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from visits.reports.dimensions import Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.goals import sums_by_goal
from visits.reports.measure import Measured, Rows
from visits.reports.metrics import Metric, Revenue, Sum, Unit, Value, columns_of
from visits.reports.names import sums_by_names
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row
from visits.reports.scan import Fact, Key, Names

PANEL_ROWS = 9
MAX_ROWS = 1_000
MAX_SEARCH_LENGTH = 100
BY_NAME = "name"


def breakdown(
    query: ReportQuery,
    dimension: str | Dimension,
    metrics: Iterable[str] | None = None,
    *,
    second: str | Dimension | None = None,
    limit: int = PANEL_ROWS,
    offset: int = 0,
    sort: str | None = None,
    search: str = "",
) -> Report:
    """Return `limit` rows from `offset` on; `total_rows` counts all values that occur in the period.

    With a `second` dimension, a row for each combination that occurs; a name that a person may have typed
    is looked up in the registry. `metrics` are the dimension's
    first two when left out. `sort` is the name of one of them or “name”, with "-" in front for the
    largest first: the first metric's when left out. Undefined values come last, equal ones in the order
    of their texts. `search` keeps the values whose words contain it, whatever the case. A row's
    `previous` is what its value was in the comparison, zero when it did not occur. Raises InvalidQuery.
    """
    _check_page(limit, offset)
    found = _Found.ask(query, (dimension, second), metrics, sort, search)
    keys = found.first(offset + limit)[offset:]
    return found.report(tuple(found.row(key) for key in keys))


def whole_breakdown(
    query: ReportQuery,
    dimension: str | Dimension,
    metrics: Iterable[str] | None = None,
    *,
    second: str | Dimension | None = None,
    sort: str | None = None,
    search: str = "",
) -> Report:
    """Return a breakdown with all of its rows, each of which is made when it is asked for.

    Only the sums are held, however many rows there are. Otherwise as `breakdown`. Raises InvalidQuery.
    """
    found = _Found.ask(query, (dimension, second), metrics, sort, search)
    return found.report(_Rows(found, found.first(len(found.keys))))


@dataclass(frozen=True, slots=True)
class _Found:
    """The values that were found, and the order in which they are shown."""

    query: ReportQuery
    table: _Table
    before: _Table | None
    order: _Order
    keys: Collection[Key]

    @classmethod
    def ask(
        cls,
        query: ReportQuery,
        dimensions: Iterable[str | Dimension | None],
        metrics: Iterable[str] | None,
        sort: str | None,
        search: str,
    ) -> _Found:
        """Scan both periods. Raises InvalidQuery."""
        asked = tuple(_dimension(each) for each in dimensions if each is not None)
        known = split_metrics(asked, metrics)
        order = _Order.parse(sort, known)
        _check_search(search)
        table = _Table.scan(query.at(query.period), asked, known)
        before = _Table.scan(query.at(query.comparison), asked, known) if query.comparison else None
        keys = table.found(search) if search else table.rows.keys()
        return cls(query, table, before, order, keys)

    def first(self, count: int) -> list[Key]:
        return self.order.first(self.table, self.keys, count)

    def row(self, key: Key) -> Row:
        return _row(self.table, key, self.before)

    def report(self, rows: Sequence[Row]) -> Report:
        table = self.table
        return Report(self.query, table.metrics, rows, len(self.keys), table.dimensions)


class _Rows(Sequence[Row]):
    """Rows that are made of the sums whenever they are asked for."""

    def __init__(self, found: _Found, keys: Sequence[Key]) -> None:
        self.found, self.keys = found, keys

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return _Rows(self.found, self.keys[place])
        return self.found.row(self.keys[place])


@dataclass(frozen=True, slots=True)
class _Table:
    """The sums of the values of dimensions in one period."""

    dimensions: tuple[Dimension, ...]
    metrics: tuple[Metric, ...]
    measured: Measured

    @classmethod
    def scan(
        cls, query: ReportQuery, dimensions: tuple[Dimension, ...], metrics: tuple[Metric, ...]
    ) -> _Table:
        names = columns_of(metrics)
        if dimensions[0].column == "goal":
            return cls(dimensions, metrics, sums_by_goal(query, names))
        measured = sums_by_names(query, dimensions, names)
        for place, dimension in enumerate(dimensions):
            if dimension.hides_empty:
                rows = measured.rows.items()
                measured = Measured(
                    names, {key: sums for key, sums in rows if any(cast(Names, key[place]))}
                )
        return cls(dimensions, metrics, measured)

    @property
    def rows(self) -> Rows:
        return self.measured.rows

    def values(self, key: Key) -> tuple[Value, ...]:
        if key not in self.rows:
            return tuple(metric.nothing for metric in self.metrics)
        sums = dict(zip(self.measured.names, self.rows[key], strict=True))
        return tuple(metric.value(sums) for metric in self.metrics)

    def rows_of(self, keys: Collection[Key]) -> list[tuple[Key, tuple[Sum, ...]]]:
        return [(key, self.rows[key]) for key in keys]

    def place(self, metric: Metric | None) -> int | None:
        """Return where a metric that is a plain number stands in the rows; None for any other."""
        if metric is None or metric.divided_by or metric.unit is Unit.MONEY:
            return None
        return self.measured.names.index(metric.total)

    def column(self, metric: Metric) -> Callable[[Key], Value]:
        """Return what tells a metric of each value: quickly, because all of them are put in order."""
        rows, places = self.rows, [self.measured.names.index(name) for name in metric.columns]
        if len(places) == 1:
            [place] = places
            return lambda key: rows[key][place]
        return lambda key: metric.value(
            {name: rows[key][place] for name, place in zip(metric.columns, places, strict=True)}
        )

    def labels(self, key: Key) -> tuple[str, ...]:
        pairs = zip(self.dimensions, key, strict=True)
        return tuple(dimension.words(*cast(Names, names)) for dimension, names in pairs)

    def found(self, search: str) -> list[Key]:
        """Return the values whose words contain a text."""
        text = search.casefold()
        return [
            key for key in self.rows if any(text in label.casefold() for label in self.labels(key))
        ]


@dataclass(frozen=True, slots=True)
class _Order:
    """An order by a metric, or by the words of values without one."""

    metric: Metric | None
    sign: int

    @classmethod
    def parse(cls, sort: str | None, metrics: tuple[Metric, ...]) -> _Order:
        """Return the order of such as "visitors" or "-visitors". Raises InvalidQuery."""
        text = f"-{metrics[0].name}" if sort is None else sort
        name, sign = text.removeprefix("-"), -1 if text.startswith("-") else 1
        by_name = {metric.name: metric for metric in metrics}
        if name == BY_NAME:
            return cls(None, sign)
        if name not in by_name:
            choices = ", ".join((*by_name, BY_NAME))
            raise InvalidQuery(
                "sort",
                _("“%(text)s” is not a column here. Sort by %(choices)s.")
                % {"text": text[:40], "choices": choices},
            )
        return cls(by_name[name], sign)

    def first(self, table: _Table, keys: Collection[Key], count: int) -> list[Key]:
        """Return so many of the keys, those that come first."""
        if self.metric is None:
            return heapq.nsmallest(count, keys, key=lambda key: (self._labels(table, key), key))
        value_of, sign = table.column(self.metric), self.sign

        def place(key: Key) -> tuple[object, ...]:
            value = value_of(key)
            if isinstance(value, Revenue):
                value = value.largest_micros
            return value is None, sign * (value or 0), key

        return heapq.nsmallest(count, self._candidates(table, keys, count), key=place)

    def _candidates(self, table: _Table, keys: Collection[Key], count: int) -> Collection[Key]:
        """Leave out most of what cannot be among the first: a large site has thousands of pages."""
        place = table.place(self.metric)
        if place is None or self.sign > 0 or count * 4 >= len(keys):
            return keys
        rows = table.rows.items() if len(keys) == len(table.rows) else table.rows_of(keys)
        least = heapq.nlargest(count, [sums[place] for _, sums in rows])[-1]
        return [key for key, sums in rows if sums[place] >= least]

    def _labels(self, table: _Table, key: Key) -> object:
        labels = table.labels(key)
        return _Reversed(labels) if self.sign < 0 else labels


class _Reversed:
    """Texts that are ordered from the last to the first."""

    __slots__ = ("texts",)

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts

    def __lt__(self, other: _Reversed) -> bool:
        return other.texts < self.texts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and self.texts == other.texts

    def __hash__(self) -> int:
        return hash(self.texts)


def _dimension(known: str | Dimension) -> Dimension:
    return get_dimension(known) if isinstance(known, str) else known


def split_metrics(
    dimensions: tuple[Dimension, ...], names: Iterable[str] | None
) -> tuple[Metric, ...]:
    """Return the metrics to show. Raises InvalidQuery for one that a dimension does not split."""
    _check_pair(dimensions)
    chosen = tuple(dimensions[0].metrics[:2] if names is None else names)
    if names is None and len(dimensions) > 1:
        common = [name for name in dimensions[0].metrics if name in dimensions[1].metrics]
        chosen = tuple(common[:2])
    known = [tuple(dimension.metric(name) for name in chosen) for dimension in dimensions]
    if not chosen:
        raise InvalidQuery("metrics", _("Choose one metric or more."))
    # What is meant of a page is meant of a page from a source, too.
    of_pages = [dimension.fact is Fact.PAGEVIEW for dimension in dimensions]
    return known[of_pages.index(True)] if any(of_pages) else known[0]


def _check_pair(dimensions: tuple[Dimension, ...]) -> None:
    """Raise InvalidQuery for two dimensions that no hit has both of."""
    columns = [dimension.column for dimension in dimensions]
    if len(dimensions) > 1 and "goal" in columns:
        raise InvalidQuery("dimension", _("Goals cannot be combined with another dimension."))
    if columns.count("property") > 1 or len(set(dimensions)) < len(dimensions):
        raise InvalidQuery("second", _("Choose another kind of dimension beside the first."))


def _check_page(limit: int, offset: int) -> None:
    if not 1 <= limit <= MAX_ROWS:
        raise InvalidQuery(
            "limit",
            _("Choose 1 to %(number)s rows.")
            % {"number": number_format(MAX_ROWS, force_grouping=True)},
        )
    if offset < 0:
        raise InvalidQuery("offset", _("Rows are counted from 0."))


def _check_search(search: str) -> None:
    if len(search) > MAX_SEARCH_LENGTH:
        raise InvalidQuery(
            "search", _("Search for %(number)s characters at most.") % {"number": MAX_SEARCH_LENGTH}
        )


def _row(table: _Table, key: Key, before: _Table | None) -> Row:
    labels = table.labels(key)
    names = [cast(Names, each) for each in key]
    places = [
        each[0]
        for each, dimension in zip(names, table.dimensions, strict=True)
        if dimension.is_place
    ]
    return Row(
        key=tuple(text for each in names for text in each),
        label=" · ".join(labels),
        values=table.values(key),
        previous=before.values(key) if before else None,
        country=places[0] if places else "",
        labels=labels,
        texts=tuple(
            dimension.text(*each) for each, dimension in zip(names, table.dimensions, strict=True)
        ),
    )
