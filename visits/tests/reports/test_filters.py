"""Filters: their spelling in addresses and in JSON, what makes no sense, and how people read them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.models import Operator, Segment
from visits.reports.dimensions import DIMENSIONS
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import join_dimension, split_dimension
from visits.reports.filters import (
    Filter,
    filterable_names,
    filters_from_json,
    filters_to_json,
    parse_filter,
    parse_filters,
    segment_filters,
)
from visits.tests.named import BROWSER_IS_CHROME, make_segment

IS, IS_NOT = Operator.IS, Operator.IS_NOT
CONTAINS, CONTAINS_NOT = Operator.CONTAINS, Operator.CONTAINS_NOT
CHROME = Filter("browser", IS, ("Chrome",))
# All that PostgreSQL takes, with more than a fair share of what has a meaning here.
characters = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
texts = st.text(st.sampled_from("|\\]:[%_&=") | characters)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    key = draw(texts.filter(bool))
    names = [*(name for name in filterable_names() if name != "property")]
    dimension = draw(st.sampled_from([*names, "property", join_dimension("property", key[:100])]))
    operator = draw(st.sampled_from(Operator))
    value = texts.filter(bool) if operator.is_partial else texts
    return Filter(dimension, operator, tuple(draw(st.lists(value, min_size=1, max_size=5))))


# Spelling


@pytest.mark.parametrize(
    ("text", "dimension", "operator", "values"),
    [
        ("browser:is:Chrome", "browser", IS, ["Chrome"]),
        ("browser:is:Chrome|Firefox", "browser", IS, ["Chrome", "Firefox"]),
        ("source:is_not:", "source", IS_NOT, [""]),
        ("source:is:|Google", "source", IS, ["", "Google"]),
        ("page:contains:a:b", "page", CONTAINS, ["a:b"]),
        (r"page:is:a\|b|c\\d", "page", IS, ["a|b", r"c\d"]),
        (r"page:is:\\\|", "page", IS, [r"\|"]),
        ("page:contains_not:[x]", "page", CONTAINS_NOT, ["[x]"]),
        ("city:is:DE/Bavaria/Munich", "city", IS, ["DE/Bavaria/Munich"]),
        ("goal:is:Sign up", "goal", IS, ["Sign up"]),
        ("property[plan]:is:Pro", "property[plan]", IS, ["Pro"]),
        ("property[a:is:b]:is:Pro", "property[a:is:b]", IS, ["Pro"]),
        (r"property[a\]b\\c[d|]:is:x", r"property[a\]b\\c[d|]", IS, ["x"]),
        ("property:is:plan", "property", IS, ["plan"]),
        ("property[plan]:is:a]b", "property[plan]", IS, ["a]b"]),
        ("page:is:line\nbreak", "page", IS, ["line\nbreak"]),
    ],
)
def test_filter_is_read_as_it_is_written(
    text: str, dimension: str, operator: Operator, values: list[str]
) -> None:
    condition = parse_filter(text)

    assert condition == Filter(dimension, operator, tuple(values))
    assert condition.text == text


def test_operator_may_be_given_as_text() -> None:
    built: Any = Filter

    assert {built("browser", "is", ("Chrome",)): 1} == {CHROME: 1}
    with pytest.raises(InvalidQuery, match="“like” is not an operator"):
        built("browser", "like", ("Chrome",))


def test_key_of_a_property_may_contain_anything() -> None:
    condition = parse_filter(r"property[a\]b\\c[d|:]:is:x")

    assert (condition.name, condition.key) == ("property", r"a]b\c[d|:")
    assert join_dimension("property", condition.key or "") == condition.dimension
    assert CHROME.key is None


@given(st.lists(filters(), max_size=20))
def test_filters_come_back_from_every_spelling(written: list[Filter]) -> None:
    params = QueryDict(mutable=True)
    params.setlist("filter", [condition.text for condition in written])

    assert parse_filters(QueryDict(params.urlencode())) == tuple(written)
    assert parse_filters([condition.text for condition in written]) == tuple(written)
    assert filters_from_json(json.loads(json.dumps(filters_to_json(written)))) == tuple(written)


@given(texts)
def test_every_text_is_a_filter_with_this_spelling_or_refused_with_a_sentence(text: str) -> None:
    for beginning in ("", "page:is:", "property[", "property[k]:"):
        spelling = spelling_or_field(beginning + text)
        assert spelling in {beginning + text, "filter"}


def spelling_or_field(text: str) -> str:
    """Return how a filter is spelt, or the field of the refusal."""
    try:
        return parse_filter(text).text
    except InvalidQuery as refusal:
        return refusal.field


@given(texts.filter(bool))
def test_key_in_brackets_comes_back(key: str) -> None:
    assert split_dimension(join_dimension("property", key)) == ("property", key)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a filter. Write it as dimension:operator:value"),
        ("browser", "“browser” is not a filter"),
        ("browser:Chrome", "is not a filter"),
        ("browser=Chrome", "is not a filter"),
        ("x" * 1000, "“" + "x" * 40 + "” is not a filter"),
        ("password:is:x", "“password” cannot be filtered by. Choose one of page, hostname"),
        ("Browser:is:x", "“Browser” cannot be filtered by"),
        (":is:x", "“” cannot be filtered by"),
        ("site__owner__password:is:x", "cannot be filtered by"),
        ("browser:equals:x", "“equals” is not an operator. Choose one of is, is_not, contains"),
        ("browser:IS:x", "is not an operator"),
        ("browser::x", "“” is not an operator"),
        ("browser:contains:", "Write what the text shall contain"),
        ("browser:contains_not:a|", "Write what the text shall contain"),
        ("browser:is:" + "a" * 501, "500 characters at most"),
        ("browser:is:" + "|" * 100, "one to 100 values"),
        ("browser:is:a\\b", "Write a “\\” as “\\\\”"),
        ("browser:is:a\\", "Write a “\\” as “\\\\”"),
        ("browser:is:a\x00", "no stored text can have"),
        ("\x00:is:a", "no stored text can have"),
        ("browser:is:\ud800", "no stored text can have"),
        ("property[]:is:Pro", "Name the property in brackets"),
        ("property[plan:is:Pro", "is not a filter"),
        ("property[a\\b]:is:Pro", "is not a filter"),
        ("property[plan]x:is:Pro", "is not a filter"),
        ("property[" + "k" * 101 + "]:is:x", "100 characters at most"),
        ("browser[x]:is:Chrome", "Only a property is named with brackets"),
        ("goal[x]:is:Chrome", "Only a property is named with brackets"),
    ],
)
def test_filter_without_sense_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InvalidQuery) as refusal:
        parse_filter(text)

    assert refusal.value.field == "filter"
    assert sentence in refusal.value.sentence


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({}, "as a list"),
        ("browser:is:x", "as a list"),
        (None, "as a list"),
        ([BROWSER_IS_CHROME] * 21, "20 filters at most"),
        (["browser:is:x"], "an object with dimension, operator and values"),
        ([{"dimension": "browser"}], "an object with dimension, operator and values"),
        ([BROWSER_IS_CHROME | {"or": []}], "an object with dimension, operator and values"),
        ([BROWSER_IS_CHROME | {"values": "Chrome"}], "its values a list"),
        ([BROWSER_IS_CHROME | {"operator": None}], "are texts"),
        ([BROWSER_IS_CHROME | {"dimension": ["browser"]}], "are texts"),
        ([BROWSER_IS_CHROME | {"values": [1]}], "values of a filter are texts"),
        ([BROWSER_IS_CHROME | {"values": [["Chrome"]]}], "values of a filter are texts"),
        ([BROWSER_IS_CHROME | {"values": []}], "one to 100 values"),
        ([BROWSER_IS_CHROME | {"values": ["\udc00"]}], "no stored text can have"),
        ([BROWSER_IS_CHROME | {"operator": "\udc00"}], "no stored text can have"),
        ([BROWSER_IS_CHROME | {"dimension": "\udc00"}], "no stored text can have"),
        ([BROWSER_IS_CHROME | {"dimension": "a:b"}], "is not the name of a dimension"),
        ([BROWSER_IS_CHROME | {"operator": "like"}], "is not an operator"),
    ],
)
def test_json_without_sense_is_refused(value: Any, sentence: str) -> None:
    with pytest.raises(InvalidQuery) as refusal:
        filters_from_json(value)

    assert refusal.value.field == "filter"
    assert sentence in refusal.value.sentence


def test_too_many_filters_are_refused() -> None:
    assert len(parse_filters(["browser:is:Chrome"] * 20)) == 20

    with pytest.raises(InvalidQuery, match="Use 20 filters at most"):
        parse_filters(["browser:is:Chrome"] * 21)
    with pytest.raises(InvalidQuery, match="Use 20 filters at most"):
        parse_filters(QueryDict("filter=x&" * 21))


def test_request_without_filters_has_none() -> None:
    assert parse_filters(QueryDict("period=7d&filters=browser:is:x")) == ()
    assert parse_filters([]) == ()


def test_dimension_without_texts_of_its_own_cannot_be_filtered_by() -> None:
    with_texts = {name for name, dimension in DIMENSIONS.items() if dimension.fields}

    assert set(filterable_names()) == with_texts | {"property", "goal"}


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("browser:is:Chrome|Firefox", "Browser is Chrome or Firefox"),
        ("browser_version:is_not:Firefox 120", "Browser version is not Firefox 120"),
        ("country:is:DE|", "Country is Germany or Unknown"),
        ("region:is:DE/Bavaria", "Region is Bavaria"),
        ("city:is_not:DE/Bavaria/Munich", "City is not Munich"),
        ("city:is:DE", "City is Unknown"),
        ("city:contains:DE/", "City contains DE/"),
        ("source:is:", "Source is Direct"),
        ("channel:is:organic_search", "Channel is Organic search"),
        ("page:contains_not:/blog|/shop", "Page does not contain /blog or /shop"),
        ("property[plan]:is:Pro", "Property plan is Pro"),
        ("property:contains:pl", "Property contains pl"),
        ("goal:is_not:Signup", "Goal is not Signup"),
    ],
)
def test_people_read_words(text: str, words: str) -> None:
    assert parse_filter(text).words == words


@pytest.mark.parametrize(
    ("dimension", "fields", "text"),
    [
        ("browser", ["Chrome"], "Chrome"),
        ("browser_version", ["Samsung Internet", "23"], "Samsung Internet 23"),
        ("browser_version", ["Firefox", ""], "Firefox"),
        ("browser_version", ["", ""], ""),
        ("city", ["DE", "Bavaria", "Munich"], "DE/Bavaria/Munich"),
        ("city", ["DE", "", "Munich"], "DE//Munich"),
        ("city", ["DE", "", ""], "DE"),
        ("region", ["", ""], ""),
    ],
)
def test_fields_are_joined_up_to_the_last_known_one(
    dimension: str, fields: list[str], text: str
) -> None:
    assert DIMENSIONS[dimension].text(*fields) == text


# Segments


@pytest.mark.django_db
def test_filters_of_segments_are_added_to_the_others(site: Site) -> None:
    chrome = make_segment(site)
    pages = Filter("page", CONTAINS, ("/blog", "|"))
    blog = make_segment(site, "Blog", filters_to_json([pages]))
    params = QueryDict(f"filter=os:is:iOS&segment={blog.pk}&segment={chrome.pk}")

    found = parse_filters(params, site)

    assert found == (pages, CHROME, Filter("os", IS, ("iOS",)))
    assert segment_filters(blog) == (pages,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Name a segment by its number"),
        ("x", "Name a segment by its number"),
        ("-1", "Name a segment by its number"),
        ("\u0661", "Name a segment by its number"),
        ("²", "Name a segment by its number"),
        ("9" * 19, "Name a segment by its number"),
        ("9" * 18, "has no segment 999"),
        ("0", "has no segment 0"),
    ],
)
def test_segment_that_is_none_is_refused(site: Site, number: str, sentence: str) -> None:
    with pytest.raises(InvalidQuery, match=sentence) as refusal:
        parse_filters(QueryDict(f"segment={number}"), site)

    assert refusal.value.field == "segment"


@pytest.mark.django_db
def test_segment_of_another_site_is_refused(site: Site, stranger: User) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    params = QueryDict(f"segment={make_segment(other).pk}")

    with pytest.raises(InvalidQuery, match="has no segment"):
        parse_filters(params, site)
    with pytest.raises(InvalidQuery, match="belongs to one site"):
        parse_filters(params)


@pytest.mark.django_db
def test_segments_and_filters_together_are_limited(site: Site) -> None:
    segment = make_segment(site, filters=[BROWSER_IS_CHROME] * 20)

    assert len(parse_filters(QueryDict(f"segment={segment.pk}"), site)) == 20
    with pytest.raises(InvalidQuery, match="Use 20 filters at most"):
        parse_filters(QueryDict(f"segment={segment.pk}&filter=os:is:iOS"), site)
    with pytest.raises(InvalidQuery, match="Use 20 filters at most"):
        parse_filters(QueryDict("segment=1&" * 21), site)


def test_segment_that_no_longer_makes_sense_says_so() -> None:
    filters = [{"dimension": "shoe_size", "operator": "is", "values": ["44"]}]

    with pytest.raises(InvalidQuery, match="“Big feet” cannot be used") as refusal:
        segment_filters(Segment(name="Big feet", filters=filters))

    assert refusal.value.field == "segment"


def test_goals_are_filtered_by_five_times_at_most() -> None:
    filters = [f"goal:is:Goal {number}" for number in range(6)]

    assert len(parse_filters(filters[:5])) == 5
    with pytest.raises(InvalidQuery, match="5 times at most"):
        parse_filters(filters)
