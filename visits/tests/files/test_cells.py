"""Cells of CSV files: no text is calculated, no number loses a digit."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.files.cells import (
    FORMULA,
    LOOKED_THROUGH,
    SIGNS,
    Cell,
    csv_cell,
    formula_safe,
    writable,
    written_cell,
)
from visits.tests.files.formulas import BEGINNINGS, HARMLESS, WITHIN


@pytest.mark.parametrize("text", BEGINNINGS)
def test_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert formula_safe(text) == text


@pytest.mark.parametrize(("text", "cell"), WITHIN)
def test_text_that_would_begin_a_cell_where_semicolons_do_is_safe(text: str, cell: str) -> None:
    assert formula_safe(text) == cell


@given(st.text() | st.text(alphabet="a;\t\r\n'\" =-|"))
def test_apostrophes_can_be_taken_away_again(text: str) -> None:
    safe = formula_safe(text)

    # As docs/exports.md says it.
    shown = re.sub(f"([;\t\r\n])'(?={LOOKED_THROUGH}*[{SIGNS}])", r"\1", safe)
    is_marked = shown.startswith("'") and FORMULA.match(shown[1:])
    assert (shown[1:] if is_marked else shown) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("", '""'),
        ("Google", '"Google"'),
        ('a "b"', '"a ""b"""'),
        ("-5", '"\'-5"'),
        ({"plan": "pro"}, '"{""plan"": ""pro""}"'),
        (None, ""),
        (-5, "-5"),
        (1 / 3, "0.3333333333333333"),
        (True, "true"),
        (Decimal("1E+9"), "1000000000"),
        (dt.date(2026, 5, 4), "2026-05-04"),
    ],
)
def test_texts_are_quoted_and_nothing_else(value: Cell, written: str) -> None:
    assert written_cell(value) == written


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (0, 0),
        (-5, -5),
        (2**63, 2**63),
        (1 / 3, 1 / 3),
        (-0.5, -0.5),
        (True, "true"),
        (False, "false"),
        (Decimal("-19.99"), "-19.99"),
        (Decimal("1E+9"), "1000000000"),
        (dt.date(2026, 5, 4), "2026-05-04"),
        (dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC), "2026-05-04T12:00:00+00:00"),
        ({}, ""),
        ({"plan": "ä=1"}, '{"plan": "ä=1"}'),
        ("-5", "'-5"),
        ("nul\x00", "nul\ufffd"),
        ("\ud800=1", "\ufffd=1"),
    ],
)
def test_value_becomes_a_cell(value: Cell, cell: object) -> None:
    assert csv_cell(value) == cell


def test_what_no_file_can_hold_is_replaced() -> None:
    assert writable("a\x00b\ud800c\udfffd\U0001f600") == "a\ufffdb\ufffdc\ufffdd\U0001f600"
