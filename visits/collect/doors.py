"""The doors of collection: a request comes in as an Arrival, its answer goes out as an Answer.

The bare ASGI application and the Django views call the same functions.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.db import DatabaseError

from accounts.address import client_address, trusted_networks
from sites.models import Site
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
from visits.collect.refusal import Refused, count_refusals
from visits.collect.text import clean_text
from visits.collect.writer import write_batch

log = structlog.get_logger(__name__)

Headers = Sequence[tuple[str, str]]

# A transparent GIF of one pixel, 43 bytes.
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAEALAAAAAABAAEAAAICTAEAOw==")
USER_AGENT_MAX_LENGTH = 512
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3}(?=[,;\s]|$)")
RETRY_AFTER_SECONDS = 5
CORS: Headers = (("Access-Control-Allow-Origin", "*"),)
PREFLIGHT: Headers = (
    *CORS,
    ("Access-Control-Allow-Methods", "GET, POST"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "86400"),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as a door sees it. Header names are in lower case; `peer` is the connection's address."""

    method: str
    query: str
    headers: Headers
    body: bytes
    peer: str
    received_at: int = field(default_factory=lambda: int(time.time()))

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def fields(self) -> dict[str, str]:
        """Return the query's fields and a form's; of a repeated field the last, the form's first."""
        form = self.body.decode("utf-8", "replace")
        fields: dict[str, str] = {}
        for text in (self.query, form):
            # The limit guards against a body of a hundred thousand ampersands.
            fields |= {key: values[-1] for key, values in _parse_fields(text).items()}
        return fields


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers = CORS
    body: bytes = b""


class UnknownSite(LookupError):
    """No site has this key or id."""


Door = Callable[[Arrival], Answer]
JSON_HEADER = ("Content-Type", "application/json")


def beacon(arrival: Arrival) -> Answer:
    """Answer `POST /t`, the tracker's door: 204, or 400 and 404 with sentences."""
    if arrival.method == "OPTIONS":
        return Answer(204, PREFLIGHT)
    if arrival.method != "POST":
        return _method_not_allowed("POST, OPTIONS")
    return _guarded(lambda: _receive_beacon(arrival))


def pixel(arrival: Arrival, key: str) -> Answer:
    """Answer `GET /t/<key>.gif`: always a picture, because a visitor may be looking at it."""
    if arrival.method != "GET":
        return _method_not_allowed("GET")
    answer = _guarded(lambda: _receive_pixel(arrival, key))
    headers = [header for header in answer.headers if header[0] != "Content-Type"]
    headers += [("Content-Type", "image/gif"), ("Cache-Control", "no-store")]
    return Answer(200 if answer.status == 204 else answer.status, headers, PIXEL)


def site_visit(arrival: Arrival, site_id: int) -> Answer:
    """Answer `GET|POST /sites/<id>/visit`: event and URL from query or form, the rest from headers."""
    if arrival.method == "OPTIONS":
        return Answer(204, PREFLIGHT)
    if arrival.method not in ("GET", "POST"):
        return _method_not_allowed("GET, POST, OPTIONS")
    return _guarded(lambda: _receive_site_visit(arrival, site_id))


def too_large() -> Answer:
    return _errors(413, {"body": [f"The body may have {BODY_MAX_BYTES} bytes at most."]})


def _receive_beacon(arrival: Arrival) -> Answer:
    if len(arrival.body) > BODY_MAX_BYTES:
        return too_large()
    key, message = parse_beacon(arrival.body)
    return _receive(arrival, _site(key=key), message)


def _receive_pixel(arrival: Arrival, key: str) -> Answer:
    fields = arrival.fields()
    # Without a url, the page that shows the picture is the page seen.
    fields["url"] = fields.get("url") or arrival.header("referer")
    fields["name"] = fields.get("event", "")
    return _receive(arrival, _site(key=key), parse_message(_text_fields(fields)))


def _receive_site_visit(arrival: Arrival, site_id: int) -> Answer:
    if len(arrival.body) > BODY_MAX_BYTES:
        return too_large()
    fields = arrival.fields()
    referrer = arrival.header("referer")
    message = parse_message(
        {
            "name": fields.get("event", ""),
            "url": fields.get("url") or referrer,
            "referrer": referrer if fields.get("url") else "",
        }
    )
    return _receive(arrival, _site(pk=site_id), message, counts_libraries=True)


def _receive(
    arrival: Arrival, site: Site, message: Message, *, counts_libraries: bool = False
) -> Answer:
    """Run the pipeline and store what it makes; success is answered only after the commit."""
    payload = Payload(
        site=site,
        message=message,
        received_at=arrival.received_at,
        address=_address(arrival),
        user_agent=clean_text(arrival.header("user-agent"), USER_AGENT_MAX_LENGTH),
        language=_language(arrival.header("accept-language")),
        is_prefetch=_is_prefetch(arrival),
        counts_libraries=counts_libraries,
    )
    result = collect(payload)
    if isinstance(result, Refused):
        count_refusals([result])
        return Answer(204, (*CORS, ("Refusal", result.reason.value)))
    write_batch([result])
    return Answer(204)


def _guarded(receive: Callable[[], Answer]) -> Answer:
    """Turn what can go wrong with a request into its answer. Nothing is acknowledged unstored."""
    try:
        return receive()
    except InvalidPayload as error:
        return _errors(400, error.errors)
    except InvalidUrl as error:
        return _errors(400, {"url": [str(error)]})
    except UnknownSite:
        return _errors(404, {"site": ["There is no site with this key."]})
    except DatabaseError as error:
        log.error("hit_not_stored", error=type(error).__name__)
        answer = _errors(503, {"server": ["The hit could not be stored. Send it again later."]})
        return Answer(
            503, (*answer.headers, ("Retry-After", str(RETRY_AFTER_SECONDS))), answer.body
        )


def _errors(status: int, errors: Errors) -> Answer:
    return Answer(status, (*CORS, JSON_HEADER), json.dumps({"errors": errors}).encode())


def _method_not_allowed(allowed: str) -> Answer:
    answer = _errors(405, {"method": [f"This address takes {allowed}."]})
    return Answer(405, (*answer.headers, ("Allow", allowed)), answer.body)


def _site(**lookup: str | int) -> Site:
    try:
        return Site.objects.get(**lookup)
    except Site.DoesNotExist as error:
        raise UnknownSite from error


def _address(arrival: Arrival) -> str:
    trusted = trusted_networks(tuple(settings.TRUSTED_PROXIES))
    return client_address(arrival.peer, arrival.headers, trusted)


def _parse_fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, errors="replace", max_num_fields=100)
    except ValueError as error:
        raise InvalidPayload({"body": ["A request may have 100 fields at most."]}) from error


def _text_fields(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields that a query can spell: text only."""
    return {name: fields[name] for name in ("url", "referrer", "name", "screen") if name in fields}


def _language(accepted: str) -> str:
    """Return the first language of an Accept-Language header, such as de-AT; empty when unknown."""
    found = LANGUAGE.match(accepted)
    return found[0][:35] if found else ""


def _is_prefetch(arrival: Arrival) -> bool:
    """Tell whether the browser fetches a page that nobody sees yet (Sec-Purpose, before it Purpose)."""
    return "prefetch" in f"{arrival.header('sec-purpose')} {arrival.header('purpose')}".lower()
