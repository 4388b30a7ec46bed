"""What a request is answered with: counted, refused, or an error with sentences."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from django.db import Error

from visits.collect.known_sites import UnknownSite
from visits.collect.outcome import Verdict
from visits.collect.payload import BODY_MAX_BYTES, Errors, InvalidPayload
from visits.collect.waiting import NotStored, SiteGone

log = structlog.get_logger(__name__)

Headers = Sequence[tuple[str, str]]

# A transparent GIF of one pixel, 43 bytes.
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAEALAAAAAABAAEAAAICTAEAOw==")
RETRY_AFTER_SECONDS = 5
CORS: Headers = (("Access-Control-Allow-Origin", "*"),)
# Scripts of other origins may read these as well: why a hit was not counted, and when to come again.
READABLE: Headers = (*CORS, ("Access-Control-Expose-Headers", "Refusal, Retry-After"))
JSON_HEADER = ("Content-Type", "application/json")


class Answer(NamedTuple):
    status: int
    headers: Headers = CORS
    body: bytes = b""


COUNTED = Answer(204)
PREFLIGHT = Answer(
    204,
    (
        *CORS,
        ("Access-Control-Allow-Methods", "GET, POST"),
        ("Access-Control-Allow-Headers", "Content-Type"),
        ("Access-Control-Max-Age", "86400"),
    ),
)
TOO_MANY = "Too many requests. Send fewer, or later."


def answer_of(verdict: Verdict) -> Answer:
    """Return the answer to an outcome that is stored."""
    if verdict is None:
        return COUNTED
    return Answer(204, (*READABLE, ("Refusal", verdict.value)))


def answer_to_error(error: Exception) -> Answer:
    """Return the answer to what went wrong with a request; what is unforeseen is logged."""
    if isinstance(error, UnknownSite | SiteGone):
        return answer_with(404, {"site": ["There is no site with this key."]})
    if isinstance(error, InvalidPayload):
        return answer_with(400, error.errors)
    if isinstance(error, NotStored | Error):
        log.error("hit_not_stored", error=type(error).__name__)
        sentence = "The hit could not be stored. Send it again later."
        return _retry(answer_with(503, {"server": [sentence]}), RETRY_AFTER_SECONDS)
    # Whatever it is, it must not stop the next hit.
    log.error("unhandled_error_in_collector", exc_info=error)
    return Answer(500)


def answer_with(status: int, errors: Errors) -> Answer:
    """Return an answer whose body says what is wrong: sentences by field."""
    return Answer(
        status,
        (*READABLE, JSON_HEADER),
        json.dumps({"errors": errors}, ensure_ascii=False).encode(),
    )


def too_large() -> Answer:
    sentence = f"The body may have {BODY_MAX_BYTES} bytes at most."
    return _closing(answer_with(413, {"body": [sentence]}))


def too_slow() -> Answer:
    return _closing(answer_with(408, {"body": ["The body did not arrive in time."]}))


def too_many(wait: float) -> Answer:
    """Return the answer to a flood; `wait` is in seconds."""
    return _retry(answer_with(429, {"limit": [TOO_MANY]}), math.ceil(wait))


def method_not_allowed(methods: Sequence[str]) -> Answer:
    """Return the answer to a method that is none of those which an address takes."""
    allowed = ", ".join(methods)
    answer = answer_with(405, {"method": [f"This address takes {allowed}."]})
    return answer._replace(headers=(*answer.headers, ("Allow", allowed)))


def as_picture(answer: Answer) -> Answer:
    """Return the answer with a picture for its body: somebody may be looking at it."""
    headers = [header for header in answer.headers if header[0] != "Content-Type"]
    headers += [("Content-Type", "image/gif"), ("Cache-Control", "no-store")]
    return Answer(200 if answer.status == 204 else answer.status, headers, PIXEL)


def _retry(answer: Answer, seconds: int) -> Answer:
    return answer._replace(headers=(*answer.headers, ("Retry-After", str(seconds))))


def _closing(answer: Answer) -> Answer:
    """Return an answer after which the rest of the request is not read."""
    return answer._replace(headers=(*answer.headers, ("Connection", "close")))
