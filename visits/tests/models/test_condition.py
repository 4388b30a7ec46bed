"""Conditions: what they are compared with, and which make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from visits.models.condition import (
    Condition,
    InvalidCondition,
    Operator,
    conditions_from_json,
    is_storable,
)

PLAN_IS_PRO = {"key": "plan", "operator": "is", "value": "Pro"}


@pytest.mark.parametrize(
    ("operator", "values", "text", "is_found"),
    [
        (Operator.IS, ["Pro", "Free"], "Free", True),
        (Operator.IS, ["Pro"], "pro", False),
        (Operator.IS, [""], "", True),
        (Operator.IS_NOT, ["Pro"], "Pro", True),
        (Operator.CONTAINS, ["pro"], "Pro plan", True),
        (Operator.CONTAINS, ["x", "PLAN"], "Pro plan", True),
        (Operator.CONTAINS, ["STRASSE"], "Hauptstraße 5", True),
        (Operator.CONTAINS, ["ß"], "MASSE", True),
        (Operator.CONTAINS, ["ΣΑΣ"], "σας", True),
        (Operator.CONTAINS, ["%"], "Pro", False),
        (Operator.CONTAINS, ["P_o"], "Pro", False),
        (Operator.CONTAINS_NOT, ["x"], "", False),
    ],
)
def test_finder_compares_texts(
    operator: Operator, values: list[str], text: str, is_found: bool
) -> None:
    assert operator.finder(values)(text) is is_found


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [("", True), ("é ☃ 😀", True), ("%_\\'\"", True), ("a\x00b", False), ("\ud800", False)],
)
def test_some_characters_cannot_be_stored(text: str, is_fine: bool) -> None:
    assert is_storable(text) is is_fine


def test_conditions_are_what_was_written() -> None:
    conditions = conditions_from_json([PLAN_IS_PRO])

    assert conditions == (Condition("plan", Operator.IS, "Pro"),)
    assert [condition.to_json() for condition in conditions] == [PLAN_IS_PRO]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({}, "as a list"),
        ("plan", "as a list"),
        ([PLAN_IS_PRO] * 6, "5 conditions at most"),
        (["plan"], "an object with key, operator and value"),
        ([{"key": "plan"}], "an object with key, operator and value"),
        ([PLAN_IS_PRO | {"more": "x"}], "an object with key, operator and value"),
        ([PLAN_IS_PRO | {"value": 3}], "are texts"),
        ([PLAN_IS_PRO | {"operator": ["is"]}], "are texts"),
        ([PLAN_IS_PRO | {"operator": "matches"}], "one of is, is_not, contains, contains_not"),
        ([PLAN_IS_PRO | {"key": ""}], "the name of a property"),
        ([PLAN_IS_PRO | {"key": "k" * 101}], "100 characters at most"),
        ([PLAN_IS_PRO | {"value": "v" * 401}], "400 characters at most"),
        ([PLAN_IS_PRO | {"operator": "contains", "value": ""}], "shall contain"),
        ([PLAN_IS_PRO | {"value": "\x00"}], "cannot be stored"),
        ([PLAN_IS_PRO | {"key": "\udfff"}], "cannot be stored"),
    ],
)
def test_conditions_without_sense_are_refused(written: Any, sentence: str) -> None:
    with pytest.raises(InvalidCondition, match=sentence):
        conditions_from_json(written)
