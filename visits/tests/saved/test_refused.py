"""Refusals of many sites, against plain loops over the same hours."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from accounts.models import User
from sites.models import Site
from visits.models import Refusal
from visits.reports.exceptions import InvalidQuery
from visits.saved.narrowing import Narrowing
from visits.saved.run import run_report
from visits.tests.saved.making import NOW, ask, labels, make_report, make_sites

pytestmark = pytest.mark.django_db

HOURS = 24 * 9
REASONS = ("bot", "spam", "hostname")


@pytest.fixture
def refused(owner: User) -> list[Refusal]:
    """Refusals of every seventh hour of nine days."""
    start = NOW.replace(minute=0, second=0) - dt.timedelta(hours=HOURS)
    sites = make_sites(owner)
    return Refusal.objects.bulk_create(
        Refusal(
            site=sites[number % 4],
            hour_at=start + dt.timedelta(hours=number),
            reason=REASONS[number % 3],
            count=number + 1,
        )
        for number in range(0, HOURS, 7)
    )


def day_of(refusal: Refusal) -> dt.date:
    return refusal.site.day_of(refusal.hour_at)


@pytest.mark.parametrize("dimension", ["reason", "site"])
def test_refused_hits_are_those_of_a_plain_loop(dimension: str, refused: list[Refusal]) -> None:
    answer = ask(
        subject="refusals", metrics=["refused"], dimension=dimension, period="7d", comparison=""
    )

    period = answer.query.period
    expected: Counter[str] = Counter()
    for refusal in refused:
        if period.start <= day_of(refusal) <= period.end:
            expected[refusal.site.key if dimension == "site" else refusal.reason] += refusal.count
    found = {row.key[-1]: row.values[0] for row in answer.table.result.rows if row.values[0]}
    assert found == expected


def test_days_of_the_drawing_are_each_sites_own(refused: list[Refusal]) -> None:
    answer = ask(subject="refusals", metrics=["refused"], dimension="", period="7d", chart="series")

    assert answer.series is not None
    period = answer.query.period
    expected = Counter[dt.date]()
    for refusal in refused:
        expected[day_of(refusal)] += refusal.count
    days = [f"{expected[day]:,}" for day in period.days()]
    assert [row.value for row in answer.series.rows] == days


def test_reasons_of_one_site_are_asked_for_by_its_key(refused: list[Refusal]) -> None:
    site = Site.objects.get(name="Site 1")
    report = make_report(subject="refusals", metrics=["refused"], dimension="site", period="28d")

    narrowing = Narrowing(sites=(site.key,), reasons=("bot",), by="reason")
    answer = run_report(report, NOW, purpose=None, narrowing=narrowing)

    own = sum(each.count for each in refused if each.site == site and each.reason == "bot")
    assert labels(answer) == ["Bot or crawler"]
    assert answer.table.result.rows[0].values == (own,)
    assert answer.narrowed_to == ("Site 1", "Bot or crawler")


@pytest.mark.parametrize(
    "fields",
    [
        {"dimension": "country"},
        {"metrics": ["visitors"]},
        {"filters": [{"dimension": "country", "operator": "is", "values": ["DE"]}]},
    ],
)
def test_nothing_else_is_known_of_refusals(fields: dict[str, object], site: Site) -> None:
    asked = {"subject": "refusals", "metrics": ["refused"], "dimension": "reason"}

    with pytest.raises(InvalidQuery):
        ask(**asked | fields)
