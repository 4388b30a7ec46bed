"""Filters as ids: against a loop over the dimension rows, and where each condition ends up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.models import EventName, Operator, Page, Property
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.filter_text import join_dimension
from visits.reports.filters import Filter, parse_filters
from visits.reports.resolve import Resolved, resolve
from visits.reports.scan import Fact, Having, HitLike, Only
from visits.tests import factory
from visits.tests.factory import Equipment, Place
from visits.tests.named import make_event_goal, make_goal

pytestmark = pytest.mark.django_db
# One database serves all examples of a test; each takes back what it wrote.
truth = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=set(Phase) - {Phase.explain},
)
# Properties are judged by themselves.
FILTERABLE = [
    dimension for name, dimension in DIMENSIONS.items() if dimension.fields and name != "property"
]
OF_SITES = (Page, EventName, Property)
# Capitals that other languages fold in their own way, wildcards of LIKE, quotes, joiners, nothing.
TEXTS = (
    *("", "a", "A", "ab", "ß", "SS", "ẞ", "\u017f", "K", "\u212a", "İ", "i", "\u0131", "Σ", "ς"),
    *("é", "e\u0301", "É", "%", "_", "a%", "a_", "\\", "'", '"', "a'b", "--", "a b", "a ", " a"),
    *("a/b", "/", "//", "|", "😀", "\t", "\n", "ab" * 30, "\u202e"),
)
characters = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
texts = st.sampled_from(TEXTS) | st.text(characters, max_size=5)


@pytest.fixture
def elsewhere(stranger: User) -> Site:
    return Site.objects.create(owner=stranger, name="Elsewhere", domain="elsewhere.example")


# Against a loop


JOINERS = {"browser_version": " ", "os_version": " ", "region": "/", "city": "/"}
MEETS: dict[Operator, Callable[[str, Sequence[str]], bool]] = {
    Operator.IS: lambda text, values: any(text == value for value in values),
    Operator.IS_NOT: lambda text, values: all(text != value for value in values),
    Operator.CONTAINS: lambda text, values: any(
        value.casefold() in text.casefold() for value in values
    ),
    Operator.CONTAINS_NOT: lambda text, values: all(
        value.casefold() not in text.casefold() for value in values
    ),
}


def text_of(name: str, fields: Sequence[str]) -> str:
    """Join the fields without those at the end that are not known."""
    if name not in JOINERS:
        return fields[0]
    text = JOINERS[name].join(fields)
    while fields and not fields[-1]:
        fields = fields[:-1]
        text = JOINERS[name].join(fields)
    return text


def is_met(only: Only, row_id: int) -> bool:
    return (row_id in only.values) is not only.is_excluded


def table_of(dimension: Dimension) -> type[Any]:
    assert dimension.model is not None
    return dimension.model


def _cut(model: type[Any], field: str) -> st.SearchStrategy[str]:
    """Return texts that fit into a column."""
    length = model._meta.get_field(field).max_length
    return texts.map(lambda text: text[:length])


@st.composite
def tables(draw: st.DrawFn) -> tuple[Dimension, list[dict[str, str]], Filter]:
    """Draw a dimension, rows of its table, and a filter about texts that may be in them."""
    dimension = draw(st.sampled_from(FILTERABLE))
    table = table_of(dimension)
    fields = {field.name for field in table._meta.fields} - {"id", "site"}
    row = st.fixed_dictionaries({field: _cut(table, field) for field in sorted(fields)})
    rows = draw(st.lists(row, max_size=6))
    operator = draw(st.sampled_from(Operator))
    known = [text_of(dimension.name, [row[field] for field in dimension.fields]) for row in rows]
    value = st.sampled_from(known) | texts if known else texts
    value |= value.map(str.upper) | value.map(str.swapcase)
    value = value.map(lambda text: text[:500]).filter(lambda text: text or not operator.is_partial)
    values = draw(st.lists(value, min_size=1, max_size=3))
    return dimension, rows, Filter(dimension.name, operator, tuple(values))


@truth
@given(tables(), st.data())
def test_every_dimension_agrees_with_a_loop(
    site: Site,
    elsewhere: Site,
    case: tuple[Dimension, list[dict[str, str]], Filter],
    data: st.DataObject,
) -> None:
    dimension, rows, condition = case
    table = table_of(dimension)
    has_site = issubclass(table, OF_SITES)
    with transaction.atomic():
        for row in rows:
            where = {"site": data.draw(st.sampled_from((site, elsewhere)))} if has_site else {}
            table.objects.bulk_create([table(**row, **where)], ignore_conflicts=True)

        only = next(iter(_all_only(resolve([condition], [site.pk]), dimension.fact)), None)

        for stored in table.objects.all():
            if has_site and stored.site_id != site.pk:
                assert only is None or stored.pk not in only.values
                continue
            fields = [getattr(stored, field) for field in dimension.fields]
            expected = MEETS[condition.operator](text_of(dimension.name, fields), condition.values)
            assert (only is None or is_met(only, stored.pk)) is expected
        transaction.set_rollback(True)


def _all_only(resolved: Resolved, fact: Fact) -> Sequence[Only]:
    like = {Fact.PAGEVIEW: resolved.like_view, Fact.EVENT: resolved.like_event}.get(fact)
    return resolved.only if like is None else like.only


@truth
@given(st.lists(st.tuples(texts, texts), max_size=8), st.data())
def test_properties_agree_with_a_loop(
    site: Site, elsewhere: Site, rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from([key for key, _ in rows if key] or ["plan"]))
    operator = data.draw(st.sampled_from(Operator))
    value = st.sampled_from([value for _, value in rows] or ["Pro"]) | texts
    value = value.filter(lambda text: text or not operator.is_partial)
    values = tuple(data.draw(st.lists(value, min_size=1, max_size=3)))
    with transaction.atomic():
        for row_key, row_value in rows:
            for each in (site, elsewhere):
                Property.objects.get_or_create(site=each, key=row_key, value=row_value)

        resolved = resolve([Filter(join_dimension("property", key), operator, values)], [site.pk])

        expected = {
            row.pk
            for row in Property.objects.filter(site=site)
            if row.key == key and MEETS[operator](row.value, values)
        }
        assert resolved.like_event == HitLike(Fact.EVENT, (), (frozenset(expected),))
        assert resolved.is_empty is not bool(expected)
        transaction.set_rollback(True)


# Where a condition ends up


def ask(site: Site, *texts: str) -> Resolved:
    return resolve(parse_filters(texts), [site.pk])


def page_is(site: Site, path: str) -> Only:
    return Only("page", frozenset({factory.make_page(site, path).pk}))


def event_is(site: Site, name: str) -> Only:
    return Only("event_name", frozenset({factory.make_event_name(site, name).pk}))


def test_no_filter_asks_nothing(site: Site) -> None:
    resolved = ask(site)

    assert resolved == Resolved()
    assert not resolved.is_empty
    assert all(resolved.for_fact(fact) == ((), None, ()) for fact in Fact)


def test_condition_on_the_visit_goes_to_every_scan(site: Site) -> None:
    chrome = factory.make_client(Equipment("Chrome"))
    factory.make_client(Equipment("Firefox"))
    only = (Only("client", frozenset({chrome.pk})),)

    resolved = ask(site, "browser:is:Chrome")

    assert all(resolved.for_fact(fact) == (only, None, ()) for fact in Fact)


def test_several_filters_of_a_column_stay_apart(site: Site) -> None:
    chrome = factory.make_client(Equipment("Chrome", os="Linux"))
    phone = factory.make_client(Equipment("Chrome", os="Android"))

    resolved = ask(site, "browser:is:Chrome", "os:is_not:Android")

    assert resolved.only == (
        Only("client", frozenset({chrome.pk, phone.pk})),
        Only("client", frozenset({phone.pk}), is_excluded=True),
    )


def test_pages_alone_select_visits_by_their_views(site: Site) -> None:
    like = (page_is(site, "/a"),)
    view, event = HitLike(Fact.PAGEVIEW, like), HitLike(Fact.EVENT, like)

    resolved = ask(site, "page:is:/a")

    assert resolved.for_fact(Fact.VISIT) == ((), None, (Having((view,)),))
    assert resolved.for_fact(Fact.PAGEVIEW) == ((), view, ())
    assert resolved.for_fact(Fact.EVENT) == ((), event, (Having((view,)),))


def test_events_alone_select_visits_by_their_events(site: Site) -> None:
    event = HitLike(Fact.EVENT, (event_is(site, "Buy"),))

    resolved = ask(site, "event:is:Buy")

    assert resolved.for_fact(Fact.VISIT) == ((), None, (Having((event,)),))
    assert resolved.for_fact(Fact.PAGEVIEW) == ((), None, (Having((event,)),))
    assert resolved.for_fact(Fact.EVENT) == ((), event, ())


def test_pages_and_events_are_met_by_one_event(site: Site) -> None:
    page, name = page_is(site, "/a"), event_is(site, "Buy")
    plan = Property.objects.create(site=site, key="plan", value="Pro")
    view = HitLike(Fact.PAGEVIEW, (page,))
    event = HitLike(Fact.EVENT, (page, name), (frozenset({plan.pk}),))

    resolved = ask(site, "property[plan]:is:Pro", "event:is:Buy", "page:is:/a")

    assert resolved.for_fact(Fact.VISIT) == ((), None, (Having((event,)),))
    assert resolved.for_fact(Fact.PAGEVIEW) == ((), view, (Having((event,)),))
    assert resolved.for_fact(Fact.EVENT) == ((), event, ())


def test_events_are_found_by_the_keys_that_they_carry(site: Site) -> None:
    plan = Property.objects.create(site=site, key="plan", value="Pro")
    seats = Property.objects.create(site=site, key="seats", value="plan")

    is_plan, is_other = ask(site, "property:is:plan"), ask(site, "property:contains_not:PLAN")

    assert is_plan.like_event == HitLike(Fact.EVENT, (), (frozenset({plan.pk}),))
    assert is_other.like_event == HitLike(Fact.EVENT, (), (frozenset({seats.pk}),))


def test_other_pages_and_events_still_have_to_be_there(site: Site) -> None:
    none: frozenset[int] = frozenset()

    pages, events = ask(site, "page:is_not:/unseen"), ask(site, "event:contains_not:unheard")

    view = HitLike(Fact.PAGEVIEW, (Only("page", none, is_excluded=True),))
    event = HitLike(Fact.EVENT, (Only("event_name", none, is_excluded=True),))
    assert pages.for_fact(Fact.VISIT) == ((), None, (Having((view,)),))
    assert events.for_fact(Fact.PAGEVIEW) == ((), None, (Having((event,)),))
    assert not pages.is_empty
    assert not events.is_empty


def test_each_goal_is_met_by_itself(site: Site) -> None:
    make_goal(site, "Thanks", "/thanks")
    make_event_goal(site, "Signup", "Sign up")
    thanks = HitLike(Fact.PAGEVIEW, (page_is(site, "/thanks"),))
    signup = HitLike(Fact.EVENT, (event_is(site, "Sign up"),))

    apart = ask(site, "goal:is:Thanks", "goal:is_not:Signup")
    together = ask(site, "goal:is:Thanks|Signup")

    assert apart.goals == (Having((thanks,)), Having((signup,), is_excluded=True))
    assert together.goals == (Having((signup, thanks)),)
    assert all(apart.for_fact(fact) == ((), None, apart.goals) for fact in Fact)


def test_goals_are_found_by_a_part_of_their_name(site: Site) -> None:
    make_goal(site, "Straße", "/thanks")
    thanks = HitLike(Fact.PAGEVIEW, (page_is(site, "/thanks"),))

    assert ask(site, "goal:contains:STRASSE").goals == (Having((thanks,)),)
    assert ask(site, "goal:contains_not:STRASSE").goals == (Having((thanks,), is_excluded=True),)


def test_goal_and_pages_go_together(site: Site) -> None:
    make_goal(site, "Thanks", "/thanks")
    thanks = HitLike(Fact.PAGEVIEW, (page_is(site, "/thanks"),))
    view = HitLike(Fact.PAGEVIEW, (page_is(site, "/a"),))

    resolved = ask(site, "goal:is:Thanks", "page:is:/a")

    assert resolved.for_fact(Fact.VISIT)[2] == (Having((view,)), Having((thanks,)))
    assert resolved.for_fact(Fact.PAGEVIEW) == ((), view, (Having((thanks,)),))


def test_goals_and_pages_of_other_sites_are_not_meant(site: Site, elsewhere: Site) -> None:
    make_goal(elsewhere, "Thanks", "/thanks")
    factory.make_page(elsewhere, "/thanks")

    assert ask(site, "goal:is:Thanks").is_empty
    assert ask(site, "page:is:/thanks").is_empty


def test_several_sites_are_asked_together(site: Site, elsewhere: Site) -> None:
    pages = frozenset(factory.make_page(each, "/a").pk for each in (site, elsewhere))
    for each in (site, elsewhere):
        make_goal(each, "A", "/a")

    resolved = resolve(parse_filters(["page:is:/a", "goal:is:A"]), [site.pk, elsewhere.pk])

    assert resolved.like_view == HitLike(Fact.PAGEVIEW, (Only("page", pages),))
    (having,) = resolved.goals
    assert {page for like in having.likes for page in like.only[0].values} == pages
    assert len(having.likes) == 2


@pytest.mark.parametrize(
    ("text", "is_empty"),
    [
        ("browser:is:Netscape", True),
        ("browser:contains:Netscape", True),
        ("browser:is_not:Netscape", False),
        ("browser:contains_not:Netscape", False),
        ("page:is:/unseen", True),
        ("page:is_not:/unseen", False),
        ("event:is:Unheard", True),
        ("property[plan]:is:Pro", True),
        ("property[plan]:is_not:Pro", True),
        ("goal:is:Unseen", True),
        ("goal:is_not:Unseen", False),
        ("goal:is:Nowhere", True),
        ("goal:is_not:Nowhere", False),
    ],
)
def test_what_cannot_be_met_is_known_beforehand(site: Site, text: str, is_empty: bool) -> None:
    make_goal(site, "Nowhere", "/unseen")

    assert ask(site, text).is_empty is is_empty


def test_goal_that_no_hit_can_meet_is_still_asked_for(site: Site) -> None:
    make_goal(site, "Nowhere", "/unseen")
    like = HitLike(Fact.PAGEVIEW, (Only("page", frozenset()),))

    assert ask(site, "goal:is:Nowhere").for_fact(Fact.VISIT)[2] == (Having((like,)),)
    assert ask(site, "goal:is:Unknown").for_fact(Fact.VISIT)[2] == (Having((like,)),)


def test_what_excludes_nothing_is_left_out(site: Site) -> None:
    make_goal(site, "Nowhere", "/unseen")

    assert ask(site, "browser:is_not:Netscape", "goal:is_not:Nowhere") == Resolved()


@pytest.mark.parametrize(
    "value",
    ["Samsung Internet 23", "Samsung Internet", "Opera 99.1 beta"],
)
def test_names_of_several_words_are_told_from_versions(site: Site, value: str) -> None:
    clients = [
        factory.make_client(Equipment("Samsung Internet", "23")),
        factory.make_client(Equipment("Samsung Internet", "")),
        factory.make_client(Equipment("Samsung", "Internet 2")),
        factory.make_client(Equipment("Opera", "99.1 beta")),
    ]

    (only,) = ask(site, f"browser_version:is:{value}").only

    assert [
        f"{row.browser} {row.browser_version}".strip() for row in clients if row.pk in only.values
    ] == [value]


def test_longest_values_are_answered(site: Site) -> None:
    """SQLite takes 32,766 values in a statement; these have 50,000 slashes."""
    factory.make_location(Place("DE", "Bavaria", "Munich"))
    values = tuple("DE/" + "/" * 490 + str(number) for number in range(100))

    for name in ("region", "city", "browser_version", "page"):
        for operator in Operator:
            resolved = resolve([Filter(name, operator, values)], [site.pk])
            assert resolved.is_empty is not operator.is_negative


# Statements


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        *(
            (f"{name}:{operator}:a|b", 1)
            for name in ("browser", "city", "page")
            for operator in Operator
        ),
        ("browser_version:is:a 1|b 2", 1),
        ("event:is:Buy", 1),
        ("property[plan]:is_not:Pro", 1),
        ("goal:is:Thanks", 2),
        ("goal:contains:a|e|i|o|u", 4),
        ("goal:is:None", 1),
    ],
)
def test_filter_takes_few_statements(
    site: Site, text: str, statements: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    make_goal(site, "Thanks")
    make_goal(site, "Blog", "/blog/**")
    make_event_goal(site, "Buy", "Buy", ("plan", "is", "Pro"), ("seats", "is_not", "1"))
    make_event_goal(site, "Signup", "Sign up")

    with django_assert_num_queries(statements):
        ask(site, text)
