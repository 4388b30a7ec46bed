"""Why was my hit not counted? What the page counts, lists and explains."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.refusals.views import (
    SAMPLES_PER_PAGE,
    Counts,
    accepted_counts,
    bot_rows,
    reason_rows,
)
from visits.dashboard.refusals.words import REFUSAL_WORDS
from visits.models import BotCount, Refusal, RefusalReason, RefusalSample
from visits.tests.factory import make_hit, make_visit

# Half past one at night in Berlin, where the site is.
NOW = dt.datetime(2026, 5, 4, 23, 30, tzinfo=dt.UTC)


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def url(site: Site, query: str = "") -> str:
    return reverse("site_refusals", args=[site.pk]) + query


def make_refusal(
    site: Site, reason: RefusalReason = RefusalReason.BOT, *, at: dt.datetime, count: int = 1
) -> Refusal:
    hour_at = at.replace(minute=0, second=0, microsecond=0)
    return Refusal.objects.create(site=site, hour_at=hour_at, reason=reason, count=count)


def make_sample(site: Site, *, at: dt.datetime | None = None, **fields: str) -> RefusalSample:
    return RefusalSample.objects.create(
        site=site, at=at or timezone.now(), **{"reason": RefusalReason.BOT, **fields}
    )


# Counting


def test_hits_of_24_hours_and_of_30_days_are_counted(site: Site) -> None:
    make_visit(site, started_at=NOW - dt.timedelta(minutes=5), pageviews=["/", "/a"])
    make_visit(site, started_at=NOW - dt.timedelta(hours=24), pageviews=["/"])
    make_visit(site, started_at=NOW - dt.timedelta(hours=25), pageviews=["/"])
    make_visit(site, started_at=NOW - dt.timedelta(days=29), pageviews=["/"])
    make_visit(site, started_at=NOW - dt.timedelta(days=31), pageviews=["/"])

    assert accepted_counts(site, NOW) == Counts(day=3, month=5)


def test_hit_of_a_visit_from_before_midnight_is_counted(site: Site) -> None:
    started_at = NOW - dt.timedelta(hours=24, minutes=40)
    visit = make_visit(site, started_at=started_at, pageviews=[], day=dt.date(2026, 5, 4))
    make_hit(visit, at=NOW - dt.timedelta(hours=24))

    assert accepted_counts(site, NOW).day == 1


def test_refusals_are_counted_by_reason_the_most_frequent_first(site: Site) -> None:
    make_refusal(site, RefusalReason.SPAM, at=NOW, count=2)
    make_refusal(site, RefusalReason.BOT, at=NOW - dt.timedelta(hours=24), count=3)
    make_refusal(site, RefusalReason.BOT, at=NOW - dt.timedelta(hours=25), count=40)
    make_refusal(site, RefusalReason.PAGE, at=NOW - dt.timedelta(days=20), count=5)
    make_refusal(site, RefusalReason.PAGE, at=NOW - dt.timedelta(days=31), count=600)

    rows = [(row.reason, row.counts) for row in reason_rows(site, NOW)]

    assert rows == [
        ("bot", Counts(day=3, month=43)),
        ("page", Counts(day=0, month=5)),
        ("spam", Counts(day=2, month=2)),
    ]


def test_other_sites_count_for_themselves(site: Site, owner: User) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    make_refusal(other, at=NOW)
    make_visit(other, started_at=NOW)
    BotCount.objects.create(site=other, day=NOW.date(), name="Bot", count=1)

    assert accepted_counts(site, NOW) == Counts(0, 0)
    assert reason_rows(site, NOW) == []
    assert bot_rows(site, NOW) == []


def test_bots_are_added_up_over_30_days(site: Site) -> None:
    today = site.day_of(NOW)
    for days, name, count in [(0, "A", 1), (29, "A", 2), (30, "A", 50), (3, "B", 9)]:
        day = today - dt.timedelta(days=days)
        BotCount.objects.create(site=site, day=day, name=name, count=count)

    assert [(row.name, row.count) for row in bot_rows(site, NOW)] == [("B", 9), ("A", 3)]


# Explaining


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_says_what_it_means(
    signed_in: Client, site: Site, reason: RefusalReason
) -> None:
    make_refusal(site, reason, at=timezone.now())

    page = signed_in.get(url(site)).content.decode()

    words = REFUSAL_WORDS[reason]
    assert reason.label.split("'")[0] in page
    assert str(words.meaning) in page
    assert bool(words.advice) is bool(words.section)
    if words.section:
        assert f'{reverse("site_exclusions", args=[site.pk])}#{words.section}"' in page


def test_every_advice_leads_to_a_section_that_is_there(signed_in: Client, site: Site) -> None:
    page = signed_in.get(reverse("site_exclusions", args=[site.pk])).content.decode()

    for words in REFUSAL_WORDS.values():
        assert not words.section or f'id="{words.section}"' in page


def test_page_shows_what_was_counted_and_refused(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/a"])
    make_refusal(site, at=timezone.now(), count=1_234)

    response = signed_in.get(url(site))

    assert response.context["accepted"] == Counts(2, 2)
    assert response.context["refused"] == Counts(1_234, 1_234)
    assert "1,234" in response.content.decode()


def test_site_that_nothing_arrived_for_leads_to_its_snippet(signed_in: Client, site: Site) -> None:
    page = signed_in.get(url(site)).content.decode()

    assert "Nothing has arrived in the last 30 days" in page
    assert reverse("site_install", args=[site.pk]) in page


def test_site_without_refusals_says_so(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now())

    assert "Nothing was refused in the last 24 hours" in signed_in.get(url(site)).content.decode()


def test_bots_are_listed_only_where_they_are_counted_apart(signed_in: Client, site: Site) -> None:
    make_refusal(site, at=timezone.now())
    BotCount.objects.create(site=site, day=site.day_of(timezone.now()), name="Examplebot", count=7)

    before = signed_in.get(url(site)).content.decode()
    Site.objects.update(counts_bots=True)
    after = signed_in.get(url(site)).content.decode()

    assert "Examplebot" not in before
    assert "Count bots apart" in before
    assert "Examplebot" in after
    assert "Count bots apart" not in after


# Samples


def test_samples_of_the_last_day_are_listed_newest_first(signed_in: Client, site: Site) -> None:
    now = timezone.now()
    make_refusal(site, at=now)
    make_sample(site, at=now - dt.timedelta(hours=25), path="/old")
    make_sample(site, at=now - dt.timedelta(hours=2), path="/before", hostname=site.domain)
    make_sample(site, path="/now", hostname="evil.net", agent="Firefox", network="203.0.113.0/24")

    rows = signed_in.get(url(site)).context["samples"]

    assert [row.page for row in rows] == ["evil.net/now", "/before"]
    assert (rows[0].sender, rows[0].reason) == ("Firefox · 203.0.113.0/24", "Bot or crawler")


def test_sample_without_anything_is_still_a_row(signed_in: Client, site: Site) -> None:
    make_refusal(site, RefusalReason.INVALID, at=timezone.now())
    make_sample(site, reason=RefusalReason.INVALID)

    response = signed_in.get(url(site))

    assert response.context["samples"][0].page == "No page"
    assert "Unknown sender" in response.content.decode()


def test_samples_are_chosen_by_reason(signed_in: Client, site: Site) -> None:
    make_refusal(site, at=timezone.now())
    make_sample(site, path="/bot")
    make_sample(site, path="/spam", reason=RefusalReason.SPAM)

    response = signed_in.get(url(site, "?reason=spam"))

    assert [row.page for row in response.context["samples"]] == ["/spam"]
    assert "Latest refused: Referrer spam" in response.content.decode()


def test_reason_without_samples_leads_to_none(signed_in: Client, site: Site) -> None:
    make_refusal(site, RefusalReason.REPEAT, at=timezone.now(), count=3)
    make_refusal(site, RefusalReason.BOT, at=timezone.now())
    make_sample(site, reason=RefusalReason.BOT)

    page = signed_in.get(url(site)).content.decode()

    assert "?reason=bot#samples" in page
    assert "?reason=repeat" not in page
    assert ">3</td>" in page


def test_refused_without_samples_is_not_called_nothing(signed_in: Client, site: Site) -> None:
    make_refusal(site, RefusalReason.REPEAT, at=timezone.now())

    page = signed_in.get(url(site, "?reason=repeat")).content.decode()

    assert "No examples are kept" in page
    assert "Nothing was refused" not in page


def test_samples_have_pages_that_keep_the_reason(signed_in: Client, site: Site) -> None:
    make_refusal(site, at=timezone.now())
    for _ in range(SAMPLES_PER_PAGE + 1):
        make_sample(site)

    first = signed_in.get(url(site, "?reason=bot"))
    second = signed_in.get(url(site, "?reason=bot&page=2"))

    assert len(first.context["samples"]) == SAMPLES_PER_PAGE
    assert "?reason=bot&amp;page=2#samples" in first.content.decode()
    assert len(second.context["samples"]) == 1
    assert len(signed_in.get(url(site, "?page=99")).context["samples"]) == 1


@pytest.mark.parametrize(
    "query", ["?reason=money", "?reason=%00", "?page=0", "?page=x", "?page=-1", "?page=" + "9" * 99]
)
def test_wrong_choice_gets_a_sentence_and_the_whole_list(
    signed_in: Client, site: Site, query: str
) -> None:
    make_refusal(site, at=timezone.now())
    make_sample(site)

    response = signed_in.get(url(site, query))

    assert response.status_code == 400
    assert "There is no such reason or page." in response.content.decode()
    assert len(response.context["samples"]) == 1


def test_text_of_strangers_is_escaped_and_runs_in_its_direction(
    signed_in: Client, site: Site
) -> None:
    evil = "<script>alert(1)</script>\u202egnp"
    make_refusal(site, at=timezone.now())
    make_sample(site, path=f"/{evil}", hostname="evil.net", referrer=evil, agent=evil)

    page = signed_in.get(url(site)).content.decode()

    assert "<script>alert(1)" not in page
    assert page.count("&lt;script&gt;alert(1)") == 3
    assert "\u202e" not in page


# What it costs, and who may see it


def test_page_takes_the_same_queries_however_much_was_refused(
    signed_in: Client, site: Site, django_assert_num_queries: Any
) -> None:
    Site.objects.update(counts_bots=True)
    now = timezone.now()
    make_visit(site, started_at=now)
    for reason in RefusalReason:
        make_refusal(site, reason, at=now)
        make_sample(site, reason=reason)
        BotCount.objects.create(site=site, day=site.day_of(now), name=reason, count=1)

    # Session, user, site; hits of the day and the month; reasons; samples counted and read; bots.
    with django_assert_num_queries(11):
        signed_in.get(url(site))


def test_other_pages_of_the_site_lead_here(signed_in: Client, site: Site) -> None:
    for name in ("site_settings", "site_exclusions", "site_report"):
        page = signed_in.get(reverse(name, args=[site.pk])).content.decode()
        assert url(site) in page


def test_stranger_gets_404(client: Client, site: Site, stranger: User) -> None:
    client.force_login(stranger)

    assert client.get(url(site)).status_code == 404


def test_anonymous_is_sent_to_sign_in(client: Client, site: Site) -> None:
    assert client.get(url(site))["Location"].startswith(reverse("account_login"))


def test_page_is_read_only(signed_in: Client, site: Site) -> None:
    assert signed_in.post(url(site)).status_code == 405
