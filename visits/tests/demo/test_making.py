"""The truth of the simulation against the tables and the reports."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, Q, Sum

from accounts.models import User
from sites.models import Site
from visits.demo import making
from visits.demo import plan as planning
from visits.demo.choice import Weighted
from visits.demo.making import empty_site, fill_site, has_traffic
from visits.demo.plan import Plan
from visits.demo.traffic import Visit as SimulatedVisit
from visits.demo.traffic import simulate
from visits.demo.truth import DayTruth, Truth
from visits.models import (
    DimensionQuota,
    Hit,
    HitProperty,
    OpenVisit,
    Page,
    Refusal,
    RefusalReason,
    RefusalSample,
    Visit,
)
from visits.reports.breakdown import breakdown
from visits.reports.filters import segment_filters
from visits.reports.funnels import funnel as report_funnel
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report
from visits.reports.totals import totals
from visits.tests.demo.factory import NOW, make_plan
from visits.upkeep.expiry import remove_quotas, remove_refusal_samples

LISTS = (
    "source", "channel", "referrer", "utm_source", "utm_medium", "utm_campaign", "page", "entry_page",
    "exit_page", "title", "country", "region", "city", "language", "device", "browser", "os", "screen",
    "event", "property[plan]", "goal",
)  # fmt: skip


def make_site(owner: User, domain: str, time_zone: str = "Europe/Berlin") -> Site:
    return Site.objects.create(owner=owner, name=domain, domain=domain, time_zone=time_zone)


def stored_days(site: Site) -> dict[dt.date, tuple[int, ...]]:
    """Return visitors, visits, pageviews, events, bounces and seconds by day, as the tables have them."""
    rows = (
        Visit.objects.filter(site=site)
        .values_list("day")
        .annotate(
            visitors=Count("pk", filter=Q(is_first=True)),
            visits=Count("pk"),
            views=Sum("pageviews"),
            actions=Sum("events"),
            bounces=Count("pk", filter=Q(is_bounce=True)),
            seconds=Sum("duration_seconds"),
        )
    )
    return {day: tuple(numbers) for day, *numbers in rows}


def numbers(day: DayTruth) -> tuple[int, ...]:
    return (
        day.visitors,
        day.visits,
        day.pageviews,
        day.events,
        day.bounces,
        day.duration_seconds,
    )


def stored_refusals(site: Site) -> Counter[str]:
    counts: Counter[str] = Counter()
    for reason, count in Refusal.objects.filter(site=site).values_list("reason", "count"):
        counts[reason] += count
    return counts


@pytest.mark.parametrize(
    "time_zone",
    ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kathmandu"],
)
@pytest.mark.parametrize("batch", [7, 2000])
def test_tables_tell_the_truth(
    owner: User, time_zone: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "STEPS_IN_A_BATCH", batch)
    site = make_site(owner, "example.com", time_zone)

    truth = fill_site(site, make_plan(zone=site.zone, visits_per_day=25))

    assert stored_days(site) == {day: numbers(known) for day, known in truth.days.items()}
    assert stored_refusals(site) == Counter(truth.refused)


def test_visits_over_midnight_belong_to_the_day_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On these two workdays everybody comes in the last hour.
    monkeypatch.setattr(planning, "WORKDAY_HOURS", Weighted([(1, 23)]))
    plan = make_plan(days=3, until=NOW + dt.timedelta(days=3), visits_per_day=150)

    truth = fill_site(site, plan)

    assert stored_days(site) == {day: numbers(known) for day, known in truth.days.items()}
    late = [visit for visit in Visit.objects.all() if _ends_later(visit, plan)]
    assert len(late) > 3


def _ends_later(visit: Visit, plan: Plan) -> bool:
    return visit.last_seen_at.astimezone(plan.zone).date() > visit.day


def test_refused_requests_of_the_last_day_can_be_looked_at(site: Site) -> None:
    fill_site(site, make_plan(visits_per_day=100))

    samples = RefusalSample.objects.filter(site=site)
    assert RefusalReason.BOT in {sample.reason for sample in samples}
    assert all(NOW - dt.timedelta(hours=24) <= sample.at < NOW for sample in samples)
    assert all(sample.network and sample.path for sample in samples)


def test_pages_have_titles(site: Site) -> None:
    fill_site(site, make_plan(visits_per_day=100))

    titles = dict(Page.objects.filter(site=site).values_list("path", "title"))
    assert titles["/"] == "Numbers without cookies"
    assert titles["/pricing"] == "Pricing"
    assert titles["/blog/hello-world"] == "Hello world"
    assert all(titles.values())


def test_upkeep_finds_nothing_to_remove_after_it(site: Site) -> None:
    fill_site(site, make_plan(days=20))

    assert remove_quotas(NOW) == remove_refusal_samples(NOW) == 0
    assert DimensionQuota.objects.filter(site=site).exists()


def test_reports_tell_the_truth(site: Site) -> None:
    plan = make_plan(days=10)
    truth = fill_site(site, plan)

    report = totals(ReportQuery((site,), Period.custom(plan.first_day, plan.last_day)))

    known = truth.totals()
    assert {
        metric.name: value
        for metric, value in zip(report.metrics, report.rows[0].values, strict=True)
    } == {
        "visitors": known.visitors,
        "visits": known.visits,
        "pageviews": known.pageviews,
        "events": known.events,
        "views_per_visit": known.pageviews / known.visits,
        "bounce_rate": known.bounces / known.visits,
        "visit_duration": known.duration_seconds / known.visits,
    }


def test_same_plan_has_the_same_truth_for_two_sites(site: Site, stranger: User) -> None:
    other = make_site(stranger, site.domain)

    first, second = fill_site(site, make_plan()), fill_site(other, make_plan())

    assert first.days == second.days
    assert stored_days(site) == stored_days(other)


def test_people_are_at_home_somewhere(site: Site) -> None:
    fill_site(site, make_plan())

    countries = set(Visit.objects.values_list("location__country", flat=True))
    assert {"DE", "US", "GB"} < countries


def test_visits_have_all_that_reports_show(site: Site) -> None:
    # The newsletter goes out on the first Tuesday of the month.
    fill_site(site, make_plan(days=10, until=NOW + dt.timedelta(days=2)))

    assert {"Google", "", "GitHub"} < set(Visit.objects.values_list("source__name", flat=True))
    assert {"1920x1080"} < set(Visit.objects.values_list("screen__size", flat=True))
    assert {"de-DE", "en-US"} < set(Visit.objects.values_list("language__code", flat=True))
    assert {"newsletter", ""} < set(Visit.objects.values_list("campaign__utm_source", flat=True))
    properties = set(HitProperty.objects.values_list("property__key", "property__value"))
    assert ("plan", "Pro") in properties


def test_traffic_is_not_made_beside_other_traffic(site: Site, owner: User) -> None:
    other = make_site(owner, "example.org")
    assert not has_traffic(other)

    fill_site(site, make_plan(days=1))

    assert has_traffic(site)
    assert not has_traffic(other)


def test_emptied_site_has_nothing_and_others_keep_theirs(site: Site, owner: User) -> None:
    other = make_site(owner, "example.org")
    fill_site(site, make_plan())
    fill_site(other, make_plan(domain="example.org"))
    kept = stored_days(other)

    empty_site(site)

    assert not has_traffic(site)
    for model in (Hit, Visit, Refusal):
        assert set(model.objects.values_list("site", flat=True)) == {other.pk}
    kept_visits = set(Visit.objects.values_list("pk", flat=True))
    assert set(OpenVisit.objects.values_list("pk", flat=True)) <= kept_visits
    assert set(HitProperty.objects.values_list("hit__site", flat=True)) == {other.pk}
    assert stored_days(other) == kept


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError])
def test_interrupted_traffic_is_removed(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    monkeypatch.setattr(making, "STEPS_IN_A_BATCH", 50)

    def break_off(plan: Plan, day: dt.date) -> Iterator[SimulatedVisit]:
        if day == plan.last_day:
            assert Hit.objects.exists()
            raise error
        return simulate(plan, day)

    monkeypatch.setattr(making, "simulate", break_off)

    with pytest.raises(error):
        fill_site(site, make_plan())

    assert not has_traffic(site)


def test_progress_is_shown_day_by_day(site: Site) -> None:
    days: list[None] = []

    fill_site(site, make_plan(days=3, visits_per_day=1), lambda: days.append(None))

    assert len(days) == 3


def test_months_add_up() -> None:
    plan = make_plan(days=10, zone=ZoneInfo("UTC"))
    truth = Truth(plan.zone)
    for day in plan.each_day():
        for visit in simulate(plan, day):
            truth.add(visit)

    months = dict(truth.months())

    assert list(months) == ["2026-04", "2026-05"]
    assert sum(month.visits for month in months.values()) == truth.totals().visits


def test_every_list_of_the_report_has_something(site: Site) -> None:
    plan = make_plan(days=40, visits_per_day=40)
    fill_site(site, plan)
    query = ReportQuery((site,), Period.custom(plan.first_day, plan.last_day))

    reports = {report.dimensions[0].name: report for report in all_lists(query)}

    assert [name for name, report in reports.items() if not report.rows] == []
    engagement = totals(query, ("time_on_page", "scroll_depth", "revenue")).rows[0].values
    assert all(engagement)


def all_lists(query: ReportQuery) -> Iterator[Report]:
    for name in LISTS:
        yield breakdown(query, name)


def test_goals_funnel_and_segments_find_visits(site: Site) -> None:
    plan = make_plan(days=40, visits_per_day=40)
    fill_site(site, plan)
    query = ReportQuery((site,), Period.custom(plan.first_day, plan.last_day))

    conversions = {row.label: row.values[0] for row in breakdown(query, "goal").rows}
    [steps] = [report_funnel(query, funnel) for funnel in site.funnels.all()]

    assert set(conversions) == {goal.name for goal in site.goals.all()}
    assert all(conversions.values())

    visits = [step.visits for step in steps.steps]
    assert visits == sorted(visits, reverse=True)
    assert visits[-1] > 0
    for segment in site.segments.all():
        chosen = replace(query, filters=segment_filters(segment))
        assert totals(chosen, ("visits",)).rows[0].values[0]


def test_filling_again_keeps_what_the_owner_asks(site: Site) -> None:
    plan = make_plan(days=2)
    fill_site(site, plan)
    site.goals.filter(name="Downloaded").update(event_name="Message sent")
    empty_site(site)

    fill_site(site, plan)

    assert site.goals.get(name="Downloaded").event_name == "Message sent"
    assert site.funnels.count() == 1
