"""The doors of collection, asked through Django and through the bare ASGI application alike."""

from __future__ import annotations

import tracemalloc
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from sites.models import Site
from visits.collect import doors
from visits.collect.known_sites import known_sites
from visits.collect.payload import BODY_MAX_BYTES
from visits.collect.site_day import site_days
from visits.collect.waiting import NotStored
from visits.collect.writer import writer
from visits.models import Hit, HitKind, Visit
from visits.tests.collect.conftest import Ask, make_beacon

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
CURL = "curl/8.5.0"
FORM = "application/x-www-form-urlencoded"


# The native beacon


def test_beacon_counts_a_pageview(ask: Ask, site: Site) -> None:
    reply = ask("POST", "/t", make_beacon(site, referrer="https://www.google.com/"))

    assert (reply.status, reply.body) == (204, b"")
    assert "refusal" not in reply.headers
    hit = Hit.objects.select_related("page", "client", "visit__source").get()
    assert (hit.kind, hit.page.path, hit.client.browser) == (
        HitKind.PAGEVIEW,
        "/pricing",
        "Firefox",
    )
    assert hit.visit.source.name == "Google"


def test_beacon_counts_an_event(ask: Ask, site: Site) -> None:
    reply = ask("POST", "/t", make_beacon(site, name="Signup", props={"plan": "pro"}))

    assert reply.status == 204
    assert Hit.objects.select_related("event_name").get().event_name.name == "Signup"


def test_any_page_may_send_a_beacon_without_credentials(ask: Ask, site: Site) -> None:
    reply = ask("POST", "/t", make_beacon(site), origin="https://example.com")

    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    assert "set-cookie" not in reply.headers


def test_preflight_is_answered(ask: Ask) -> None:
    reply = ask("OPTIONS", "/t", access_control_request_method="POST")

    assert reply.status == 204
    assert reply.headers["access-control-allow-headers"] == "Content-Type"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT"),
        ("fr;q=0.5", "fr"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("", ""),
        ("*", ""),
        ("javascript:alert(1)", ""),
        ("http://evil.example/", ""),
        ("a" * 60_000, ""),
    ],
)
def test_language_is_the_first_that_the_browser_asks_for(
    ask: Ask, site: Site, accepted: str, language: str
) -> None:
    ask("POST", "/t", make_beacon(site), accept_language=accepted)

    assert Visit.objects.select_related("language").get().language.code == language


def test_hit_with_the_largest_values_is_stored(ask: Ask, site: Site) -> None:
    """PostgreSQL takes neither a number that its column does not hold nor a key of 2,700 bytes."""
    # Random, because PostgreSQL compresses what repeats; four bytes for each character.
    random = Random(1)
    text = "".join(chr(random.randrange(0x20000, 0x2A6D0)) for _ in range(500))
    utm = "&".join(f"utm_{name}={text}" for name in ("source", "medium", "campaign", "content"))
    beacon = make_beacon(
        site,
        url=f"https://{'a.' * 115}{site.domain}/{text}?{utm}",
        referrer=f"https://{text[:250]}.example/{text}",
        name=text[:100],
        props={text[:100]: text},
        engaged=1e300,
        scroll=1e300,
    )

    assert ask("POST", "/t", beacon).status == 204
    assert Hit.objects.count() == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(ask: Ask, method: str) -> None:
    reply = ask(method, "/t")

    assert (reply.status, reply.headers["allow"]) == (405, "POST, OPTIONS")


def test_unknown_site_is_not_found(ask: Ask, db: None) -> None:
    reply = ask("POST", "/t", '{"site": "nosuchsite", "url": "https://example.com/"}')

    assert reply.status == 404
    assert list(reply.errors()) == ["site"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\x00",
        b"\xff\xfe\xfd",
        b"[]",
        b'{"site": "\\u0000"}',
        b'{"site": {"a": 1}, "url": 5}',
        b'{"url": "https://example.com/"}',
        b"[" * 50_000,
        b'{"scroll": 1e400, "engaged": -1e400}',
        b"1" * 50_000,
    ],
)
def test_bad_body_gets_sentences_and_the_next_hit_is_counted(
    ask: Ask, site: Site, body: bytes
) -> None:
    reply = ask("POST", "/t", body)

    assert reply.status == 400
    assert all(sentence for sentences in reply.errors().values() for sentence in sentences)
    assert ask("POST", "/t", make_beacon(site)).status == 204
    assert Hit.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://[half/",
        "ftp://example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
    ],
)
def test_bad_url_gets_a_sentence(ask: Ask, site: Site, url: str) -> None:
    reply = ask("POST", "/t", make_beacon(site, url=url))

    assert reply.status == 400
    assert list(reply.errors()) == ["url"]


@pytest.mark.parametrize("field", ["url", "referrer", "name", "title", "screen"])
@pytest.mark.parametrize("junk", ["a\x00b", "\ud800", "‮", "💩" * 2000, "%00%ff%ed%a0%80", "\r\n"])
def test_junk_never_makes_an_error_of_ours(ask: Ask, site: Site, field: str, junk: str) -> None:
    value = f"https://{site.domain}/{junk}" if field == "url" else junk

    assert ask("POST", "/t", make_beacon(site, **{field: value})).status in (204, 400)

    assert ask("POST", "/t", make_beacon(site)).status == 204


def test_body_that_is_too_large_is_refused(ask: Ask, site: Site) -> None:
    reply = ask("POST", "/t", make_beacon(site, title="x" * 100_000))

    assert reply.status == 413
    assert list(reply.errors()) == ["body"]
    assert not Hit.objects.exists()


def test_body_at_the_limit_is_counted(ask: Ask, site: Site) -> None:
    body = make_beacon(site, title="")
    body = make_beacon(site, title="x" * (BODY_MAX_BYTES - len(body)))

    assert ask("POST", "/t", body).status == 204


def test_hit_that_cannot_be_stored_is_not_acknowledged(
    ask: Ask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(outcome: Any) -> None:
        raise NotStored

    monkeypatch.setattr(writer, "write_blocking", fail)

    reply = ask("POST", "/t", make_beacon(site))

    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0


# The pixel


def test_pixel_counts_the_page_that_shows_it(ask: Ask, site: Site) -> None:
    reply = ask("GET", f"/t/{site.key}.gif", referer="https://example.com/page")

    assert (reply.status, reply.headers["content-type"]) == (200, "image/gif")
    assert reply.headers["cache-control"] == "no-store"
    assert len(reply.body) == 43
    assert Hit.objects.select_related("page").get().page.path == "/page"


def test_pixel_takes_url_and_event_from_its_query(ask: Ask, site: Site) -> None:
    query = urlencode({"url": "https://example.com/mail", "event": "Mail opened"})

    ask("GET", f"/t/{site.key}.gif?{query}")

    hit = Hit.objects.select_related("page", "event_name").get()
    assert (hit.page.path, hit.event_name.name) == ("/mail", "Mail opened")


@pytest.mark.parametrize(
    ("key", "query", "status"), [(None, "", 400), ("nosuchsite", "url=/", 404)]
)
def test_pixel_is_a_picture_even_when_wrong(
    ask: Ask, site: Site, key: str | None, query: str, status: int
) -> None:
    reply = ask("GET", f"/t/{key or site.key}.gif?{query}")

    assert (reply.status, reply.headers["content-type"]) == (status, "image/gif")
    assert reply.body.startswith(b"GIF89a")


# The series' own door


def test_curl_counts_one_event_as_in_the_series(ask: Ask, site: Site) -> None:
    reply = ask(
        "POST",
        f"/sites/{site.pk}/visit",
        "event=BashVisit&url=/",
        content_type=FORM,
        user_agent=CURL,
    )

    assert (reply.status, reply.body) == (204, b"")
    hit = Hit.objects.select_related("page", "event_name").get()
    assert (hit.event_name.name, hit.page.hostname, hit.page.path) == (
        "BashVisit",
        site.domain,
        "/",
    )
    assert Visit.objects.get().events == 1


def test_event_may_stand_in_the_query(ask: Ask, site: Site) -> None:
    reply = ask("GET", f"/sites/{site.pk}/visit?event=Opened&url=/page")

    assert reply.status == 204
    assert Hit.objects.select_related("event_name").get().event_name.name == "Opened"


def test_page_is_taken_from_the_referer_without_a_url(ask: Ask, site: Site) -> None:
    ask("GET", f"/sites/{site.pk}/visit?event=Opened", referer="https://example.com/from")

    assert Hit.objects.select_related("page").get().page.path == "/from"


def test_crawler_is_refused_at_the_series_door(ask: Ask, site: Site) -> None:
    reply = ask("GET", f"/sites/{site.pk}/visit?event=Opened&url=/", user_agent=GOOGLEBOT)

    assert (reply.status, reply.headers["refusal"]) == (204, "bot")


def test_series_door_without_a_url_gets_a_sentence(ask: Ask, site: Site) -> None:
    reply = ask("POST", f"/sites/{site.pk}/visit", "event=X", content_type=FORM)

    assert reply.status == 400
    assert list(reply.errors()) == ["url"]


@pytest.mark.parametrize("site_id", [0, 999_999, 10**17])
def test_unknown_site_id_is_not_found(ask: Ask, site: Site, site_id: int) -> None:
    assert ask("GET", f"/sites/{site_id}/visit?event=X&url=/").status == 404


def test_form_with_too_many_fields_gets_a_sentence(ask: Ask, site: Site) -> None:
    body = "&".join(f"a{number}=1" for number in range(5000))

    reply = ask("POST", f"/sites/{site.pk}/visit", body, content_type=FORM)

    assert reply.status == 400


# What is kept of a visitor


def test_forwarded_address_is_believed_only_from_a_trusted_proxy(
    ask: Ask, site: Site, settings: Any
) -> None:
    for address in ("203.0.113.1", "203.0.113.2"):
        ask("POST", "/t", make_beacon(site), x_forwarded_for=address)

    assert Visit.objects.count() == 1

    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    for address in ("203.0.113.1", "203.0.113.2"):
        ask("POST", "/t", make_beacon(site), x_forwarded_for=address)

    assert Visit.objects.count() == 3


def test_tracker_is_served_for_all_origins(client: Client) -> None:
    response = client.get("/t.js")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=3600" in response["Cache-Control"]
    assert client.get("/t.js", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("fields", [{}, {"url": "ftp://example.com/"}], ids=["good", "bad"])
def test_long_headers_do_not_fill_the_memory(site: Site, fields: dict[str, str]) -> None:
    known = known_sites.read(site.key)
    day = site_days.read(site.time_zone, 1_780_000_000)
    body = make_beacon(site, **fields).encode()
    tracemalloc.start()

    for number in range(50):
        long = f"{number} " + "x" * 30_000
        headers = [(name, long) for name in ("user-agent", "accept-language", "x-forwarded-for")]
        arrival = doors.Arrival("POST", "", headers, body, "192.0.2.1", 1_780_000_000)
        address = doors.address_of(arrival)
        request = doors.understand(doors.beacon(), arrival)
        assert isinstance(request, doors.Request)
        doors.judge(request, arrival, address, 0.0, known, day)

    held_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held_bytes < 1_000_000
