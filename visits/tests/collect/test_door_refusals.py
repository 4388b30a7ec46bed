"""What the doors do not count: each request ends as one named refusal, or as an error, and is counted so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sites.models import Exclusion, Site
from visits.collect.known_sites import known_sites
from visits.collect.sample import SAMPLES_PER_HOUR, mask
from visits.models import BotCount, Hit, Refusal, RefusalReason, RefusalSample
from visits.tests.collect.conftest import Ask, make_beacon

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HEADLESS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/128.0.0.0 Safari/537.36"
)
CURL = "curl/8.5.0"
FORM = "application/x-www-form-urlencoded"


def set_up(site: Site, **fields: Any) -> None:
    """Change a site's settings, as its owner does; the collector looks again at once."""
    Site.objects.filter(pk=site.pk).update(**fields)
    known_sites.forget()


@pytest.mark.parametrize(
    ("fields", "headers", "reason"),
    [
        ({}, {"user_agent": GOOGLEBOT}, "bot"),
        ({}, {"user_agent": CURL}, "bot"),
        ({}, {"user_agent": ""}, "bot"),
        ({"url": "https://evil-example.com/"}, {}, "hostname"),
        ({"url": "https://example.com.evil.net/"}, {}, "hostname"),
        ({"referrer": "https://semalt.com/"}, {}, "spam"),
        ({}, {"sec_purpose": "prefetch;prerender"}, "prefetch"),
    ],
)
def test_refused_hit_is_named_and_counted_as_refused(
    ask: Ask, site: Site, fields: dict[str, str], headers: dict[str, str], reason: str
) -> None:
    reply = ask("POST", "/t", make_beacon(site, **fields), **headers)

    assert (reply.status, reply.headers["refusal"]) == (204, reason)
    assert not Hit.objects.exists()
    refusal = Refusal.objects.get()
    assert (refusal.reason, refusal.count) == (RefusalReason(reason), 1)
    assert refusal.hour_at.minute == refusal.hour_at.second == 0


def test_refusals_of_an_hour_are_added_up(ask: Ask, site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr("visits.collect.doors.time.time", lambda: 1_780_000_000)

    for _ in range(3):
        ask("POST", "/t", make_beacon(site), user_agent=GOOGLEBOT)

    assert Refusal.objects.get().count == 3


@pytest.mark.parametrize(
    "host", ["example.com", "www.example.com", "EXAMPLE.com.", "shop.example.com"]
)
def test_hosts_of_the_site_are_counted(ask: Ask, site: Site, host: str) -> None:
    reply = ask("POST", "/t", make_beacon(site, url=f"https://{host}:8443/"))

    assert "refusal" not in reply.headers
    assert Hit.objects.count() == 1


def test_sample_says_what_was_refused_and_not_who_sent_it(
    ask: Ask, site: Site, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]

    ask(
        "POST",
        "/t",
        make_beacon(site, url="https://evil.example/a?token=1", referrer="https://x.example/?q=me"),
        x_forwarded_for="203.0.113.77",
    )

    sample = RefusalSample.objects.get()
    assert (sample.reason, sample.hostname, sample.path) == ("hostname", "evil.example", "/a")
    assert sample.referrer == "https://x.example/"
    assert (sample.agent, sample.network) == ("Firefox 128 on Linux", "203.0.113.0/24")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"id": "a1"}, "repeat"), ({"name": "engagement", "engaged": 5000}, "no_view")],
)
def test_what_the_writer_refuses_is_shown_like_the_rest_and_counted_once(
    ask: Ask, site: Site, settings: Any, fields: dict[str, Any], reason: str
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    sent = make_beacon(site, url="/a?token=1", referrer="https://x.example/?q=me", **fields)

    for _ in range(2):
        ask("POST", "/t", sent, x_forwarded_for="203.0.113.77")

    refused = Refusal.objects.get()
    samples = RefusalSample.objects.filter(reason=reason)
    assert (refused.reason, refused.count) == (reason, samples.count())
    sample = samples[0]
    assert (sample.hostname, sample.path) == ("example.com", "/a")
    assert sample.referrer == "https://x.example/"
    assert (sample.agent, sample.network) == ("Firefox 128 on Linux", "203.0.113.0/24")


def test_few_samples_are_taken_of_many_repeats(ask: Ask, site: Site) -> None:
    for _ in range(SAMPLES_PER_HOUR * 3):
        ask("POST", "/t", make_beacon(site, id="a1"))

    assert RefusalSample.objects.count() <= 2 * SAMPLES_PER_HOUR
    assert sum(Refusal.objects.values_list("count", flat=True)) == SAMPLES_PER_HOUR * 3 - 1


def test_few_samples_are_taken_of_many_refusals(ask: Ask, site: Site) -> None:
    for _ in range(SAMPLES_PER_HOUR + 5):
        ask("POST", "/t", make_beacon(site), user_agent=GOOGLEBOT)

    assert RefusalSample.objects.count() <= 2 * SAMPLES_PER_HOUR
    assert sum(Refusal.objects.values_list("count", flat=True)) == SAMPLES_PER_HOUR + 5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", ""),
        ("junk", ""),
    ],
)
def test_address_is_masked(address: str, network: str) -> None:
    assert mask(address) == network


# What the owner decides


@pytest.mark.parametrize("header", ["dnt", "sec_gpc"])
def test_who_asks_not_to_be_counted_is_not_where_the_owner_respects_it(
    ask: Ask, site: Site, header: str
) -> None:
    before = ask("POST", "/t", make_beacon(site), **{header: "1"})
    set_up(site, respects_opt_out=True)

    after = ask("POST", "/t", make_beacon(site), **{header: "1"})
    other = ask("POST", "/t", make_beacon(site), **{header: "0"})

    assert (before.refusal, after.refusal, other.refusal) == (None, "opt_out", None)


@pytest.mark.parametrize(
    ("switch", "fields", "headers", "reason"),
    [
        ("counts_localhost", {"url": "http://localhost:3000/"}, {}, "localhost"),
        ("counts_headless", {}, {"user_agent": HEADLESS}, "headless"),
    ],
)
def test_what_only_developers_do_is_counted_when_the_owner_wants_it(
    ask: Ask, site: Site, switch: str, fields: dict[str, str], headers: dict[str, str], reason: str
) -> None:
    before = ask("POST", "/t", make_beacon(site, **fields), **headers)
    set_up(site, **{switch: True})

    after = ask("POST", "/t", make_beacon(site, **fields), **headers)

    assert (before.refusal, after.refusal) == (reason, None)


def test_bots_are_counted_apart_when_the_owner_wants_it(ask: Ask, site: Site) -> None:
    ask("POST", "/t", make_beacon(site), user_agent=GOOGLEBOT)
    set_up(site, counts_bots=True)

    for agent in (GOOGLEBOT, GOOGLEBOT, CURL):
        assert ask("POST", "/t", make_beacon(site), user_agent=agent).refusal == "bot"

    assert set(BotCount.objects.values_list("name", "count")) == {("Googlebot", 2), ("curl", 1)}
    assert BotCount.objects.all()[0].day == dt.datetime.now(site.zone).date()
    assert not Hit.objects.exists()


@pytest.mark.parametrize(
    ("kind", "pattern", "reason"),
    [
        (Exclusion.Kind.ADDRESS, "127.0.0.0/8", "address"),
        (Exclusion.Kind.HOSTNAME, "example.com", "hostname"),
        (Exclusion.Kind.PAGE, "/pri*", "page"),
        (Exclusion.Kind.AGENT, "firefox", "agent"),
    ],
)
def test_exclusion_is_a_reason_of_its_own(
    ask: Ask, site: Site, kind: str, pattern: str, reason: str
) -> None:
    Exclusion.objects.create(site=site, kind=kind, pattern=pattern)

    assert ask("POST", "/t", make_beacon(site)).refusal == reason


def test_excluded_country_is_refused(ask: Ask, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from visits.collect import pipeline
    from visits.collect.place import LocationKey

    monkeypatch.setattr(pipeline, "find_place", lambda address: LocationKey("AT"))
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.COUNTRY, pattern="AT")

    assert ask("POST", "/t", make_beacon(site)).refusal == "country"


# Errors are counted too


def counts() -> dict[str, int]:
    return dict(Refusal.objects.values_list("reason", "count"))


def test_what_cannot_be_understood_is_counted_where_the_site_is_known(ask: Ask, site: Site) -> None:
    many = "&".join(f"a{number}=1" for number in range(500))

    statuses = [
        ask("POST", "/t", make_beacon(site, url="ftp://example.com/")).status,
        ask("POST", "/t", make_beacon(site, props=[1])).status,
        ask("GET", f"/t/{site.key}.gif").status,
        ask("POST", f"/sites/{site.pk}/visit", many, content_type=FORM).status,
    ]

    assert statuses == [400] * 4
    assert counts() == {"invalid": 4}


def test_owner_sees_what_the_sender_was_told(ask: Ask, site: Site) -> None:
    ask("POST", "/t", make_beacon(site, url="ftp://example.com/"))
    ask("POST", "/t", make_beacon(site, revenue=5))

    first, second = RefusalSample.objects.order_by("pk")
    assert (first.reason, first.agent, first.network) == (
        "invalid",
        "Firefox 128 on Linux",
        "127.0.0.0/24",
    )
    assert first.note == "The URL must begin with http:// or https://, or be relative."
    assert second.note == "“revenue” must have an amount and a currency."


def test_flood_of_an_address_is_told_when_to_come_again(
    ask: Ask, site: Site, settings: Any
) -> None:
    settings.ADDRESS_LIMIT = 0.2  # a burst of two

    replies = [ask("POST", "/t", make_beacon(site)) for _ in range(4)]
    junk = ask("POST", "/t", "{")

    assert [reply.status for reply in replies] == [204, 204, 429, 429]
    assert 0 < int(replies[2].headers["retry-after"]) <= 5
    assert junk.status == 429
    assert counts() == {"limit": 2}
    assert Hit.objects.count() == 2


def test_flood_for_a_site_leaves_other_sites_alone(ask: Ask, site: Site, settings: Any) -> None:
    settings.SITE_LIMIT = 0.2
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")

    statuses = [ask("POST", "/t", make_beacon(site)).status for _ in range(3)]

    assert statuses == [204, 204, 429]
    assert ask("POST", "/t", make_beacon(other)).status == 204


def test_scripts_of_other_origins_can_read_why(ask: Ask, site: Site) -> None:
    refused = ask("POST", "/t", make_beacon(site), user_agent=GOOGLEBOT)

    assert "Refusal" in refused.headers["access-control-expose-headers"]
    assert RefusalReason(refused.refusal or "") is RefusalReason.BOT
