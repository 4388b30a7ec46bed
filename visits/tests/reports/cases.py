"""Cases of truth: streams of two sites and a period, stored by the collector and known by plain loops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.tests.reports import wishes
from visits.tests.reports.engines import FACTS, Engine
from visits.tests.reports.naive import Asked, Message, PlainFilter, PlainVisit, visits_of
from visits.tests.reports.streams import SHORT_DELAYS, Stream, streams, write

ONE_DAY = dt.timedelta(days=1)
HERE, ELSEWHERE = "here.example", "elsewhere.example"


def truth(max_examples: int) -> settings:
    """Return how a test looks for a stream that proves it wrong.

    One database serves all examples of a test; each takes back what it wrote. Without the phase that
    explains a failure: it would outlast the time a test may take.
    """
    return settings(
        max_examples=max_examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        phases=set(Phase) - {Phase.explain},
    )


@dataclass(frozen=True)
class Case:
    """What arrives at a site and at another one, in batches of how many writers, and what is asked."""

    here: Stream
    elsewhere: Stream
    asked: Asked
    batch_size: int
    writer_count: int

    def ask(self, *filters: PlainFilter) -> Asked:
        """Return the question's days with other filters."""
        return replace(self.asked, filters=filters)


@st.composite
def cases(
    draw: st.DrawFn,
    lengths: Sequence[int] = (1, 2, 7, 100),
    delays: Sequence[int] = SHORT_DELAYS,
    *,
    is_filtered: bool = False,
) -> Case:
    """Draw streams, and a period that may miss some of their messages; lengths are in days."""
    here = draw(streams(delays=delays))
    elsewhere = draw(streams(("UTC", here.zone), delays))
    start = here.day + draw(st.sampled_from((0, -1, -1, 0, 1))) * ONE_DAY
    end = start + (draw(st.sampled_from(lengths)) - 1) * ONE_DAY
    filters = draw(wishes.filters()) if is_filtered else ()
    batch_size, writer_count = draw(st.sampled_from(((100, 1), (1, 1), (3, 2), (1, 2))))
    return Case(here, elsewhere, Asked(start, end, filters), batch_size, writer_count)


@dataclass(frozen=True)
class World:
    """The sites of a case, and the visits of both as plain loops find them."""

    here: Site
    elsewhere: Site
    visits: Sequence[PlainVisit]
    visits_elsewhere: Sequence[PlainVisit]

    @property
    def sites(self) -> tuple[Site, Site]:
        return self.here, self.elsewhere

    @property
    def all_visits(self) -> list[PlainVisit]:
        return [*self.visits, *self.visits_elsewhere]


@contextmanager
def stored(owner: User, case: Case, engine: Engine = FACTS) -> Iterator[World]:
    """Store the streams as the engine wants them, and take everything back in the end."""

    def store(site: Site, messages: Sequence[Message]) -> None:
        write(site, messages, case.batch_size, case.writer_count)

    with transaction.atomic():
        here = Site.objects.create(owner=owner, domain=HERE, time_zone=case.here.zone)
        elsewhere = Site.objects.create(
            owner=owner, domain=ELSEWHERE, time_zone=case.elsewhere.zone
        )
        engine.fill(elsewhere, case.elsewhere.messages, store)
        engine.fill(here, case.here.messages, store)
        yield World(
            here,
            elsewhere,
            visits_of(case.here.messages, here.zone, HERE),
            visits_of(case.elsewhere.messages, elsewhere.zone, ELSEWHERE),
        )
        transaction.set_rollback(True)
