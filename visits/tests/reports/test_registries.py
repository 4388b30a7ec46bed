"""The registries: what can be asked for is known, described and written down."""

from __future__ import annotations

import pytest

from scripts.write_metric_tables import DOCS, with_tables
from visits.models import Channel, Client, Location
from visits.reports import labels
from visits.reports.dimensions import DIMENSIONS, Counting, Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery, ReportError
from visits.reports.metrics import get_metric


@pytest.mark.parametrize("dimension", DIMENSIONS.values(), ids=lambda dimension: dimension.name)
def test_dimension_is_made_of_columns_that_exist(dimension: Dimension) -> None:
    assert dimension is get_dimension(dimension.name)
    fields = (
        {field.name for field in dimension.model._meta.get_fields()} if dimension.model else set()
    )
    assert fields >= set(dimension.fields)
    assert all(dimension.metric(name) for name in dimension.metrics)


def test_property_is_split_by_the_values_of_its_key() -> None:
    dimension = get_dimension(r"property[a\]b]")

    assert (dimension.property_key, dimension.label, dimension.fields) == ("a]b", "a]b", ("value",))


def test_only_what_makes_the_visitor_is_counted_by_first_visits() -> None:
    by_flag = {d.model for d in DIMENSIONS.values() if d.counting is Counting.FIRST_VISITS}

    assert by_flag == {Client, Location, None}


@pytest.mark.parametrize("name", ["", "password", "Page", "page ", "site__owner__password"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidQuery, match="is not a dimension"):
        get_dimension(name)
    with pytest.raises(ReportError, match="is not a metric"):
        get_metric(name)


def test_documentation_has_the_tables_of_the_registries() -> None:
    text = DOCS.read_text(encoding="utf-8")

    assert with_tables(text) == text, "Call make docs."


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
