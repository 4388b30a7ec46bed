"""What a request says, and what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from visits.collect.payload import InvalidPayload, Message, PropertyKey, parse_beacon


def make_body(**fields: Any) -> bytes:
    return json.dumps({"site": "key", "url": "https://example.com/", **fields}).encode()


def errors_of(body: bytes) -> dict[str, list[str]]:
    with pytest.raises(InvalidPayload) as caught:
        parse_beacon(body)
    return caught.value.errors


def test_beacon_with_all_fields_is_understood() -> None:
    body = make_body(
        name="Signup",
        referrer="https://news.example/",
        title="Pricing",
        screen="1280x720",
        props={"plan": "pro", "seats": 3, "trial": True, "coupon": None},
        interactive=False,
        engaged=1499,
        scroll=80,
    )

    key, message = parse_beacon(body)

    assert key == "key"
    assert message == Message(
        url="https://example.com/",
        name="Signup",
        referrer="https://news.example/",
        screen="1280x720",
        properties=(
            PropertyKey("plan", "pro"),
            PropertyKey("seats", "3"),
            PropertyKey("trial", "true"),
        ),
        is_interactive=False,
        engaged_seconds=1,
        scroll_percent=80,
        title="Pricing",
    )


def test_beacon_without_a_name_is_a_pageview() -> None:
    assert parse_beacon(make_body())[1].name == "pageview"
    assert parse_beacon(make_body(name=None))[1].name == "pageview"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"\xff\xfe", b"[1, 2]", b'"text"', b"12", b"null", b"[" * 60_000],
)
def test_body_that_is_no_object_gets_a_sentence(body: bytes) -> None:
    assert list(errors_of(body)) == ["body"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"site": ""}, "site"),
        ({"site": 12}, "site"),
        ({"url": None}, "url"),
        ({"url": ["https://example.com/"]}, "url"),
        ({"name": {}}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"referrer": 5}, "referrer"),
        ({"screen": 1280}, "screen"),
        ({"props": "plan"}, "props"),
        ({"props": {"a": {"b": 1}}}, "props"),
        ({"props": {str(number): 1 for number in range(31)}}, "props"),
        ({"interactive": "yes"}, "interactive"),
        ({"engaged": "1s"}, "engaged"),
        ({"engaged": True}, "engaged"),
        ({"scroll": float("nan")}, "scroll"),
    ],
)
def test_wrong_field_gets_a_sentence(fields: dict[str, Any], field: str) -> None:
    errors = errors_of(make_body(**fields))

    assert list(errors) == [field]
    assert all(sentence.endswith(".") for sentence in errors[field])


def test_all_wrong_fields_are_named_at_once() -> None:
    assert set(errors_of(b'{"scroll": "deep"}')) == {"site", "url", "scroll"}


@pytest.mark.parametrize(
    ("engaged", "seconds"),
    [(0, 0), (-5, 0), (1500, 2), (28_800_000, 28_800), (10**12, 28_800), (float("inf"), 28_800)],
)
def test_engaged_time_is_cut_to_what_its_column_holds(engaged: float, seconds: int) -> None:
    assert parse_beacon(make_body(engaged=engaged))[1].engaged_seconds == seconds


def test_junk_in_text_is_left_out() -> None:
    body = b'{"site": "k\\u0000ey", "url": "/", "name": "a\\ud800b\\u0007\\u202ec", "props": {"\\ud83d": 1}}'

    key, message = parse_beacon(body)

    assert (key, message.name, message.properties) == ("key", "abc", ())


def test_long_property_is_cut_by_characters() -> None:
    message = parse_beacon(make_body(props={"text": "ü" * 1000}))[1]

    assert message.properties[0].value == "ü" * 400


@pytest.mark.parametrize(
    "size", ["", "1280", "1280x", "wide", "1280x720x1", "999999x1", "1x1\n", "\u0661x2"]
)
def test_strange_screen_is_unknown(size: str) -> None:
    assert parse_beacon(make_body(screen=size))[1].screen == ""


def test_unknown_fields_are_passed_over() -> None:
    assert parse_beacon(make_body(colour="red", v=36))[1].name == "pageview"
