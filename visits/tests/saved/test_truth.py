"""Reports over many sites, in many zones, against plain loops over the same visits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from sites.models import Site
from visits.models import Visit
from visits.reports.query import ReportQuery
from visits.saved.run import run_report
from visits.tests.reports.closed import STATES, Close
from visits.tests.saved.making import NOW, ask, make_report, make_sites, make_traffic, values

pytestmark = pytest.mark.django_db

KEYS: dict[str, Callable[[Visit], str]] = {
    "site": lambda visit: visit.site.name,
    "source": lambda visit: visit.source.name or "Direct",
    "browser": lambda visit: visit.client.browser,
    "page": lambda visit: "/",
}


def counted(
    visits: Iterable[Visit], names: tuple[str, ...]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return visitors of each day added up, and visits, by what the rows are about."""
    found: dict[tuple[str, ...], list[Visit]] = defaultdict(list)
    for visit in visits:
        found[tuple(KEYS[name](visit) for name in names)].append(visit)
    return {
        key: (len({(each.site_id, each.day, each.visitor) for each in some}), len(some))
        for key, some in found.items()
    }


def within(query: ReportQuery, visits: Iterable[Visit]) -> list[Visit]:
    """Return the visits of the days of a query's period, each in its own site's zone."""
    period = query.period
    return [
        visit
        for visit in visits
        if period.start <= visit.day <= period.end
        and (period.until is None or visit.started_at < period.until)
    ]


@pytest.mark.parametrize("state", STATES)
def test_rows_are_those_of_a_plain_loop(
    state: str, owner: User, settings: Settings, tmp_path: Path
) -> None:
    visits = make_traffic(make_sites(owner))
    # Yesterday and before; what runs stays with the facts.
    Close.of(state, settings, tmp_path)(NOW - dt.timedelta(days=3))

    for number, names in enumerate(
        [("site",), ("site", "source"), ("browser", "site"), ("page", "site")]
    ):
        second = names[1] if len(names) > 1 else ""
        answer = ask(
            name=f"Report {number}",
            dimension=names[0],
            second_dimension=second,
            period="7d",
            sort="-change",
            limit=1_000,
        )

        query = answer.query
        assert query.comparison is not None
        now = counted(within(query, visits), names)
        before = counted(within(query.at(query.comparison), visits), names)
        keys = now.keys() | before.keys() | ({("Site 4",)} if names == ("site",) else set())
        expected = {key: (now.get(key, (0, 0)), before.get(key, (0, 0))) for key in keys}
        assert values(answer) == expected


def test_most_common_zone_says_what_today_is(owner: User) -> None:
    make_sites(owner)

    answer = ask(period="today")

    assert answer.sites[0].time_zone == "Asia/Tokyo"
    assert answer.query.period.start == answer.sites[0].day_of(NOW)


def test_number_of_statements_does_not_grow_with_the_sites(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sites = make_sites(owner)
    make_traffic(sites, 5)
    Site.objects.bulk_create(
        Site(owner=owner, name=f"More {number}", domain=f"more-{number}.example.com")
        for number in range(51)
    )

    report = make_report(limit=100, chart="series")

    # The sites and what their days are known by; their visits, then and before; the names; the line by time.
    with django_assert_num_queries(10):
        answer = run_report(report, NOW, purpose=None)

    assert len(answer.table.rows) == 56
