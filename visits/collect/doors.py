"""The doors of collection: a request comes in as an Arrival, its answer goes out as an Answer.

Nothing in here waits: the bare ASGI application and the Django views do that, each in its own way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from accounts.address import client_address, trusted_networks
from visits.collect import answers
from visits.collect.answers import Answer, Headers
from visits.collect.flood import site_wait
from visits.collect.known_sites import KnownSite, Lookup
from visits.collect.outcome import Outcome, Refused
from visits.collect.page import InvalidUrl
from visits.collect.payload import (
    BODY_MAX_BYTES,
    Errors,
    InvalidPayload,
    Message,
    Payload,
    parse_beacon,
    parse_message,
)
from visits.collect.pipeline import collect
from visits.collect.sample import with_note, with_sample
from visits.collect.site_day import SiteDay
from visits.collect.text import clean_text
from visits.models import RefusalReason

PIXEL_PATH = re.compile(r"/t/([A-Za-z0-9_-]{1,20})\.gif")
VISIT_PATH = re.compile(r"/sites/([0-9]{1,18})/visit")
USER_AGENT_MAX_LENGTH = 512
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3}(?=[,;\s]|$)")
# What is behind these lengths is never read: a header may have 32 KiB, and thousands are remembered.
USER_AGENT_READ_LENGTH = 2 * USER_AGENT_MAX_LENGTH
LANGUAGE_READ_LENGTH = 40
FORWARDED_REMEMBERED_LENGTH = 500
FIELDS_MAX_COUNT = 100
FORWARDING_HEADERS = ("x-forwarded-for", "forwarded")
# The headers that say something about a hit; a browser sends a dozen others.
HEADERS_READ = frozenset(
    (
        "accept-language", "dnt", "forwarded", "purpose", "referer", "sec-gpc", "sec-purpose",
        "user-agent", "x-forwarded-for",
    )
)  # fmt: skip


class Arrival(NamedTuple):
    """A request as a door sees it: of its headers those in HEADERS_READ, names in lower case.

    `peer` is the connection's address, `received_at` in epoch seconds.
    """

    method: str
    query: str
    headers: Headers
    body: bytes
    peer: str
    received_at: int

    def header(self, name: str) -> str:
        for key, value in self.headers:
            if key == name:
                return value
        return ""

    def fields(self) -> dict[str, str]:
        """Return the query's fields and a form's; of a repeated field the last, the form's first."""
        form = self.body.decode("utf-8", "replace")
        fields: dict[str, str] = {}
        for text in (self.query, form):
            # The limit guards against a body of a hundred thousand ampersands.
            fields |= {key: values[-1] for key, values in _parse_fields(text).items()}
        return fields


class Request(NamedTuple):
    """What a door understood: of which site, and the message or what is wrong with it."""

    lookup: Lookup
    message: Message | None = None
    errors: Errors | None = None
    counts_libraries: bool = False


class Answered(NamedTuple):
    """A refusal whose answer is known: nobody has to wait until it is stored."""

    refused: Refused
    answer: Answer


class Door(NamedTuple):
    """One address of collection. `dress` makes the answer fit for whoever asks there."""

    methods: tuple[str, ...]
    read: Callable[[Arrival], Request]
    dress: Callable[[Answer], Answer] = lambda answer: answer


@cache
def beacon() -> Door:
    """Return the tracker's door, `POST /t`: 204, or 400 and 404 with sentences."""
    return Door(("POST", "OPTIONS"), _read_beacon)


def pixel(key: str) -> Door:
    """Return the door `GET /t/<key>.gif`: always a picture, because a visitor may be looking at it."""
    return Door(("GET",), lambda arrival: _read_pixel(arrival, key), answers.as_picture)


def site_visit(site_id: int) -> Door:
    """Return the door `GET|POST /sites/<id>/visit`: event and URL from query or form."""
    return Door(("GET", "POST", "OPTIONS"), lambda arrival: _read_site_visit(arrival, site_id))


def find_door(path: str) -> Door | None:
    """Return the door of a path, None for all other paths of the installation."""
    if path == "/t":
        return beacon()
    if found := PIXEL_PATH.fullmatch(path):
        return pixel(found[1])
    if found := VISIT_PATH.fullmatch(path):
        return site_visit(int(found[1]))
    return None


def understand(door: Door, arrival: Arrival) -> Request | Answer:
    """Return what the door is asked for, or the answer where nothing is asked."""
    if arrival.method == "OPTIONS" and "OPTIONS" in door.methods:
        return answers.PREFLIGHT
    if arrival.method not in door.methods:
        return answers.method_not_allowed(door.methods)
    if len(arrival.body) > BODY_MAX_BYTES:
        return answers.too_large()
    try:
        return door.read(arrival)
    except InvalidPayload as error:
        if not error.key:
            return answers.answer_with(400, error.errors)
        return Request(error.key, errors=error.errors)


def address_of(arrival: Arrival) -> str:
    """Return the client's address, "" when there is none."""
    forwarded = tuple([header for header in arrival.headers if header[0] in FORWARDING_HEADERS])
    if forwarded and sum(len(value) for _, value in forwarded) > FORWARDED_REMEMBERED_LENGTH:
        return _address.__wrapped__(arrival.peer, forwarded)
    return _address(arrival.peer, forwarded)


def judge(
    request: Request, arrival: Arrival, address: str, wait: float, known: KnownSite, day: SiteDay
) -> Outcome | Answered:
    """Run the pipeline over a request for a site, unless its address or the site has to wait."""
    wait = wait or site_wait(known.site.id)
    if wait:
        answer = answers.too_many(wait)
        return _answered(arrival, address, known, RefusalReason.LIMIT, answer, answers.TOO_MANY)
    if request.message is None:
        return _invalid(arrival, address, known, request.errors or {})
    payload = _payload(request, request.message, arrival, address, known, day)
    try:
        outcome = collect(payload)
    except InvalidUrl as error:
        return _invalid(arrival, address, known, {"url": [str(error)]})
    if isinstance(outcome, Refused):
        outcome = with_sample(outcome, payload)
    return outcome


def sample_of(
    verdict: RefusalReason,
    request: Request,
    arrival: Arrival,
    address: str,
    known: KnownSite,
    day: SiteDay,
) -> Refused | None:
    """Return what the owner may see of a request that the writer refused and counted; None of most.

    The writer knows nothing of a sender.
    """
    if request.message is None:
        return None
    payload = _payload(request, request.message, arrival, address, known, day)
    refused = with_sample(Refused(known.site.pk, verdict, arrival.received_at, times=0), payload)
    return None if refused.sample is None else refused


def read_headers(headers: Mapping[str, str]) -> Headers:
    """Return the headers that say something about a hit, names in lower case."""
    return tuple(
        (name.lower(), value) for name, value in headers.items() if name.lower() in HEADERS_READ
    )


def now() -> int:
    """Return the time at which a request arrives, in epoch seconds."""
    return int(time.time())


def _read_beacon(arrival: Arrival) -> Request:
    key, message = parse_beacon(arrival.body)
    return Request(key, message)


def _read_pixel(arrival: Arrival, key: str) -> Request:
    return _read_fields(key, arrival, _fields_of_pixel)


def _read_site_visit(arrival: Arrival, site_id: int) -> Request:
    request = _read_fields(site_id, arrival, _fields_of_site_visit)
    return request._replace(counts_libraries=True)


def _read_fields(
    lookup: Lookup, arrival: Arrival, choose: Callable[[Arrival], dict[str, str]]
) -> Request:
    """Read a message from query and form; whatever is wrong with them, the site is known."""
    try:
        return Request(lookup, parse_message(choose(arrival)))
    except InvalidPayload as error:
        return Request(lookup, errors=error.errors)


def _fields_of_pixel(arrival: Arrival) -> dict[str, str]:
    fields = arrival.fields()
    # Without a url, the page that shows the picture is the page seen.
    fields["url"] = fields.get("url") or arrival.header("referer")
    fields["name"] = fields.get("event", "")
    return _text_fields(fields)


def _fields_of_site_visit(arrival: Arrival) -> dict[str, str]:
    fields = arrival.fields()
    referrer = arrival.header("referer")
    return {
        "name": fields.get("event", ""),
        "url": fields.get("url") or referrer,
        "referrer": referrer if fields.get("url") else "",
        "id": fields.get("id", ""),
    }


def _invalid(arrival: Arrival, address: str, known: KnownSite, errors: Errors) -> Answered:
    sentence = next((sentence for sentences in errors.values() for sentence in sentences), "")
    answer = answers.answer_with(400, errors)
    return _answered(arrival, address, known, RefusalReason.INVALID, answer, sentence)


def _answered(
    arrival: Arrival,
    address: str,
    known: KnownSite,
    reason: RefusalReason,
    answer: Answer,
    sentence: str,
) -> Answered:
    """Refuse a request with an answer that nobody has to wait for."""
    refused = Refused(known.site.pk, reason, arrival.received_at)
    user_agent = _user_agent(arrival.header("user-agent")[:USER_AGENT_READ_LENGTH])
    return Answered(with_note(refused, address, user_agent, sentence), answer)


def _payload(
    request: Request,
    message: Message,
    arrival: Arrival,
    address: str,
    known: KnownSite,
    day: SiteDay,
) -> Payload:
    headers = dict(arrival.headers)
    is_opted_out = headers.get("dnt") == "1" or headers.get("sec-gpc") == "1"
    return Payload(
        known.site, message, arrival.received_at, address,
        _user_agent(headers.get("user-agent", "")[:USER_AGENT_READ_LENGTH]),
        _language(headers.get("accept-language", "")[:LANGUAGE_READ_LENGTH]),
        _is_prefetch(headers), is_opted_out, request.counts_libraries, known.rules, day,
    )  # fmt: skip


def _parse_fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, errors="replace", max_num_fields=FIELDS_MAX_COUNT)
    except ValueError as error:
        sentence = f"A request may have {FIELDS_MAX_COUNT} fields at most."
        raise InvalidPayload({"body": [sentence]}) from error


def _text_fields(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields that a query can spell: text only."""
    names = ("url", "referrer", "name", "screen", "id")
    return {name: fields[name] for name in names if name in fields}


# A visitor's hits come one after the other; addresses are held in memory alone, and not for long.
@lru_cache(maxsize=8192)
def _address(peer: str, forwarded: Headers) -> str:
    return client_address(peer, forwarded, trusted_networks(tuple(settings.TRUSTED_PROXIES)))


@receiver(setting_changed)
def _forget_addresses(**_: object) -> None:
    _address.cache_clear()


@lru_cache(maxsize=8192)
def _user_agent(sent: str) -> str:
    return clean_text(sent, USER_AGENT_MAX_LENGTH)


@lru_cache(maxsize=4096)
def _language(accepted: str) -> str:
    """Return the first language of an Accept-Language header, such as de-AT; empty when unknown."""
    found = LANGUAGE.match(accepted)
    return found[0][:35] if found else ""


def _is_prefetch(headers: Mapping[str, str]) -> bool:
    """Tell whether the browser fetches a page that nobody sees yet (Sec-Purpose, before it Purpose)."""
    purpose = headers.get("sec-purpose") or headers.get("purpose")
    return purpose is not None and "prefetch" in purpose.lower()
