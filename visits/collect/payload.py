"""What a request says: from bytes to a frozen Payload, or to sentences about what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from sites.models import Site
from visits.collect.text import clean_text
from visits.models.dimension import (
    NAME_MAX_LENGTH,
    PROPERTY_VALUE_MAX_LENGTH,
    TITLE_MAX_LENGTH,
)

if TYPE_CHECKING:
    from visits.collect.exclusion import Rules
    from visits.collect.site_day import SiteDay

BODY_MAX_BYTES = 64 * 1024
URL_MAX_LENGTH = 4096
PROPERTIES_MAX_COUNT = 30
# A working day: more is a clock's error, not attention. PostgreSQL's column holds nine hours.
ENGAGED_MAX_MS = 8 * 3600 * 1000
SCREEN_SIZE = re.compile(r"[0-9]{1,5}x[0-9]{1,5}")
KEY_MAX_LENGTH = 20
PAGEVIEW = "pageview"
# Not an event: attention to a page that was viewed.
ENGAGEMENT = "engagement"
MESSAGE_ID_MAX_LENGTH = 64
CURRENCY = re.compile(r"[A-Za-z]{3}")
MICROS = 1_000_000
# More than any shop earns at once, and far below what the column holds.
REVENUE_MAX_AMOUNT = 1_000_000_000

Errors = dict[str, list[str]]
# Returns a value and where it ends.
decode_json = json.JSONDecoder().raw_decode


class InvalidPayload(ValueError):
    """The request says something that cannot be understood; `errors` maps fields to sentences.

    `key` is the site's, as far as it could be read.
    """

    def __init__(self, errors: Errors, key: str = "") -> None:
        super().__init__(errors)
        self.errors = errors
        self.key = key


class PropertyKey(NamedTuple):
    key: str
    value: str


class Revenue(NamedTuple):
    """Millionths of a unit of an ISO 4217 currency; a refund is negative."""

    currency: str
    amount_micros: int


class Message(NamedTuple):
    """What the sender says about a hit. Text is clean and cut, apart from the URLs."""

    url: str
    name: str = PAGEVIEW
    referrer: str = ""
    screen: str = ""
    properties: tuple[PropertyKey, ...] = ()
    is_interactive: bool = True
    engaged_seconds: int | None = None
    scroll_percent: int | None = None
    revenue: Revenue | None = None
    # A hash of the id that the sender gave to the message.
    message_id: int | None = None
    # What the page is called; empty when it was not said.
    title: str = ""


class Payload(NamedTuple):
    """A message together with what the door knows about its sender: all that a hit is made of.

    `received_at` is in epoch seconds. Address and user agent live no longer than this object. The rules
    and the day of the site are looked up when they are not given.
    """

    site: Site
    message: Message
    received_at: int
    address: str
    user_agent: str
    language: str = ""
    is_prefetch: bool = False
    is_opted_out: bool = False
    # The series' own door counts curl and its like; the tracker's doors do not.
    counts_libraries: bool = False
    rules: Rules | None = None
    site_day: SiteDay | None = None


def parse_beacon(body: bytes) -> tuple[str, Message]:
    """Return the site key and the message of a beacon's JSON body. Raises InvalidPayload."""
    fields = _parse_object(body)
    errors: Errors = {}
    key = _clean_key(_text(fields, "site", errors, is_required=True)[:KEY_MAX_LENGTH])
    try:
        return key, parse_message(fields, errors)
    except InvalidPayload as error:
        raise InvalidPayload(error.errors, key) from None


@lru_cache(maxsize=4096)
def _clean_key(key: str) -> str:
    return clean_text(key, KEY_MAX_LENGTH)


def parse_message(fields: Mapping[str, Any], errors: Errors | None = None) -> Message:
    """Return the message in `fields`, a decoded JSON object or a query. Raises InvalidPayload."""
    errors = {} if errors is None else errors
    # Most messages are views of a page: what they do not say is not looked at.
    message = Message(
        _text(fields, "url", errors, is_required=True)[:URL_MAX_LENGTH],
        _name(fields, errors) if "name" in fields else PAGEVIEW,
        _text(fields, "referrer", errors)[:URL_MAX_LENGTH] if "referrer" in fields else "",
        _screen(fields, errors) if "screen" in fields else "",
        _properties(fields, errors) if "props" in fields else (),
        _boolean(fields, "interactive", errors) if "interactive" in fields else True,
        _number(fields, "engaged", ENGAGED_MAX_MS, errors, divisor=1000)
        if "engaged" in fields
        else None,
        _number(fields, "scroll", 100, errors) if "scroll" in fields else None,
        _revenue(fields, errors) if "revenue" in fields else None,
        _message_id(fields, errors) if "id" in fields else None,
        _title(fields["title"]) if "title" in fields else "",
    )
    if errors:
        raise InvalidPayload(errors)
    return message


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        # Invalid UTF-8 becomes replacement characters: the hit is real even if its title is not.
        text = body.decode("utf-8", "replace").strip()
        fields, end = decode_json(text)
        if end != len(text):
            raise ValueError
    except (ValueError, RecursionError) as error:
        raise InvalidPayload({"body": ["The body is not JSON."]}) from error
    if not isinstance(fields, dict):
        raise InvalidPayload({"body": ["The body must be a JSON object."]})
    return fields


def _text(
    fields: Mapping[str, Any], field: str, errors: Errors, *, is_required: bool = False
) -> str:
    value = fields.get(field)
    if value is None or value == "":
        if is_required:
            errors[field] = [f"“{field}” is required."]
        return ""
    if not isinstance(value, str):
        errors[field] = [f"“{field}” must be text."]
        return ""
    return value


def _name(fields: Mapping[str, Any], errors: Errors) -> str:
    """Return the event's name; without one, the hit is a pageview."""
    name = _text(fields, "name", errors)
    if len(name) > NAME_MAX_LENGTH:
        errors["name"] = [f"“name” may have {NAME_MAX_LENGTH} characters at most."]
    return clean_text(name, NAME_MAX_LENGTH) or PAGEVIEW


def _title(value: Any) -> str:
    """Return the title of the page; whatever else is called one is not worth a hit."""
    return clean_text(value, TITLE_MAX_LENGTH) if isinstance(value, str) else ""


def _screen(fields: Mapping[str, Any], errors: Errors) -> str:
    size = _text(fields, "screen", errors)
    return size if SCREEN_SIZE.fullmatch(size) else ""


def _properties(fields: Mapping[str, Any], errors: Errors) -> tuple[PropertyKey, ...]:
    properties = fields.get("props")
    if properties is None or properties == {}:
        return ()
    if not isinstance(properties, dict):
        errors["props"] = ["“props” must be an object."]
        return ()
    if len(properties) > PROPERTIES_MAX_COUNT:
        errors["props"] = [f"“props” may have {PROPERTIES_MAX_COUNT} entries at most."]
        return ()
    known: dict[str, str] = {}
    for key, value in properties.items():
        if isinstance(value, dict | list):
            errors["props"] = ["The values of “props” must be text, numbers or true and false."]
            return ()
        if value is not None and (name := clean_text(key, NAME_MAX_LENGTH)):
            known.setdefault(name, _property_value(value))
    return tuple(PropertyKey(key, value) for key, value in known.items())


def _property_value(value: str | float | bool) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return clean_text(text, PROPERTY_VALUE_MAX_LENGTH)


def _boolean(fields: Mapping[str, Any], field: str, errors: Errors) -> bool:
    value = fields.get(field, True)
    if not isinstance(value, bool):
        errors[field] = [f"“{field}” must be true or false."]
        return True
    return value


def _number(
    fields: Mapping[str, Any], field: str, maximum: int, errors: Errors, *, divisor: int = 1
) -> int | None:
    """Return a number between 0 and `maximum`, divided and rounded; larger ones are cut."""
    value = fields.get(field)
    if value is None:
        return None
    # NaN is unequal to itself; Python's JSON reads it, and Infinity, without complaint.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        errors[field] = [f"“{field}” must be a number."]
        return None
    return round(min(max(value, 0), maximum) / divisor)


def _revenue(fields: Mapping[str, Any], errors: Errors) -> Revenue | None:
    revenue = fields.get("revenue")
    if revenue is None:
        return None
    try:
        amount, currency = float(revenue["amount"]), revenue["currency"]
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        errors["revenue"] = ["“revenue” must have an amount and a currency."]
        return None
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        errors["revenue"] = ["The currency of “revenue” must be a code of three letters, like EUR."]
        return None
    # Not a number is not within any bounds.
    if not abs(amount) <= REVENUE_MAX_AMOUNT:
        errors["revenue"] = [f"The amount of “revenue” may be {REVENUE_MAX_AMOUNT:,} at most."]
        return None
    return Revenue(currency.upper(), round(amount * MICROS))


def _message_id(fields: Mapping[str, Any], errors: Errors) -> int | None:
    text = _text(fields, "id", errors)
    if len(text) > MESSAGE_ID_MAX_LENGTH:
        errors["id"] = [f"“id” may have {MESSAGE_ID_MAX_LENGTH} characters at most."]
    if not text:
        return None
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
