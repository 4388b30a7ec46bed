"""Writes the tables of metrics and dimensions in docs/metrics.md from the registries: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from visits.reports.dimensions import DIMENSIONS
from visits.reports.metrics import METRICS

DOCS = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"


def metrics_table() -> str:
    rows = (
        (f"`{metric.name}`", str(metric.label), metric.unit.value, str(metric.description))
        for metric in METRICS.values()
    )
    return _table(("name", "shown as", "unit", "what it is"), rows)


def dimensions_table() -> str:
    rows = (
        (f"`{dimension.name}`", str(dimension.label), str(dimension.description))
        for dimension in DIMENSIONS.values()
    )
    return _table(("name", "shown as", "what it is"), rows)


def with_tables(text: str) -> str:
    """Return the page with both tables as the registries have them now, between their marks."""
    for name, table in (("metrics", metrics_table()), ("dimensions", dimensions_table())):
        begin, end = f"<!-- table of {name} -->", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        _, after = rest.split(end)
        text = f"{before}{begin}\n{table}{end}{after}"
    return text


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_line(titles), f"|{'---|' * len(titles)}\n", *map(_line, rows)]
    return "".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    DOCS.write_text(with_tables(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{DOCS}\n")


if __name__ == "__main__":
    main()
