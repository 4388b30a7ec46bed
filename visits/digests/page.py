"""What a mail shows of a report: a short table, and words around its picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from visits.charts.series import SeriesDrawing
from visits.digests.link import report_url
from visits.models import Recipient
from visits.saved.answer import Answer, AnswerRow, Column, Role, Shown

# Mail programs cut what is longer than 100 kilobytes.
ROWS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class MailCell:
    """A number, and its change with a tone (“good”, “bad” or “”); what it was before stands in the files."""

    heading: str
    text: str
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class MailRow:
    """`percent` is the length of its bar, `rest` what is free beside it; no bar is None."""

    label: str
    cells: tuple[MailCell, ...]
    percent: int | None
    rest: int


@dataclass(frozen=True, slots=True)
class MailPicture:
    """What is said around the picture of a series: it has no letters itself."""

    label: str
    comparison: str
    most: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class MailPage:
    """What templates/emails/report/ shows."""

    name: str
    description: str
    period: str
    comparison: str
    sites: str
    headings: tuple[str, ...]
    number_headings: tuple[str, ...]
    rows: tuple[MailRow, ...]
    more: str
    picture: MailPicture | None
    greeting: str
    site_url: str
    # Empty for who may not open the report's page.
    report_url: str


def mail_page(answer: Answer, recipient: Recipient, user: User | None) -> MailPage:
    """Return what the mail to a recipient shows; `user` is their account, if they have one."""
    columns = answer.table.columns
    rows = answer.table.rows[:ROWS_AT_MOST]
    bars = answer.bars.bars if answer.bars else ()
    return MailPage(
        name=answer.report.name,
        description=answer.report.description,
        period=answer.period_words,
        comparison=answer.comparison_words,
        sites=_sites(answer),
        headings=tuple(column.label for column in columns if column.role is Role.NAME),
        number_headings=tuple(column.label for column in columns if column.role is Role.VALUE),
        rows=tuple(
            _row(answer, row, round(bars[place].percent) if place < len(bars) else None)
            for place, row in enumerate(rows)
        ),
        more=_more(answer.table.total_rows - len(rows)),
        picture=_picture(answer.series),
        greeting=_greeting(recipient),
        site_url=settings.SITE_URL,
        report_url=report_url(answer.report, user),
    )


def _row(answer: Answer, row: AnswerRow, percent: int | None) -> MailRow:
    pairs = list(zip(answer.table.columns, row.shown, strict=True))
    names = [shown.text for column, shown in pairs if column.role is Role.NAME]
    return MailRow(" · ".join(names), tuple(_cells(pairs)), percent, 100 - (percent or 0))


def _cells(pairs: list[tuple[Column, Shown]]) -> Iterator[MailCell]:
    """Yield a cell for each metric, whose change stands some columns behind it."""
    changes = {column.name: shown for column, shown in pairs if column.role is Role.CHANGE}
    for column, shown in pairs:
        if column.role is Role.VALUE:
            change = changes.get(f"change_{column.name}", Shown(""))
            yield MailCell(column.label, shown.text, change.text, change.tone)


def _sites(answer: Answer) -> str:
    """Return the name of the only site, else how many there are."""
    count = len(answer.sites)
    if count == 1:
        return answer.sites[0].name
    return ngettext("%(count)s site", "%(count)s sites", count) % {"count": count}


def _more(count: int) -> str:
    if count <= 0:
        return ""
    words = ngettext("and %(count)s more row", "and %(count)s more rows", count)
    return words % {"count": count}


def _greeting(recipient: Recipient) -> str:
    return _("Hello %(name)s,") % {"name": recipient.name} if recipient.name else ""


def _picture(drawing: SeriesDrawing | None) -> MailPicture | None:
    """Return the words of a series; the largest value is the top of its picture."""
    if drawing is None or drawing.nothing:
        return None
    values = [value or 0 for value in drawing.numbers]
    largest = drawing.rows[values.index(max(values))]
    most = _("At most %(value)s: %(when)s") % {"value": largest.value, "when": largest.label}
    first, last = drawing.rows[0], drawing.rows[-1]
    return MailPicture(drawing.label, drawing.comparison, most, first.label, last.label)
