"""The counts of refusals beside the rules."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Exclusion, Site
from visits.dashboard.refusals.counts import refusal_counts
from visits.models import Refusal, RefusalReason

# Noon in Berlin, on a Monday.
NOW = dt.datetime(2026, 5, 4, 10, 0, tzinfo=dt.UTC)


def refuse(site: Site, reason: RefusalReason, count: int, hour_at: dt.datetime = NOW) -> None:
    Refusal.objects.create(site=site, reason=reason, count=count, hour_at=hour_at)


def test_thirty_days_of_the_site_are_counted_by_reason(site: Site) -> None:
    # Midnight in Berlin, twenty-nine days before.
    start = dt.datetime(2026, 4, 4, 22, 0, tzinfo=dt.UTC)
    refuse(site, RefusalReason.BOT, 2)
    refuse(site, RefusalReason.BOT, 3, start)
    refuse(site, RefusalReason.BOT, 9, start - dt.timedelta(hours=1))
    refuse(site, RefusalReason.PAGE, 4)

    assert refusal_counts(site, NOW) == {"bot": 5, "page": 4}


def test_panel_of_a_kind_leads_to_what_it_refused(signed_in: Client, site: Site) -> None:
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/admin")
    refuse(site, RefusalReason.PAGE, 1_204, timezone.now())

    page = signed_in.get(reverse("site_exclusions", args=[site.pk])).content.decode()

    assert "1,204 refused in 30 days" in page
    assert f"{reverse('site_refusals', args=[site.pk])}?reason=page#samples" in page


def test_page_behind_a_count_has_the_same_count_and_says_how_long_examples_are_kept(
    signed_in: Client, site: Site
) -> None:
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/admin")
    refuse(site, RefusalReason.PAGE, 4, timezone.now() - dt.timedelta(days=3))
    exclusions = signed_in.get(reverse("site_exclusions", args=[site.pk]))
    [refused] = [each for _, each in exclusions.context["counted_panels"] if each.count]

    refusals = signed_in.get(refused.url.partition("#")[0])

    assert [row.counts.month for row in refusals.context["reasons"]] == [refused.count] == [4]
    page = refusals.content.decode()
    assert "No examples are kept" in page
    assert "kept for 24 hours; the counts above go back 30 days" in page


def test_rule_that_refused_nothing_says_so(signed_in: Client, site: Site) -> None:
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/admin")

    page = signed_in.get(reverse("site_exclusions", args=[site.pk])).content.decode()

    assert page.count("None refused in 30 days") == 1


def test_switches_say_what_they_refused(signed_in: Client, site: Site) -> None:
    for reason in (RefusalReason.BOT, RefusalReason.LOCALHOST, RefusalReason.SPAM):
        refuse(site, reason, 3, timezone.now())

    refused = signed_in.get(reverse("site_exclusions", args=[site.pk])).context[
        "refused_in_counting"
    ]

    assert [(each.label, each.count) for each in refused] == [
        (RefusalReason.BOT.label, 3),
        (RefusalReason.LOCALHOST.label, 3),
    ]
