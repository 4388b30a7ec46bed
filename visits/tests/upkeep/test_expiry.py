"""What is needed for a day or two is removed after it, and not earlier."""

from __future__ import annotations

import datetime as dt

import pytest

from sites.models import Site
from visits.models import DimensionQuota, MessageId, RefusalReason, RefusalSample
from visits.upkeep.expiry import remove_message_ids, remove_quotas, remove_refusal_samples

NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(hours=24)
ONE_SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(("age", "removed"), [(DAY - ONE_SECOND, 0), (DAY, 1)])
def test_message_id_is_known_for_a_day(site: Site, age: dt.timedelta, removed: int) -> None:
    MessageId.objects.create(site=site, digest=-1, at=NOW - age)

    assert remove_message_ids(NOW) == removed

    assert MessageId.objects.count() == 1 - removed


@pytest.mark.parametrize(("age", "removed"), [(DAY - ONE_SECOND, 0), (DAY, 1)])
def test_refused_request_is_shown_for_a_day(site: Site, age: dt.timedelta, removed: int) -> None:
    RefusalSample.objects.create(site=site, at=NOW - age, reason=RefusalReason.BOT)

    assert remove_refusal_samples(NOW) == removed

    assert RefusalSample.objects.count() == 1 - removed


@pytest.mark.parametrize(
    ("day", "removed"),
    [(dt.date(2026, 5, 1), 1), (dt.date(2026, 5, 2), 0), (dt.date(2026, 5, 5), 0)],
)
def test_quota_outlives_its_day_by_two(site: Site, day: dt.date, removed: int) -> None:
    DimensionQuota.objects.create(site=site, day=day, dimension="page", count=10_000)

    assert remove_quotas(NOW) == removed

    assert DimensionQuota.objects.count() == 1 - removed
