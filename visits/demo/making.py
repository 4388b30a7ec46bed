"""Filling a site with demo traffic, through the same pipeline and writer as real hits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from django.db import transaction

from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.outcome import NewHit, Outcome, Refused
from visits.collect.payload import Message, Payload, PropertyKey
from visits.collect.pipeline import collect
from visits.collect.salts import known_salts
from visits.collect.sample import with_sample
from visits.demo.plan import Plan
from visits.demo.questions import ask_questions
from visits.demo.traffic import Step, simulate
from visits.demo.truth import Truth
from visits.demo.website import title
from visits.models import (
    Archive,
    BotCount,
    DimensionQuota,
    Hit,
    HitProperty,
    HitRevenue,
    OpenVisit,
    Refusal,
    RefusalReason,
    RefusalSample,
    Salt,
    SiteDay,
    Visit,
)

STEPS_IN_A_BATCH = 2000
# Refused requests are shown for so long.
SAMPLES_SECONDS = 86_400
FACTS = (HitProperty, HitRevenue, Hit, Visit)

Progress = Callable[[], object]


def has_traffic(site: Site) -> bool:
    return Visit.objects.filter(site=site).exists() or Refusal.objects.filter(site=site).exists()


def fill_site(site: Site, plan: Plan, show_progress: Progress = lambda: None) -> Truth:
    """Make the planned traffic of a site that has none; return the numbers that its reports must show.

    1. salts of all days at once
    2. the simulation, in the order of time
    3. each step through the pipeline, a batch at a time through the writer
    4. what only collecting on those days would have needed is forgotten
    5. goals, a funnel and segments, as far as the site has none of that name

    `show_progress` is called after each day. When anything goes wrong, an interruption too, the site is
    emptied again: half a year would look like a whole one.
    """
    truth = Truth(plan.zone)
    try:
        _make_salts(plan)
        for batch in _batches(_steps(plan, truth, show_progress)):
            _store(site, batch, plan.until.timestamp() - SAMPLES_SECONDS)
        _forget_quotas(site, plan)
        ask_questions(site)
    except BaseException:
        empty_site(site)
        raise
    return truth


def empty_site(site: Site) -> None:
    """Remove all that was collected for a site. Dimensions stay."""
    with transaction.atomic():
        OpenVisit.objects.filter(pk__in=Visit.objects.filter(site=site).values("pk")).delete()
        for model in (*FACTS, Archive, SiteDay, Refusal, RefusalSample, BotCount):
            model._default_manager.filter(site=site).delete()


def _make_salts(plan: Plan) -> None:
    """Make what the pipeline would make day by day, each in a transaction of its own."""
    days = [plan.first_day - dt.timedelta(days=1), *plan.each_day()]
    Salt.objects.bulk_create([Salt(day=day) for day in days], ignore_conflicts=True)
    known_salts.forget()


def _forget_quotas(site: Site, plan: Plan) -> None:
    past = DimensionQuota.objects.filter(site=site, day__lt=plan.last_day)
    past.delete()


def _steps(plan: Plan, truth: Truth, show_progress: Progress) -> Iterator[Step]:
    """Yield the steps of all days in the order of time, and tell the truth about them."""
    later: list[Step] = []
    for day in plan.each_day():
        steps = later
        for visit in simulate(plan, day):
            truth.add(visit)
            steps += visit
        steps.sort(key=lambda step: step.at)
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), plan.zone).timestamp()
        later = [step for step in steps if step.at >= midnight]
        yield from steps[: len(steps) - len(later)]
        show_progress()
    yield from later


def _batches(steps: Iterator[Step]) -> Iterator[list[Step]]:
    batch: list[Step] = []
    for step in steps:
        batch.append(step)
        if len(batch) == STEPS_IN_A_BATCH:
            yield batch
            batch = []
    yield batch


def _store(site: Site, steps: Sequence[Step], samples_from: float) -> None:
    outcomes = [_collect(site, step, samples_from) for step in steps]
    write_batch(outcomes)


def _collect(site: Site, step: Step, samples_from: float) -> Outcome:
    """Return what the pipeline makes of a step, put into the place where the person lives.

    The addresses are from the range for documentation, which no database of places knows. Of what is
    refused from `samples_from` on, an epoch second, there are samples.
    """
    payload = _payload(site, step)
    outcome = collect(payload)
    if isinstance(outcome, NewHit):
        return outcome._replace(location=step.person.place)
    if isinstance(outcome, Refused) and step.at >= samples_from:
        return with_sample(outcome, payload)
    return outcome


def _payload(site: Site, step: Step) -> Payload:
    person = step.person
    return Payload(
        site=site,
        message=Message(
            url=step.url,
            name=step.name,
            referrer=step.referrer,
            screen=person.screen,
            properties=tuple(PropertyKey(key, value) for key, value in step.properties),
            is_interactive=step.is_interactive,
            engaged_seconds=step.engaged_seconds,
            scroll_percent=step.scroll_percent,
            revenue=step.revenue,
            title=title(urlsplit(step.url).path),
        ),
        received_at=step.at,
        address=person.address,
        user_agent=person.user_agent,
        language=person.language,
        is_prefetch=step.reason is RefusalReason.PREFETCH,
    )
