"""The doors of collection as Django views: for runserver, WSGI hosts and tests."""

from __future__ import annotations

import gzip
import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.language import for_programs
from visits.collect import answers, doors
from visits.collect.answers import Answer
from visits.collect.doors import Answered, Arrival, Door, Request
from visits.collect.flood import address_wait
from visits.collect.known_sites import known_sites, read_known
from visits.collect.outcome import Refused
from visits.collect.payload import BODY_MAX_BYTES
from visits.collect.writer import writer

TRACKER_FILE = Path(__file__).parent.parent / "tracker" / "tracker.min.js"
TRACKER_MAX_AGE_SECONDS = 3600
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


@for_programs
@login_not_required
@csrf_exempt
def collect_beacon(request: HttpRequest) -> HttpResponse:
    return _to_response(answer(doors.beacon(), _to_arrival(request)))


@for_programs
@login_not_required
@csrf_exempt
def collect_pixel(request: HttpRequest, key: str) -> HttpResponse:
    return _to_response(answer(doors.pixel(key), _to_arrival(request)))


@for_programs
@login_not_required
@csrf_exempt
def collect_visit(request: HttpRequest, site_id: int) -> HttpResponse:
    return _to_response(answer(doors.site_visit(site_id), _to_arrival(request)))


@cache
def _tracker() -> bytes:
    return TRACKER_FILE.read_bytes()


@cache
def _packed_tracker() -> bytes:
    # Packed once and for the last byte, which Django's middleware would do with each request.
    return gzip.compress(_tracker(), mtime=0)


def _tracker_etag(request: HttpRequest) -> str:
    # Weak, because packed or not it is the same script.
    return f'W/"{blake2b(_tracker(), digest_size=8).hexdigest()}"'


@for_programs
@login_not_required
@require_safe
@cache_control(public=True, max_age=TRACKER_MAX_AGE_SECONDS)
@vary_on_headers("Accept-Encoding")
@condition(etag_func=_tracker_etag)
def tracker_script(request: HttpRequest) -> HttpResponse:
    """Serve the tracker, one static file without any option of a site in it."""
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    script = _tracker()
    if TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
        script, headers["Content-Encoding"] = _packed_tracker(), "gzip"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


def answer(door: Door, arrival: Arrival) -> Answer:
    """Return the answer to a request, in a thread that may wait for the database."""
    address = doors.address_of(arrival)
    wait = address_wait(address)
    request = doors.understand(door, arrival)
    if isinstance(request, Answer):
        return door.dress(answers.too_many(wait) if wait else request)
    try:
        return door.dress(_answer_request(request, arrival, address, wait))
    except Exception as error:  # noqa: BLE001 - whatever it is, the sender gets an answer
        return door.dress(answers.answer_to_error(error))


def _answer_request(request: Request, arrival: Arrival, address: str, wait: float) -> Answer:
    if wait and not known_sites.has(request.lookup):
        return answers.too_many(wait)
    known, day = read_known(request.lookup, arrival.received_at)
    judged = doors.judge(request, arrival, address, wait, known, day)
    if isinstance(judged, Answered):
        writer.note(judged.refused)
        return judged.answer
    verdict = writer.write_blocking(judged)
    if verdict is not None and not isinstance(judged, Refused):
        late = doors.sample_of(verdict, request, arrival, address, known, day)
        if late is not None:
            writer.note(late)
    return answers.answer_of(verdict)


def _to_arrival(request: HttpRequest) -> Arrival:
    # One byte more than allowed is enough to know that there is too much.
    body = request.read(BODY_MAX_BYTES + 1) if request.method == "POST" else b""
    return Arrival(
        method=request.method or "",
        query=request.META.get("QUERY_STRING", ""),
        headers=doors.read_headers(request.headers),
        body=body,
        peer=request.META.get("REMOTE_ADDR", ""),
        received_at=doors.now(),
    )


def _to_response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    # Django names a content type by itself; an empty answer has none.
    del response["Content-Type"]
    for name, value in answer.headers:
        response[name] = value
    return response
