"""The goals of a site: listed with their numbers, added, changed, deleted."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.settings import goals as goal_settings
from visits.dashboard.settings.goal_numbers import GoalNumbers
from visits.models import Goal, HitRevenue
from visits.reports.lost_days import LostDays
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import make_event_goal, make_funnel, make_goal, make_scroll_goal

HOSTILE = '"><img src=x onerror=alert(1)>\u202e'
SIGNUP = {"kind": "event", "event_name": "Signup"}


def form_of(*conditions: tuple[str, str, str], **fields: Any) -> dict[str, Any]:
    """Return what a browser sends of the form: a view of a page unless `fields` say otherwise."""
    form: dict[str, Any] = {"name": "Goal", "kind": "page", "page_pattern": "/thanks"}
    form |= {
        "scroll_percent": "",
        "conditions-TOTAL_FORMS": len(conditions),
        "conditions-INITIAL_FORMS": 0,
    }
    for number, (key, operator, value) in enumerate(conditions):
        row = {"key": key, "operator": operator, "value": value}
        form |= {f"conditions-{number}-{name}": text for name, text in row.items()}
    return form | fields


@pytest.fixture
def add_url(site: Site) -> str:
    return reverse("site_goal_add", args=[site.pk])


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_goals", args=[site.pk])


# The list


def test_list_says_what_goals_mean(signed_in: Client, site: Site, list_url: str) -> None:
    make_goal(site, "Bought", "/thanks")
    make_goal(site, "Read", "/blog/**")
    make_goal(site, "Came", "/**")
    make_scroll_goal(site, "Whole article", "/blog/*", 90)
    make_event_goal(site, "Paid", "Signup", ("plan", "is_not", "Free"), ("plan", "contains", "P"))

    rows = signed_in.get(list_url).context["rows"]

    assert {row.name: (row.words.sentence, row.words.conditions) for row in rows} == {
        "Bought": ("/thanks is viewed", ()),
        "Read": ("A page like /blog/** is viewed", ()),
        "Came": ("Any page is viewed", ()),
        "Whole article": ("/blog/* is read down to 90 %", ()),
        "Paid": ("The event Signup happens", ("plan is not Free", "plan contains P")),
    }


def test_list_counts_the_last_28_days(signed_in: Client, site: Site, list_url: str) -> None:
    now = timezone.now()
    make_goal(site, "Bought", "/thanks")
    make_visit(site, started_at=now, pageviews=["/", "/thanks", "/thanks"])
    make_visit(site, started_at=now, pageviews=["/"])
    make_visit(site, started_at=now - dt.timedelta(days=40), pageviews=["/thanks"])

    [row] = signed_in.get(list_url).context["rows"]

    assert row.numbers == GoalNumbers(visitors=1, rate=0.5, conversions=2, revenue="")


def test_conversions_lead_to_the_report_of_who_met_the_goal(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_goal(site, "Paid, in full", "/thanks")
    make_visit(site, started_at=timezone.now(), pageviews=["/thanks"])
    make_visit(site, started_at=timezone.now(), pageviews=["/"])

    [row] = signed_in.get(list_url).context["rows"]
    report = signed_in.get(row.report_url)

    assert report.status_code == 200
    assert [tile.value for tile in report.context["tiles"]][:2] == ["1", "1"]


def test_goal_of_a_site_without_visits_has_no_rate(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_goal(site)

    [row] = signed_in.get(list_url).context["rows"]

    assert row.numbers == GoalNumbers(visitors=0, rate=None, conversions=0, revenue="")


@pytest.mark.parametrize(("goals", "statements"), [(1, 10), (2, 10), (25, 10)])
def test_list_asks_for_all_goals_of_a_page_at_once(
    signed_in: Client,
    site: Site,
    list_url: str,
    goals: int,
    statements: int,
    django_assert_num_queries: Any,
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/0"])
    for number in range(goals):
        make_goal(site, f"Goal {number:02}", "/0")

    with django_assert_num_queries(statements):
        response = signed_in.get(list_url)

    assert len(response.context["rows"]) == min(goals, 20)


def test_second_page_has_the_other_goals(signed_in: Client, site: Site, list_url: str) -> None:
    for number in range(21):
        make_goal(site, f"Goal {number:02}")

    rows = signed_in.get(list_url, {"page": "2"}).context["rows"]

    assert [row.name for row in rows] == ["Goal 20"]


def test_wrong_page_is_a_bad_request_and_shows_the_first(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_goal(site)

    response = signed_in.get(list_url, {"page": "x"})

    assert (response.status_code, len(response.context["rows"])) == (400, 1)


def test_empty_list_offers_to_add_a_goal(signed_in: Client, list_url: str, add_url: str) -> None:
    page = signed_in.get(list_url).content.decode()

    assert "No goals yet" in page
    assert add_url in page


def lose_days(*_: object) -> None:
    raise LostDays(dt.date(2026, 5, 1))


def test_goals_stand_there_also_when_numbers_cannot_be_read(
    signed_in: Client, site: Site, list_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = make_goal(site)
    monkeypatch.setattr(goal_settings, "counted_rows", lose_days)
    monkeypatch.setattr(goal_settings, "numbers_of", lose_days)

    response = signed_in.get(list_url)
    form = signed_in.get(reverse("site_goal", args=[site.pk, goal.pk]))

    [row] = response.context["rows"]
    assert (row.name, row.numbers) == ("Thanks", GoalNumbers())
    assert "their archive cannot be read" in response.content.decode()
    assert "their archive cannot be read" in form.content.decode()


# The form


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"page_pattern": "thanks/"}, ("page", "/thanks/", "", None)),
        (
            {"kind": "scroll", "scroll_percent": "75"},
            ("scroll", "/thanks", "", 75),
        ),
        # What stands in a field that is out of sight is not meant.
        (SIGNUP | {"scroll_percent": "200"}, ("event", "", "Signup", None)),
        ({"event_name": "Signup"}, ("page", "/thanks", "", None)),
    ],
)
def test_goal_of_each_kind_is_added(
    signed_in: Client, add_url: str, list_url: str, fields: dict[str, str], stored: tuple[Any, ...]
) -> None:
    response = signed_in.post(add_url, form_of(**fields))

    goal = Goal.objects.get()
    assert response["Location"] == list_url
    assert (goal.kind, goal.page_pattern, goal.event_name, goal.scroll_percent) == stored


def test_conditions_are_stored_and_empty_rows_are_not(signed_in: Client, add_url: str) -> None:
    rows = [("plan", "is", "Pro"), ("", "is", ""), ("note", "contains_not", "test")]

    signed_in.post(add_url, form_of(*rows, **SIGNUP))

    assert Goal.objects.get().conditions == [
        {"key": "plan", "operator": "is", "value": "Pro"},
        {"key": "note", "operator": "contains_not", "value": "test"},
    ]


def test_conditions_go_with_the_event(signed_in: Client, site: Site) -> None:
    goal = make_event_goal(site, "Paid", "Signup", ("plan", "is", "Pro"))

    signed_in.post(
        reverse("site_goal", args=[site.pk, goal.pk]), form_of(("plan", "is", "Pro"), name="Paid")
    )

    goal.refresh_from_db()
    assert (goal.kind, goal.event_name, goal.conditions) == ("page", "", [])


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "Two\nlines"}, "name", "line break"),
        ({"name": "x" * 101}, "name", "100 characters"),
        ({"name": "Taken"}, "__all__", "one with this name already"),
        ({"kind": "visit"}, "kind", "valid choice"),
        ({"page_pattern": ""}, "page_pattern", "Write the path"),
        ({"page_pattern": "/a/" * 300}, "page_pattern", "500 characters"),
        (SIGNUP | {"event_name": ""}, "event_name", "Write the name"),
        ({"kind": "scroll", "scroll_percent": ""}, "scroll_percent", "from 1 to 100"),
        ({"kind": "scroll", "scroll_percent": "101"}, "scroll_percent", "less than or equal"),
        ({"kind": "scroll", "scroll_percent": "all"}, "scroll_percent", "whole number"),
    ],
)
def test_wrong_goal_stays_on_the_form_with_a_sentence(
    signed_in: Client, site: Site, add_url: str, fields: dict[str, str], field: str, sentence: str
) -> None:
    make_goal(site, "Taken")

    response = signed_in.post(add_url, form_of(**fields))

    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("", "is", "Pro"), "needs the name of a property"),
        (("plan", "contains", ""), "shall contain"),
        (("plan", "like", "Pro"), "valid choice"),
        (("x" * 101, "is", ""), "100 characters"),
    ],
)
def test_wrong_condition_is_said_in_its_row(
    signed_in: Client, add_url: str, row: tuple[str, str, str], sentence: str
) -> None:
    page = signed_in.post(add_url, form_of(("plan", "is", "Pro"), row, **SIGNUP)).content.decode()

    assert sentence in page
    assert not Goal.objects.exists()


def test_six_conditions_are_too_many(signed_in: Client, add_url: str) -> None:
    page = signed_in.post(add_url, form_of(*[("plan", "is", "Pro")] * 6, **SIGNUP))

    assert "A goal has 5 conditions at most." in page.content.decode()
    assert not Goal.objects.exists()


@pytest.mark.parametrize("total", ["", "many", "999999999"])
def test_wrong_number_of_rows_is_no_error_of_the_server(
    signed_in: Client, add_url: str, total: str
) -> None:
    form = form_of(**SIGNUP, **{"conditions-TOTAL_FORMS": total})

    responses = [signed_in.post(add_url, form | {"intent": intent}) for intent in ("save", "add")]

    assert {response.status_code for response in responses} == {200}
    assert not Goal.objects.exists()


def test_hundredth_and_first_goal_is_refused(
    signed_in: Client, add_url: str, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    monkeypatch.setattr(Goal, "AT_MOST", 2)
    make_goal(site, "First")
    make_goal(site, "Second")

    page = signed_in.post(add_url, form_of(name="One more")).content.decode()

    assert "A site has 2 " in page


def test_changed_goal_keeps_its_place(signed_in: Client, site: Site) -> None:
    goal = make_goal(site, "Thanks", "/thanks")

    signed_in.post(
        reverse("site_goal", args=[site.pk, goal.pk]),
        form_of(name="Bought", page_pattern="/receipt"),
    )

    stored = Goal.objects.get()
    assert (stored.pk, stored.name, stored.page_pattern) == (goal.pk, "Bought", "/receipt")


def test_form_shows_the_conditions_of_a_goal(signed_in: Client, site: Site) -> None:
    goal = make_event_goal(site, "Paid", "Signup", ("plan", "contains", "Pro"))

    page = signed_in.get(reverse("site_goal", args=[site.pk, goal.pk])).content.decode()

    assert 'value="plan"' in page
    assert '<option value="contains" selected>' in page


def test_link_fills_in_a_new_goal(signed_in: Client, add_url: str) -> None:
    response = signed_in.get(add_url, SIGNUP)

    form = response.context["form"]
    assert (form["kind"].value(), form["event_name"].value()) == ("event", "Signup")


def test_wrong_link_fills_in_nothing(signed_in: Client, add_url: str) -> None:
    form = signed_in.get(add_url, {"kind": "visit"}).context["form"]

    assert form["kind"].value() == "page"


def test_form_offers_what_the_site_has_sent(signed_in: Client, site: Site, add_url: str) -> None:
    visit = make_visit(site, pageviews=["/pricing", "//shop.example.com/pricing"])
    make_hit(visit, "/pricing", event="Signup", properties={"plan": "Pro"})
    make_hit(visit, "/pricing", event="Download", properties={"plan": "Free"})

    suggestions = signed_in.get(add_url).context["suggestions"]

    assert (suggestions.events, suggestions.keys, suggestions.pages) == (
        ["Download", "Signup"],
        ["plan"],
        ["/pricing"],
    )


# Its buttons


def test_row_is_added_without_storing_or_losing_anything(signed_in: Client, add_url: str) -> None:
    form = form_of(("plan", "is", "Pro"), **SIGNUP, intent="add")

    response = signed_in.post(add_url, form)

    rows = response.context["form"].rows
    assert [row["key"].value() for row in rows] == ["plan", ""]
    assert response.context["form"]["event_name"].value() == "Signup"
    assert "field-errors" not in response.content.decode()
    assert not Goal.objects.exists()


def test_row_is_removed(signed_in: Client, add_url: str) -> None:
    form = form_of(("a", "is", "1"), ("b", "is", "2"), **SIGNUP, intent="remove-0")

    rows = signed_in.post(add_url, form).context["form"].rows

    assert [row["key"].value() for row in rows] == ["b"]


def test_preview_counts_what_the_list_counts_and_calls_it_the_same(
    signed_in: Client, site: Site, add_url: str, list_url: str
) -> None:
    now = timezone.now()
    # One of them came twice.
    for visitor, pages in ((1, ["/thanks", "/thanks"]), (1, ["/thanks"]), (2, ["/"])):
        make_visit(site, started_at=now, visitor=visitor, pageviews=pages)
    goal = make_goal(site, "Thanks", "/thanks")
    make_event_goal(site, "Bought", "Buy")
    visit = make_visit(site, started_at=now, visitor=3)
    hit = make_hit(visit, event="Buy")
    HitRevenue.objects.create(site=site, hit=hit, currency="EUR", amount_micros=7_500_000)

    form = signed_in.get(reverse("site_goal", args=[site.pk, goal.pk]))
    page = signed_in.get(list_url)

    rows = {row.name: row.numbers for row in page.context["rows"]}
    assert form.context["preview"].numbers == rows["Thanks"]
    assert (rows["Thanks"].visitors, rows["Thanks"].conversions) == (1, 3)
    assert rows["Bought"].revenue == "7.50\N{NO-BREAK SPACE}EUR"
    words = ["Visitors", "Conversion rate", "Conversions", "Revenue"]
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page.content.decode())
    assert heads == ["Goal", *words]
    assert re.findall(r"<dt>([^<]+)</dt>", form.content.decode()) == words[:3]


def test_preview_counts_visitors_without_storing(
    signed_in: Client, site: Site, add_url: str
) -> None:
    now = timezone.now()
    make_visit(site, started_at=now, pageviews=["/thanks", "/thanks"])
    make_visit(site, started_at=now, pageviews=["/thanks"])
    make_visit(site, started_at=now, pageviews=["/"])

    response = signed_in.post(add_url, form_of(name="", intent="preview"))

    page, numbers = response.content.decode(), response.context["preview"].numbers
    assert (numbers.visitors, numbers.conversions) == (2, 3)
    assert not Goal.objects.exists()
    assert "This field is required" not in page


def test_preview_looks_at_conditions(signed_in: Client, site: Site, add_url: str) -> None:
    for plan in ("Pro", "Free"):
        visit = make_visit(site, started_at=timezone.now())
        make_hit(visit, event="Signup", properties={"plan": plan})

    form = form_of(("plan", "is", "Pro"), **SIGNUP, intent="preview")
    numbers = signed_in.post(add_url, form).context["preview"].numbers

    assert (numbers.visitors, numbers.rate) == (1, 0.5)


def test_preview_of_what_nobody_did_says_so(signed_in: Client, add_url: str) -> None:
    page = signed_in.post(add_url, form_of(intent="preview")).content.decode()

    assert "No visitor of the last 28 days met this." in page


def test_preview_of_half_a_goal_asks_for_the_rest(signed_in: Client, add_url: str) -> None:
    page = signed_in.post(add_url, form_of(page_pattern="", intent="preview")).content.decode()

    assert "Fill in what counts" in page


def test_preview_of_a_stored_goal_leaves_it_as_it_is(signed_in: Client, site: Site) -> None:
    goal = make_goal(site, "Thanks", "/thanks")

    signed_in.post(
        reverse("site_goal", args=[site.pk, goal.pk]),
        form_of(name="Other", page_pattern="/other", intent="preview"),
    )

    goal.refresh_from_db()
    assert (goal.name, goal.page_pattern) == ("Thanks", "/thanks")


# Deleting


def test_goal_is_deleted_after_a_question(signed_in: Client, site: Site, list_url: str) -> None:
    goal = make_goal(site)
    url = reverse("site_goal_delete", args=[site.pk, goal.pk])

    question = signed_in.get(url)
    assert Goal.objects.exists()
    response = signed_in.post(url)

    assert "Delete Thanks?" in question.content.decode()
    assert response["Location"] == list_url
    assert not Goal.objects.exists()


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 409)])
def test_goal_that_a_funnel_needs_stays(
    signed_in: Client, site: Site, method: str, status: int
) -> None:
    goals = [make_goal(site, name, f"/{name}") for name in ("first", "second")]
    make_funnel(site, "Sales", goals)

    response = getattr(signed_in, method)(reverse("site_goal_delete", args=[site.pk, goals[0].pk]))

    page = response.content.decode()
    assert response.status_code == status
    assert "A funnel has it as a step." in page
    assert ">Sales</a>" in page
    assert Goal.objects.count() == 2


# Who may


@pytest.mark.parametrize("page", ["site_goals", "site_goal_add", "site_goal", "site_goal_delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_finds_no_goals(
    client: Client, site: Site, stranger: User, page: str, method: str
) -> None:
    goal = make_goal(site)
    arguments = [site.pk, goal.pk] if page in {"site_goal", "site_goal_delete"} else [site.pk]
    url = reverse(page, args=arguments)

    anonymous = getattr(client, method)(url)
    client.force_login(stranger)
    response = getattr(client, method)(url, form_of())

    assert anonymous["Location"].startswith(reverse("account_login"))
    assert response.status_code == (405 if (page, method) == ("site_goals", "post") else 404)
    assert Goal.objects.get() == goal


def test_goal_of_another_site_of_the_owner_is_not_found(
    signed_in: Client, owner: User, site: Site
) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    goal = make_goal(other)

    for page in ("site_goal", "site_goal_delete"):
        assert signed_in.post(reverse(page, args=[site.pk, goal.pk])).status_code == 404


# Hostile texts


def test_hostile_texts_are_shown_as_text(signed_in: Client, site: Site) -> None:
    visit = make_visit(site, started_at=timezone.now(), pageviews=[f"/{HOSTILE}"])
    make_hit(visit, event=HOSTILE, properties={HOSTILE: HOSTILE})
    goal = make_event_goal(site, HOSTILE, HOSTILE, (HOSTILE, "is", HOSTILE))

    pages = [
        signed_in.get(reverse(page, args=arguments)).content.decode()
        for page, arguments in (
            ("site_goals", [site.pk]),
            ("site_goal_add", [site.pk]),
            ("site_goal", [site.pk, goal.pk]),
            ("site_goal_delete", [site.pk, goal.pk]),
        )
    ]

    assert not any("<img src=x" in page for page in pages)
    assert "\u202e" not in pages[0] + pages[3]
