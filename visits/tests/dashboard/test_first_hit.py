"""The panel that waits for the first hit of a site."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from sites.models import Site
from visits.dashboard.first_hit import recent_refusal
from visits.dashboard.refusals.words import words_of
from visits.models import Refusal, RefusalReason, RefusalSample
from visits.tests.factory import Place, make_visit


def test_panel_waits_and_then_tells_the_hit(signed_in: Client, site: Site) -> None:
    url = reverse("site_first_hit", args=[site.pk])
    waiting = signed_in.get(url, headers={"hx-request": "true"}).content.decode()

    make_visit(site, started_at=timezone.now(), pageviews=["/welcome"])

    arrived = signed_in.get(url, headers={"hx-request": "true"}).content.decode()
    assert "Waiting for your first hit" in waiting
    assert "read /welcome" in arrived
    assert "<html" not in arrived


def test_panel_names_the_newest_refusal(signed_in: Client, site: Site) -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    Refusal.objects.create(site=site, hour_at=hour, reason=RefusalReason.HOSTNAME, count=2)

    page = signed_in.get(reverse("site_first_hit", args=[site.pk])).content.decode()

    assert "Page of another host name" in page
    assert "Refused 2 times" in page
    assert "The page lies on a host that is not allowed or excluded" in page
    assert f"{reverse('site_exclusions', args=[site.pk])}#counting" in page
    assert reverse("site_refusals", args=[site.pk]) in page


def test_panel_says_at_what_time_the_first_was_refused(site: Site) -> None:
    # Berlin is two hours ahead.
    hour = dt.datetime(2026, 5, 4, 20, 0, tzinfo=dt.UTC)
    now, reason = hour + dt.timedelta(minutes=55), RefusalReason.HOSTNAME
    Refusal.objects.create(site=site, hour_at=hour, reason=reason, count=2)
    by_the_hour = recent_refusal(site, now)
    for minutes, other in ((54, reason), (55, reason), (2, RefusalReason.BOT), (-9, reason)):
        at = hour + dt.timedelta(minutes=minutes)
        RefusalSample.objects.create(site=site, at=at, reason=other)

    by_example = recent_refusal(site, now)

    assert by_the_hour
    assert by_the_hour.since == "22:00"
    assert by_example
    assert (by_example.count, by_example.since) == (2, "22:54")


@pytest.mark.parametrize("reason", RefusalReason)
def test_panel_has_words_for_every_refusal(
    signed_in: Client, site: Site, reason: RefusalReason
) -> None:
    Refusal.objects.create(site=site, hour_at=timezone.now(), reason=reason, count=1)

    page = signed_in.get(reverse("site_first_hit", args=[site.pk])).content.decode()

    assert escape(str(words_of(reason, site).meaning)) in page


def test_panel_is_a_page_without_javascript(signed_in: Client, site: Site) -> None:
    assert b"<html" in signed_in.get(reverse("site_first_hit", args=[site.pk])).content


@pytest.mark.parametrize(
    ("reason", "next_step"),
    [
        (RefusalReason.BOT, "Open a page of your site in a browser of your own."),
        (RefusalReason.LOCALHOST, "Then open a page of your site again."),
        (RefusalReason.SPAM, "Open a page of your site as a visitor would."),
    ],
)
def test_panel_says_what_to_do_about_a_refusal(
    signed_in: Client, site: Site, reason: RefusalReason, next_step: str
) -> None:
    Refusal.objects.create(site=site, hour_at=timezone.now(), reason=reason, count=1)

    page = signed_in.get(reverse("site_first_hit", args=[site.pk])).content.decode()

    assert next_step in page


def test_country_of_the_first_hit_is_named(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), place=Place("FR", "", ""))

    page = signed_in.get(reverse("site_first_hit", args=[site.pk])).content.decode()

    assert "A visitor from France read / with Firefox" in page
