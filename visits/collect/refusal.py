"""Refusals: a request that is understood but not counted, for one named reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from visits.collect.outcome import Refused
from visits.collect.tables import Tables
from visits.collect.tables.statements import SAMPLE_COLUMNS

SECONDS_PER_HOUR = 3600


def count_refusals(statements: Tables, refusals: Sequence[Refused]) -> None:
    """Add the refusals to the counts of their site, hour and reason, inside the caller's transaction.

    Bots that are counted apart are added to their name's count of the day; samples are kept as rows.
    """
    reasons: Counter[tuple[int, int, str]] = Counter()
    bots: Counter[tuple[int, int, str]] = Counter()
    for refused in refusals:
        hour = refused.at - refused.at % SECONDS_PER_HOUR
        if refused.times:
            reasons[refused.site_id, hour, refused.reason.value] += refused.times
        if refused.bot:
            bots[refused.site_id, refused.day, refused.bot] += refused.times
    statements.add_counts(
        "visits_refusal",
        ("site_id", "hour_at", "reason"),
        [(*key, count) for key, count in reasons.items()],
    )
    if bots:
        statements.add_counts(
            "visits_botcount",
            ("site_id", "day", "name"),
            [(*key, count) for key, count in bots.items()],
        )
    samples = [
        (refused.site_id, refused.at, refused.reason.value, *refused.sample)
        for refused in refusals
        if refused.sample is not None
    ]
    statements.insert("visits_refusalsample", SAMPLE_COLUMNS, samples)
