"""What a report says, as pages, files and mails show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from sites.models import Site
from visits.charts.series import SeriesDrawing
from visits.files.tables import Table, report_table
from visits.models import Report
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report as Result


class Role(StrEnum):
    """What stands in a column: what the row is about, a number, what it was, or by how much it changed."""

    NAME = "name"
    VALUE = "value"
    PREVIOUS = "previous"
    CHANGE = "change"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a screen; `name` is that of the column in files, where there is one column of it."""

    name: str
    label: str
    role: Role

    @property
    def is_number(self) -> bool:
        return self.role is not Role.NAME

    @property
    def short_label(self) -> str:
        """Return what is enough where the column of the metric itself stands before it."""
        return {Role.PREVIOUS: _("Before"), Role.CHANGE: _("Change")}.get(self.role, self.label)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text of a cell. `exact` is the number in full, of a change what was before, or ""; `tone` is "good",
    "bad" or ""."""

    text: str
    exact: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ShownCell:
    column: Column
    shown: Shown


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Texts in the order of the columns. `link` narrows the report to what the row is about: a query
    string for the report's own page, or "". `site` is the site that the row is about, if it is one."""

    label: str
    shown: tuple[Shown, ...]
    columns: tuple[Column, ...]
    link: str = ""
    site: Site | None = None

    @property
    def cells(self) -> Iterator[ShownCell]:
        return map(ShownCell, self.columns, self.shown)


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The rows that are shown, of `total_rows`; `result` is the same as values."""

    columns: tuple[Column, ...]
    rows: tuple[AnswerRow, ...]
    total_rows: int
    result: Result

    @property
    def is_complete(self) -> bool:
        return len(self.rows) >= self.total_rows

    def as_file(self) -> Table:
        """Return the table as files have it: values, under the names that programs know."""
        return report_table(self.result)

    def texts(self) -> Iterator[tuple[str, ...]]:
        """Yield the rows as people read them."""
        return (tuple(shown.text for shown in row.shown) for row in self.rows)


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A bar as long as `percent` of the longest, which is 100."""

    label: str
    value: str
    exact: str
    percent: float
    link: str = ""


@dataclass(frozen=True, slots=True)
class BarsDrawing:
    """Bars of one metric, in the order of the rows; `label` says of what."""

    label: str
    metric: str
    bars: tuple[ChartBar, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A report that was run. `report` may be a copy that is narrowed to something, then
    `narrowed_to` has words for it; `comparison_words` is empty without a comparison."""

    report: Report
    query: ReportQuery
    period_words: str
    comparison_words: str
    narrowed_to: tuple[str, ...]
    table: AnswerTable
    chart: SeriesDrawing | BarsDrawing | None
    sites: tuple[Site, ...]
    ran_at: dt.datetime

    @property
    def period(self) -> Period:
        return self.query.period

    @property
    def series(self) -> SeriesDrawing | None:
        return self.chart if isinstance(self.chart, SeriesDrawing) else None

    @property
    def bars(self) -> BarsDrawing | None:
        return self.chart if isinstance(self.chart, BarsDrawing) else None
