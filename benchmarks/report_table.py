"""The figures of reports beside what they must reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.asking import DASHBOARD, FILTERS, LIVE, LIVE_DAYS, NO_FILTER, SITES, SITES_DAYS

TARGETS_HITS = 10_000_000
CLOSING, GROWTH = "closing", "growth"


@dataclass(frozen=True)
class Row:
    """The figures of one report; `hits` is the size of the data set. The last two are of closing alone."""

    name: str
    database: str
    engine: str
    days: int
    filter: str
    wall_ms: float
    cpu_ms: float
    queries: int
    hits: int
    cpu_s_per_100000_hits: float | None = None
    bytes_per_hit: float | None = None

    @property
    def origin(self) -> str:
        return f"{self.engine} on {self.database}"

    def to_json(self) -> dict[str, str | int | float]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Target:
    """The most that a figure may be; `stretch` is what would be better still."""

    limit: float
    stretch: float | None = None
    figure: str = "wall_ms"

    def verdict(self, row: Row) -> str:
        reached = getattr(row, self.figure)
        if reached > self.limit:
            return "MISSED"
        return "met, stretch too" if self.stretch and reached <= self.stretch else "met"


# By name, engine, days and filter.
TARGETS: Mapping[tuple[str, str, int, str], Target] = {
    (DASHBOARD, "archive", 30, NO_FILTER): Target(70, stretch=40),
    (DASHBOARD, "archive", 180, NO_FILTER): Target(220, stretch=130),
    (DASHBOARD, "archive", 30, "browser"): Target(70),
    (DASHBOARD, "archive", 180, "browser"): Target(220),
    (DASHBOARD, "archive", 30, "page"): Target(90),
    (DASHBOARD, "archive", 180, "page"): Target(280),
    (DASHBOARD, "archive", 30, "source"): Target(90),
    (DASHBOARD, "archive", 180, "source"): Target(280),
    **{
        (DASHBOARD, "orm", days, chosen): Target(limit)
        for days, limit in ((30, 1_200), (180, 8_000))
        for chosen in (NO_FILTER, *FILTERS)
    },
    **{
        (name, engine, days, NO_FILTER): Target(30)
        for name, days in ((LIVE, LIVE_DAYS), (SITES, SITES_DAYS))
        for engine in ("archive", "orm")
    },
    ("dashboard_1m", "archive", 90, NO_FILTER): Target(60),
}
TARGETS_OF_CLOSING = (
    Target(0.6, stretch=0.3, figure="cpu_s_per_100000_hits"),
    Target(12, figure="bytes_per_hit"),
)


def target_of(row: Row) -> Target | None:
    return TARGETS.get((row.name, row.engine, row.days, row.filter))


def table(rows: Sequence[Row]) -> str:
    """Return the reports as a table of Markdown, each with its target."""
    lines = [
        "| report | database | engine | days | filter | wall ms | CPU ms | queries | target |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        if row.name in (CLOSING, GROWTH):
            continue
        lines.append(
            f"| {row.name} | {row.database} | {row.engine} | {row.days} | {row.filter} "
            f"| {row.wall_ms:,.1f} | {row.cpu_ms:,.1f} | {row.queries} | {_target_cell(row)} |"
        )
    return "\n".join(lines) + "\n"


def _target_cell(row: Row) -> str:
    target = target_of(row)
    return f"{target.limit:,g} {target.verdict(row)}" if target else ""


def growth_table(rows: Sequence[Row]) -> str:
    """Return how one dashboard grows with the data, empty when that was not measured."""
    grown = [row for row in rows if row.name == GROWTH]
    if not grown:
        return ""
    first = grown[0]
    alike = (first.database, first.days, first.filter)
    # The whole data set may have been asked with the other questions.
    whole = [
        row
        for row in rows
        if row.name == DASHBOARD and (row.database, row.days, row.filter) == alike
    ]
    growth = sorted([*grown, *whole], key=lambda row: (row.hits, row.engine))
    lines = ["| hits | engine | days | wall ms | CPU ms |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.hits:,} | {row.engine} | {row.days} | {row.wall_ms:,.1f} | {row.cpu_ms:,.1f} |"
        for row in growth
    ]
    return "\n".join(lines) + "\n"


def verdicts(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what closing cost, then how many targets are met, and each one that is not."""
    judged = [(row, target) for row in rows if (target := target_of(row))]
    for row in rows:
        if row.name == CLOSING:
            yield _closing_line(row)
            judged += [(row, target) for target in _closing_targets(row)]
    missed = [(row, target) for row, target in judged if target.verdict(row) == "MISSED"]
    if any(row.hits < TARGETS_HITS for row, _ in judged if row.name == DASHBOARD):
        yield f"The targets are for {TARGETS_HITS:,} hits; this data set is smaller."
    yield f"{len(judged) - len(missed)} of {len(judged)} targets met"
    for row, target in missed:
        yield (
            f"{row.name}, {row.origin}, {row.days} days, filter {row.filter}: "
            f"{target.figure} at most {target.limit:g}: MISSED ({getattr(row, target.figure):,.3f})"
        )


def _closing_line(row: Row) -> str:
    archived = "" if row.bytes_per_hit is None else f", {row.bytes_per_hit:.1f} bytes a hit"
    seconds = f"{row.cpu_s_per_100000_hits:.3f} s of CPU for 100,000 hits"
    return f"{row.database}, {row.engine}: closing {row.days} days takes {seconds}{archived}"


def _closing_targets(row: Row) -> Iterator[Target]:
    """Yield the targets of closing; without an archive, nothing of it is measured."""
    for target in TARGETS_OF_CLOSING:
        if getattr(row, target.figure) is not None:
            yield target
