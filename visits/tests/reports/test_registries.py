"""The registries: what can be asked for is known, described and written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from visits.models import Channel, Client, Location
from visits.reports import labels
from visits.reports.dimensions import DIMENSIONS, Counting, Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery, ReportError
from visits.reports.metrics import METRICS, Metric, columns_of, get_metric, get_metrics
from visits.reports.scan_orm import SUMS

DOCS = Path(__file__).resolve().parents[3] / "docs" / "metrics.md"


@pytest.mark.parametrize("dimension", DIMENSIONS.values(), ids=lambda dimension: dimension.name)
def test_dimension_can_be_asked_of_the_facts(dimension: Dimension) -> None:
    assert dimension is get_dimension(dimension.name)
    fields = {field.name for field in dimension.model._meta.get_fields()}
    assert fields >= set(dimension.fields)
    columns = columns_of(get_metrics(dimension.metrics))
    is_distinct = dimension.counting is Counting.DISTINCT
    known = SUMS[dimension.fact]
    for column in columns:
        assert ("distinct_visitors" if is_distinct and column == "visitors" else column) in known


def test_only_what_makes_the_visitor_is_counted_by_first_visits() -> None:
    by_flag = {d.model for d in DIMENSIONS.values() if d.counting is Counting.FIRST_VISITS}

    assert by_flag == {Client, Location}


@pytest.mark.parametrize("name", ["", "password", "Page", "page ", "site__owner__password"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidQuery, match="is not a dimension"):
        get_dimension(name)
    with pytest.raises(ReportError, match="is not a metric"):
        get_metric(name)


@pytest.mark.parametrize("known", [*METRICS.values(), *DIMENSIONS.values()], ids=lambda k: k.name)
def test_documentation_describes_it_in_the_same_words(known: Metric | Dimension) -> None:
    unit = f"{known.unit} | " if isinstance(known, Metric) else ""
    line = f"| `{known.name}` | {known.label} | {unit}{known.description} |"

    assert line in DOCS.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (labels.country_label("FR"), "France"),
        (labels.country_label("QQ"), "QQ"),
        (labels.country_label(""), "Unknown"),
        (labels.device_label("tv"), "TV"),
        (labels.device_label("watch"), "watch"),
        (labels.device_label(""), "Unknown"),
        (labels.channel_label(Channel.AI_ASSISTANTS), "AI assistants"),
        (labels.source_label(""), "Direct"),
        (labels.referrer_label(""), "No referrer"),
        (labels.version_label("Firefox", ""), "Firefox"),
        (labels.version_label("", ""), "Unknown"),
        (labels.last_label("DE", "Bavaria", ""), "Unknown"),
    ],
)
def test_values_have_words(label: str, text: str) -> None:
    assert label == text
