"""The drawing of a series: what its buckets are called, where the ticks are, and what is left out."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sites.models import Site
from visits.charts.series import SeriesDrawing, series_drawing
from visits.models import Annotation
from visits.reports.buckets import cut
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.filters import Filter, parse_filter
from visits.reports.interval import Interval
from visits.reports.metrics import METRICS, Metric, Revenue, Value
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row

NOW = dt.datetime(2026, 11, 21, 12, 30, tzinfo=dt.UTC)


def draw(
    start: str,
    end: str,
    interval: Interval = Interval.DAY,
    *,
    zone: str = "UTC",
    metric: Metric = METRICS["visitors"],
    values: tuple[Value, ...] = (),
    before: tuple[Value, ...] = (),
    comparison: ComparisonName = ComparisonName.NONE,
    notes: tuple[Annotation, ...] = (),
    filters: tuple[Filter, ...] = (),
    now: dt.datetime = NOW,
    **options: Any,
) -> SeriesDrawing:
    """Return the drawing of days of a site in a zone; without values, each bucket has one."""
    site = Site(name="Example", domain="example.com", time_zone=zone)
    period = Period.custom(dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    compared = Comparison(comparison).of(period, now, ZoneInfo(zone))
    buckets = cut(period, interval, site.zone, now)
    values = values or (1,) * len(buckets)
    rows = [
        Row(
            key=(),
            label="",
            values=(value,),
            previous=(before[place],) if place < len(before) else None,
            bucket=bucket,
        )
        for place, (bucket, value) in enumerate(zip(buckets, values, strict=True))
    ]
    query = ReportQuery((site,), period, compared, filters)
    report = Report(query, (metric,), rows, total_rows=len(rows), interval=interval)
    return series_drawing(report, now, notes, **options)


def labels(drawing: SeriesDrawing) -> list[str]:
    return [row.label for row in drawing.rows]


def tick_labels(drawing: SeriesDrawing) -> list[str]:
    return [tick.label for tick in drawing.ticks]


# What buckets are called


@pytest.mark.parametrize(
    ("start", "end", "interval", "first"),
    [
        ("2026-11-02", "2026-11-02", Interval.MINUTE, "Mon 2 Nov, 00:00"),
        ("2026-11-02", "2026-11-02", Interval.HOUR, "Mon 2 Nov, 00:00"),
        ("2026-11-02", "2026-11-08", Interval.DAY, "Mon 2 Nov"),
        ("2026-11-02", "2026-11-15", Interval.WEEK, "2 Nov – 8 Nov"),
        ("2026-11-05", "2026-11-15", Interval.WEEK, "5 Nov – 8 Nov"),
        ("2026-10-01", "2026-11-30", Interval.MONTH, "October 2026"),
        ("2025-11-03", "2025-11-09", Interval.DAY, "Mon 3 Nov 2025"),
        ("2025-12-29", "2026-01-04", Interval.WEEK, "29 Dec – 4 Jan 2026"),
    ],
)
def test_bucket_has_the_shortest_name_that_is_clear(
    start: str, end: str, interval: Interval, first: str
) -> None:
    assert labels(draw(start, end, interval))[0] == first


def test_hour_that_comes_twice_says_which_one_it_is() -> None:
    names = labels(draw("2026-10-25", "2026-10-25", Interval.HOUR, zone="Europe/Berlin"))

    assert len(names) == 25
    assert names[1:5] == [
        "Sun 25 Oct, 01:00",
        "Sun 25 Oct, 02:00 CEST",
        "Sun 25 Oct, 02:00 CET",
        "Sun 25 Oct, 03:00",
    ]


def test_hours_of_half_an_offset_are_called_by_their_clock() -> None:
    names = labels(draw("2026-10-04", "2026-10-04", Interval.HOUR, zone="Australia/Lord_Howe"))

    assert names[1:3] == ["Sun 4 Oct, 01:00", "Sun 4 Oct, 02:30"]


def test_bucket_that_runs_and_bucket_that_is_cut_say_so() -> None:
    weeks = draw("2026-11-04", "2026-11-22", Interval.WEEK)

    assert [row.partial for row in weeks.rows] == ["a part of the week", "", "so far"]
    assert weeks.partials == ["A part of the week", "This week so far"]
    assert weeks.rows[-1].change == ""


def test_row_names_the_day_that_it_is_compared_with() -> None:
    drawing = draw(
        "2026-11-20",
        "2026-11-21",
        values=(3, 2),
        before=(2, 2),
        comparison=ComparisonName.PREVIOUS,
    )

    assert [(row.before_label, row.before, row.change) for row in drawing.rows] == [
        ("Wed 18 Nov", "2", "↑50\N{NO-BREAK SPACE}%"),
        ("Thu 19 Nov until 12:30", "2", ""),
    ]


def test_ends_of_what_is_compared_are_said_alike() -> None:
    at = dt.datetime(2026, 11, 21, 23, 49, 40, tzinfo=dt.UTC)
    site = Site(name="Example", domain="example.com", time_zone="UTC")
    period = Period.named("live", at, site.zone)
    compared = Comparison(ComparisonName.PREVIOUS).of(period, at, site.zone)
    rows = [
        Row(key=(), label="", values=(1,), previous=(1,), bucket=bucket)
        for bucket in cut(period, Interval.MINUTE, site.zone, at)
    ]
    query = ReportQuery((site,), period, compared)
    report = Report(query, (METRICS["visitors"],), rows, len(rows), interval=Interval.MINUTE)

    drawing = series_drawing(report, at)

    assert drawing.period == "21 Nov 2026, 23:20 – 23:49"
    assert drawing.comparison == "21 Nov 2026, 22:50 – 23:19"


def test_day_of_which_nothing_has_elapsed_is_not_named() -> None:
    midnight = dt.datetime(2026, 11, 22, 0, 0, 20, tzinfo=dt.UTC)

    drawing = draw("2026-11-01", "2026-11-30", comparison=ComparisonName.PREVIOUS, now=midnight)

    assert drawing.comparison == "1 Oct – 21 Oct 2026"


# Where ticks are


@pytest.mark.parametrize(
    ("start", "end", "interval", "expected"),
    [
        ("2026-11-02", "2026-11-08", Interval.DAY, "2 Nov|3 Nov|4 Nov|5 Nov|6 Nov|7 Nov|8 Nov"),
        ("2026-10-24", "2026-11-20", Interval.DAY, "26 Oct|2 Nov|9 Nov|16 Nov"),
        ("2026-08-22", "2026-11-20", Interval.DAY, "31 Aug|14 Sep|28 Sep|12 Oct|26 Oct|9 Nov"),
        (
            "2025-11-21",
            "2026-11-20",
            Interval.DAY,
            "Dec|Jan 2026|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov",
        ),
        (
            "2025-11-21",
            "2026-02-20",
            Interval.WEEK,
            "24 Nov|8 Dec|22 Dec|5 Jan|19 Jan|2 Feb|16 Feb",
        ),
        (
            "2024-01-01",
            "2026-11-30",
            Interval.MONTH,
            "Jan 2024|Apr|Jul|Oct|Jan 2025|Apr|Jul|Oct|Jan 2026|Apr|Jul|Oct",
        ),
        (
            "2018-03-01",
            "2026-11-30",
            Interval.MONTH,
            "2019|2020|2021|2022|2023|2024|2025|2026",
        ),
        (
            "2026-11-02",
            "2026-11-02",
            Interval.MINUTE,
            "00:00|03:00|06:00|09:00|12:00|15:00|18:00|21:00",
        ),
        (
            "2026-11-02",
            "2026-11-03",
            Interval.HOUR,
            "00:00|06:00|12:00|18:00|3 Nov|06:00|12:00|18:00",
        ),
        ("2026-11-01", "2026-11-20", Interval.HOUR, "2 Nov|9 Nov|16 Nov"),
        ("2026-11-05", "2026-11-06", Interval.WEEK, "5 Nov"),
    ],
)
def test_ticks_are_few_and_at_natural_boundaries(
    start: str, end: str, interval: Interval, expected: str
) -> None:
    found = tick_labels(draw(start, end, interval))

    assert "|".join(found) == expected


def test_ticks_of_a_day_with_midnight_twice_name_it_once() -> None:
    drawing = draw("2026-11-01", "2026-11-01", Interval.HOUR, zone="America/Havana")

    assert len(drawing.rows) == 25
    assert tick_labels(drawing) == [f"{hour:02}:00" for hour in range(0, 24, 3)]


def test_day_that_begins_at_one_o_clock_is_one_day() -> None:
    drawing = draw("2026-04-23", "2026-04-25", zone="Africa/Cairo")

    assert labels(drawing) == ["Thu 23 Apr", "Fri 24 Apr", "Sat 25 Apr"]
    assert [row.days for row in drawing.rows] == ["2026-04-23", "", ""]
    assert tick_labels(drawing) == ["23 Apr", "24 Apr", "25 Apr"]


@pytest.mark.parametrize(
    ("start", "end", "interval", "first"),
    [
        ("2026-10-25", "2026-11-20", Interval.MONTH, "Oct|Nov"),
        ("2026-10-29", "2026-11-20", Interval.WEEK, "29 Oct|2 Nov|9 Nov|16 Nov"),
    ],
)
def test_month_or_week_that_the_period_cuts_has_its_word(
    start: str, end: str, interval: Interval, first: str
) -> None:
    drawing = draw(start, end, interval)

    assert "|".join(tick_labels(drawing)) == first
    assert [tick.anchor for tick in (drawing.ticks[0], drawing.ticks[-1])] == ["middle", "end"]


# What is drawn


@pytest.mark.parametrize(
    ("start", "end", "complete", "partial"),
    [
        ("2026-09-25", "2026-11-20", "", "M0,18l1 0M1,18l1 0"),
        ("2026-10-25", "2026-11-20", "", "M0,18l1 0"),
        ("2026-10-01", "2026-11-20", "", "M0,18l1 0"),
        ("2026-09-01", "2026-11-20", "M0,18l1 0", "M1,18l1 0"),
        ("2026-08-25", "2026-10-31", "M1,18l1 0", "M0,18l1 0"),
    ],
)
def test_months_that_the_period_cuts_are_dotted(
    start: str, end: str, complete: str, partial: str
) -> None:
    drawing = draw(start, end, Interval.MONTH)

    assert (drawing.line, drawing.partial_line) == (complete, partial)


def test_first_hour_of_a_day_stays_within_the_drawing() -> None:
    midnight = dt.datetime(2026, 11, 21, 0, 5, tzinfo=dt.UTC)

    drawing = draw("2026-11-21", "2026-11-21", Interval.HOUR, now=midnight)

    assert drawing.line == "M0,18l0.23 0"


def test_rate_of_nothing_is_a_gap_and_not_zero() -> None:
    drawing = draw(
        "2026-11-02", "2026-11-05", metric=METRICS["bounce_rate"], values=(0.5, 1, None, 1)
    )

    assert drawing.line == "M0,129l1 -111M2.97,18l0.03 0"
    assert drawing.rows[2].value == "–"


def compared(begins_on: str | None, **options: Any) -> SeriesDrawing:
    """Return the drawing of four days beside the four before, 29 October to 1 November."""
    return draw(
        "2026-11-02",
        "2026-11-05",
        values=(4, 4, 4, 4),
        comparison=ComparisonName.PREVIOUS,
        begins_on=dt.date.fromisoformat(begins_on) if begins_on else None,
        **options,
    )


def test_nothing_before_is_zero_as_in_the_period_itself() -> None:
    drawing = compared("2026-01-01", before=(0, 0, 2, 0))

    assert drawing.comparison_line == "M0,240l1 0 1 -111 1 111"
    assert drawing.rows[0].before == "0"


def test_time_before_measuring_began_is_blank() -> None:
    drawing = compared("2026-10-30", before=(0, 0, 2, 0))

    assert drawing.comparison_line == "M1,240l1 -111 1 111"
    assert [row.before for row in drawing.rows] == ["–", "0", "2", "0"]
    assert drawing.nothing_before == ""


def test_comparison_with_a_time_before_measuring_began_says_so() -> None:
    drawing = compared("2026-11-02", before=(0, 0, 0, 0))

    assert drawing.comparison_line == ""
    assert drawing.nothing_before == "Nothing to compare with: measuring began on 2 Nov 2026."


def test_day_that_has_just_begun_has_nothing_to_compare_with_yet() -> None:
    midnight = dt.datetime(2026, 11, 21, 0, 0, 30, tzinfo=dt.UTC)

    drawing = draw(
        "2026-11-21",
        "2026-11-21",
        Interval.HOUR,
        values=(3, *(0,) * 23),
        before=(0,),
        comparison=ComparisonName.PREVIOUS,
        now=midnight,
    )

    assert drawing.comparison_line == ""
    assert drawing.nothing_before == "Nothing to compare with yet."


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ((), "Nothing was counted in this period."),
        ((parse_filter("browser:is:Lynx"),), "Nothing with these filters."),
    ],
)
def test_empty_drawing_says_why_and_has_no_axis(filters: tuple[Filter, ...], words: str) -> None:
    drawing = draw("2026-11-02", "2026-11-03", values=(0, 0), filters=filters)

    assert drawing.nothing == words
    assert drawing.gridlines == []


def test_days_to_come_take_room_and_have_no_rows() -> None:
    drawing = draw("2026-11-20", "2026-11-24")

    assert (drawing.count, len(drawing.rows)) == (5, 2)
    assert drawing.partial_line == "M0,18l1 0"


def test_revenue_is_told_in_full() -> None:
    earned = Revenue.of({"EUR": 1_250_500_000})
    drawing = draw("2026-11-02", "2026-11-02", metric=METRICS["revenue"], values=(earned,))

    assert drawing.rows[0].value == "1,250.50\N{NO-BREAK SPACE}EUR"


# Zooming


@pytest.mark.parametrize(
    ("interval", "days", "words"),
    [
        (Interval.DAY, "2026-11-02", "Show this day"),
        (Interval.WEEK, "2026-11-02 2026-11-08", "Show this week"),
        (Interval.MONTH, "2026-11-02 2026-11-30", "Show this month"),
    ],
)
def test_bucket_knows_its_days(interval: Interval, days: str, words: str) -> None:
    drawing = draw("2026-11-02", "2026-12-20", interval)

    assert drawing.zoom is not None
    assert (drawing.rows[0].days, str(drawing.zoom.show_one)) == (days, words)


def test_day_says_its_date_where_one_was_left_out() -> None:
    drawing = draw("2011-12-28", "2012-01-01", zone="Pacific/Apia")

    assert [row.days for row in drawing.rows] == ["2011-12-28", "", "2011-12-31", ""]


def test_there_is_nothing_to_zoom_into_within_a_day() -> None:
    assert draw("2026-11-02", "2026-11-02", Interval.HOUR).zoom is None


# Notes


def note(day: str, text: str = "Newsletter sent") -> Annotation:
    return Annotation(pk=1, day=dt.date.fromisoformat(day), text=text)


@pytest.mark.parametrize(
    ("interval", "places"),
    [
        (Interval.HOUR, {0: 1, 24: 2}),
        (Interval.DAY, {0: 1, 1: 2}),
        (Interval.WEEK, {0: 3}),
    ],
)
def test_note_is_marked_at_the_first_bucket_of_its_day(
    interval: Interval, places: dict[int, int]
) -> None:
    notes = (note("2026-11-02"), note("2026-11-03"), note("2026-11-03"))

    drawing = draw("2026-11-02", "2026-11-08", interval, notes=notes)

    found = {place: len(row.notes) for place, row in enumerate(drawing.rows) if row.notes}
    assert found == places
    assert [mark.number for mark in drawing.marks] == list(places)


def test_note_on_a_day_to_come_is_marked_and_listed() -> None:
    drawing = draw("2026-11-20", "2026-11-27", notes=(note("2026-11-27", "Sale begins"),))

    assert [(mark.x, mark.title) for mark in drawing.marks] == [(100, "27 Nov 2026: Sale begins")]
    assert [each.text for each in drawing.notes] == ["Sale begins"]


def test_table_escapes_what_people_wrote() -> None:
    notes = (note("2026-11-20", "<b>Sale</b>"),)
    compared = ComparisonName.PREVIOUS

    drawing = draw("2026-11-20", "2026-11-20", before=(2,), comparison=compared, notes=notes)

    assert drawing.table_rows() == (
        '<tr data-days="2026-11-20"><th scope="row">Fri 20 Nov<td>1'
        "<td>Thu 19 Nov<td>2<td>↓50\N{NO-BREAK SPACE}%<td><p>&lt;b&gt;Sale&lt;/b&gt;</p>"
    )


def test_note_cannot_turn_the_line_around() -> None:
    drawing = draw("2026-11-20", "2026-11-20", notes=(note("2026-11-20", "\u202egnp.exe"),))

    assert drawing.notes[0].text == "%E2%80%AEgnp.exe"


def test_quiet_minutes_are_one_row() -> None:
    values = (*[0] * 600, 3, *[0] * 839)
    before = (*[0] * 1430, 2, *[0] * 9)
    drawing = draw(
        "2026-11-20",
        "2026-11-20",
        Interval.MINUTE,
        values=values,
        before=before,
        comparison=ComparisonName.PREVIOUS,
    )

    told = re.findall(
        r"<tr([^>]*)><th scope=\"row\">([^<]*)<td>(\d)<td>([^<]*)", drawing.table_rows()
    )

    day = 'data-days="2026-11-20"'
    assert told == [
        (
            f' {day} data-at="2026-11-20T00:00+00:00" data-count="600"',
            "Fri 20 Nov, 00:00 – 09:59",
            "0",
            "Thu 19 Nov, 00:00 – 09:59",
        ),
        (f" {day}", "Fri 20 Nov, 10:00", "3", "Thu 19 Nov, 10:00"),
        (
            f' {day} data-count="829"',
            "Fri 20 Nov, 10:01 – 23:49",
            "0",
            "Thu 19 Nov, 10:01 – 23:49",
        ),
        (f" {day}", "Fri 20 Nov, 23:50", "0", "Thu 19 Nov, 23:50"),
        (
            f' {day} data-count="9"',
            "Fri 20 Nov, 23:51 – 23:59",
            "0",
            "Thu 19 Nov, 23:51 – 23:59",
        ),
    ]
    assert len(drawing.rows) == 1440
    assert drawing.line == "M0,240l599 0 1 -222 1 222 838 0"


def test_hours_say_when_they_begin_where_it_is_not_an_hour_after_the_last() -> None:
    drawing = draw("2026-10-24", "2026-10-26", Interval.HOUR, zone="Europe/Berlin")

    told = {place: row.at for place, row in enumerate(drawing.rows) if row.at}

    # Clocks went back on the 25th at three.
    assert told == {0: "2026-10-24T00:00+02:00", 27: "2026-10-25T02:00+01:00"}
    assert drawing.minutes == 60
