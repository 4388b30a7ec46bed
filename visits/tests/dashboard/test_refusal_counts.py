"""The counts of refusals beside the rules."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Exclusion, Site
from visits.dashboard.refusal_counts import refusal_counts
from visits.models import Refusal, RefusalReason

# Noon in Berlin, on a Monday.
NOW = dt.datetime(2026, 5, 4, 10, 0, tzinfo=dt.UTC)


def refuse(site: Site, reason: RefusalReason, count: int, hour_at: dt.datetime = NOW) -> None:
    Refusal.objects.create(site=site, reason=reason, count=count, hour_at=hour_at)


def test_seven_days_of_the_site_are_counted_by_reason(site: Site) -> None:
    # Midnight in Berlin, six days before.
    start = dt.datetime(2026, 4, 27, 22, 0, tzinfo=dt.UTC)
    refuse(site, RefusalReason.BOT, 2)
    refuse(site, RefusalReason.BOT, 3, start)
    refuse(site, RefusalReason.BOT, 9, start - dt.timedelta(hours=1))
    refuse(site, RefusalReason.PAGE, 4)

    assert refusal_counts(site, NOW) == {"bot": 5, "page": 4}


def test_panel_of_a_kind_leads_to_what_it_refused(signed_in: Client, site: Site) -> None:
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/admin")
    refuse(site, RefusalReason.PAGE, 1_204, timezone.now())

    page = signed_in.get(reverse("site_exclusions", args=[site.pk])).content.decode()

    assert "1,204 refused in 7 days" in page
    assert f"{reverse('site_refusals', args=[site.pk])}?reason=page#samples" in page


def test_rule_that_refused_nothing_says_so(signed_in: Client, site: Site) -> None:
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/admin")

    page = signed_in.get(reverse("site_exclusions", args=[site.pk])).content.decode()

    assert page.count("None refused in 7 days") == 1


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
