"""Refusals are added up by site, hour and reason."""

from __future__ import annotations

from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.outcome import Refused
from visits.models import Refusal, RefusalReason

HOUR = 1_780_002_000 - 1_780_002_000 % 3600


def test_refusals_of_an_hour_and_reason_share_a_row(site: Site) -> None:
    bot, spam = RefusalReason.BOT, RefusalReason.SPAM
    write_batch([Refused(site.pk, bot, HOUR), Refused(site.pk, bot, HOUR + 3599)])
    write_batch([Refused(site.pk, bot, HOUR + 1), Refused(site.pk, spam, HOUR)])
    write_batch([Refused(site.pk, bot, HOUR + 3600)])

    rows = Refusal.objects.order_by("hour_at", "reason")
    counted = [(row.hour_at.timestamp(), row.reason, row.count) for row in rows]
    assert counted == [(HOUR, "bot", 3), (HOUR, "spam", 1), (HOUR + 3600, "bot", 1)]
