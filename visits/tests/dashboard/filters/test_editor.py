"""The editor of filters: what it offers, what it makes of what was written, and who may use it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.filters.dimensions import GROUPS
from visits.models import Goal
from visits.reports.filters import filterable_names
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import make_link, make_segment

HOSTILE = '"><img src=x onerror=alert(1)>'
ON_A = {"dimension": "entry_page", "operator": "is", "values": ["/a"]}
HTMX = {"hx-request": "true", "hx-target": "filter-editor"}


def edit(client: Client, site: Site, query: str = "", **pairs: Any) -> Any:
    """Open the editor as a page, with these parameters behind the report's own."""
    written = urlencode(pairs, doseq=True)
    return client.get(reverse("site_filter", args=[site.pk]) + f"?{query}&{written}")


def labels(response: Any) -> list[str]:
    return [value.label for value in response.context["editor"].values]


# What it offers


def test_everything_that_can_be_filtered_by_is_in_one_group() -> None:
    names = [name for _, group in GROUPS for name in group]

    assert sorted(names) == sorted(filterable_names())


def test_editor_asks_first_what_the_filter_is_about(signed_in: Client, site: Site) -> None:
    page = edit(signed_in, site, "period=7d&metric=visits").content.decode()

    assert 'href="./?period=7d&amp;metric=visits&amp;on=browser"' in page
    assert 'href="../?period=7d&amp;metric=visits"' in page


def test_values_are_those_of_the_period_with_most_visitors_first(
    signed_in: Client, site: Site
) -> None:
    for path in ("/", "/", "/docs"):
        make_visit(site, started_at=timezone.now(), pageviews=[path])
    make_visit(site, started_at=timezone.now() - dt.timedelta(days=20), pageviews=["/old"])

    shown = edit(signed_in, site, "period=7d", on="page")

    assert [(value.label, value.count) for value in shown.context["editor"].values] == [
        ("/", "2"),
        ("/docs", "1"),
    ]


def test_typing_searches_and_what_is_ticked_stays(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/docs", "/docs/api", "/blog"])

    shown = edit(signed_in, site, on="page", typed="API", value="/blog")

    values = [(value.text, value.is_chosen) for value in shown.context["editor"].values]
    assert values == [("/blog", True), ("/docs/api", False)]


def test_twenty_values_are_offered_at_most(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=[f"/{number}" for number in range(25)])

    assert len(labels(edit(signed_in, site, on="page"))) == 20


def test_other_filters_hold_for_what_is_offered(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a"])
    make_visit(site, started_at=timezone.now(), pageviews=["/b"])

    assert labels(edit(signed_in, site, "filter=entry_page:is:/a", on="page")) == ["/a"]


def test_filter_that_is_edited_begins_with_its_values_and_offers_others(
    signed_in: Client, site: Site
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a"])
    make_visit(site, started_at=timezone.now(), pageviews=["/b"])

    shown = edit(signed_in, site, "filter=page:is_not:/a", edits="page:is_not:/a")

    editor = shown.context["editor"]
    assert [label for _, label, is_chosen in editor.operators if is_chosen] == ["is not"]
    assert [(value.label, value.is_chosen) for value in editor.values] == [
        ("/a", True),
        ("/b", False),
    ]


def test_part_of_a_text_is_typed_and_shows_what_contains_it(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/docs", "/docs/api", "/blog"])

    shown = edit(signed_in, site, on="page", operator="contains", typed="doc", value="blog")

    assert labels(shown) == ["blog"]
    assert sorted(shown.context["editor"].examples) == ["/docs", "/docs/api"]


def test_goals_are_offered_by_name_and_properties_lead_to_their_values(
    signed_in: Client, site: Site
) -> None:
    visit = make_visit(site, started_at=timezone.now())
    make_hit(visit, event="Sign up", properties={"plan]": "pro"})
    Goal.objects.create(site=site, name="Signed up", kind="event", event_name="Sign up")

    assert labels(edit(signed_in, site, on="goal")) == ["Signed up"]
    [key] = edit(signed_in, site, on="property").context["editor"].values
    inner = edit(signed_in, site, f"on={key.inner_query}")
    assert key.label == "plan]"
    assert (inner.context["editor"].label, labels(inner)) == ("Property plan]", ["pro"])


# What becomes of it


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ({"on": "page", "value": ["/a|b", "/c"]}, r"page:is:/a\|b|/c"),
        ({"on": "page", "operator": "is_not", "value": "/a"}, "page:is_not:/a"),
        ({"on": "page", "operator": "contains", "typed": "doc"}, "page:contains:doc"),
        (
            {"on": "page", "operator": "contains_not", "typed": "doc", "value": "blog"},
            "page:contains_not:blog|doc",
        ),
        # What was ticked is meant; the rest was for searching.
        ({"on": "page", "typed": "do", "value": "/docs"}, "page:is:/docs"),
        ({"on": "page", "typed": "/never"}, "page:is:/never"),
        # Called so on the screen.
        ({"on": "country", "typed": "germany"}, "country:is:DE"),
        ({"on": "source", "value": ""}, "source:is:"),
        ({"on": "property[plan]", "value": "pro"}, "property[plan]:is:pro"),
    ],
)
def test_what_was_written_is_in_the_address_of_the_report(
    signed_in: Client, site: Site, written: dict[str, Any], text: str
) -> None:
    make_visit(site, started_at=timezone.now())

    answer = edit(signed_in, site, "period=7d&metric=visits", step="apply", **written)

    query = urlencode({"period": "7d", "filter": text, "metric": "visits"})
    assert (answer.status_code, answer["Location"]) == (302, f"../?{query}")


def test_edited_filter_keeps_its_place(signed_in: Client, site: Site) -> None:
    query = "filter=os:is:Linux&filter=browser:is:Edge"

    answer = edit(signed_in, site, query, edits="os:is:Linux", on="os", value="macOS", step="apply")

    pairs = [("period", "28d"), ("filter", "os:is:macOS"), ("filter", "browser:is:Edge")]
    assert answer["Location"] == f"../?{urlencode(pairs)}"


def test_value_that_was_typed_can_be_added_to_others(signed_in: Client, site: Site) -> None:
    shown = edit(signed_in, site, on="page", value="/a", typed="/b", step="add")

    values = [(value.text, value.is_chosen) for value in shown.context["editor"].values]
    assert values == [("/a", True), ("/b", True)]
    assert shown.context["editor"].typed == ""


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"on": "page"}, "Choose a value, or write one."),
        ({"on": "page", "operator": "contains", "value": ""}, "Write what the text shall contain"),
        ({"on": "page", "typed": "x" * 501}, "at most 500 characters"),
        ({"on": "page", "value": "x" * 501}, "One of the values cannot be filtered by."),
        ({"on": "page", "value": [str(n) for n in range(101)]}, "Choose 100 values at most."),
        ({"on": "shoe_size"}, "cannot be filtered by"),
        ({"on": "page[x]", "value": "1"}, "Only a property is named with brackets"),
        ({"on": "page", "operator": "was", "value": "1"}, "Select a valid choice"),
        ({"on": "page", "value": "\0"}, "One of the values cannot be filtered by."),
    ],
)
def test_what_is_wrong_is_said_in_place(
    signed_in: Client, site: Site, written: dict[str, Any], sentence: str
) -> None:
    answer = edit(signed_in, site, step="apply", **written)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_twenty_filters_are_enough(signed_in: Client, site: Site) -> None:
    query = "&".join(f"filter=page:is:/{number}" for number in range(20))

    answer = edit(signed_in, site, query, on="os", value="Linux", step="apply")

    assert answer.context["editor"].problem == "Use 20 filters at most."


def test_filter_that_is_there_already_is_not_doubled(signed_in: Client, site: Site) -> None:
    answer = edit(signed_in, site, "filter=os:is:A", on="os", value="A", step="apply")

    assert answer["Location"] == "../?period=28d&filter=os%3Ais%3AA"


def test_wrong_address_is_left_to_the_report(signed_in: Client, site: Site) -> None:
    answer = edit(signed_in, site, "period=century")

    assert answer["Location"].startswith("../?period=century")


# Within the dialog


def test_dialog_gets_the_editor_alone_and_keeps_the_address(signed_in: Client, site: Site) -> None:
    url = reverse("site_filter", args=[site.pk])

    answer = signed_in.get(f"{url}?on=page", headers=HTMX)

    page = answer.content.decode()
    assert page.strip().startswith('<div class="filter-editor"')
    assert 'action="filter/"' in page
    assert answer["HX-Push-Url"] == "false"


def test_dialog_gets_the_link_to_the_report(signed_in: Client, site: Site) -> None:
    url = reverse("site_filter", args=[site.pk])

    page = signed_in.get(f"{url}?on=os&value=A&step=apply", headers=HTMX).content.decode()

    assert 'href="?period=28d&amp;filter=os%3Ais%3AA"' in page
    assert 'data-choice="segment=&amp;filter=os%3Ais%3AA"' in page


def test_typing_refreshes_the_values_alone(signed_in: Client, site: Site) -> None:
    url = reverse("site_filter", args=[site.pk])
    headers = {"hx-request": "true", "hx-target": "filter-values"}

    page = signed_in.get(f"{url}?on=page&typed=a", headers=headers).content.decode()

    assert page.strip().startswith('<div class="filter-values"')


def test_report_has_a_button_and_its_chips_lead_to_the_editor(
    signed_in: Client, site: Site
) -> None:
    url = reverse("site_report", args=[site.pk])

    page = signed_in.get(f"{url}?filter=os:is:A").content.decode()

    assert 'href="filter/?period=28d&amp;filter=os%3Ais%3AA"' in page
    assert 'href="filter/?period=28d&amp;filter=os%3Ais%3AA&amp;edits=os%3Ais%3AA"' in page


# Behind a shared link


def test_readers_of_a_link_filter_by_what_it_shows(client: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a", "/secret"])
    link = make_link(site, panels=["pages"], segment=make_segment(site, filters=[ON_A]))
    url = reverse("shared_filter", args=[link.slug])

    groups = client.get(url).context["editor"].groups
    refused = client.get(f"{url}?on=browser")
    written = client.get(f"{url}?on=page&value=/a&step=apply")

    assert [group.label for group in groups] == ["Page"]
    assert "cannot be filtered by" in refused.content.decode()
    assert written["Location"] == "../?period=28d&filter=page%3Ais%3A%2Fa"


def test_limit_of_a_link_holds_for_what_is_offered(client: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a"])
    make_visit(site, started_at=timezone.now(), pageviews=["/secret"])
    link = make_link(site, panels=["pages"], segment=make_segment(site, filters=[ON_A]))
    url = reverse("shared_filter", args=[link.slug])

    # Also when the same filter is edited.
    query = urlencode({"filter": "entry_page:is:/a", "edits": "entry_page:is:/a", "on": "page"})

    assert labels(client.get(f"{url}?{query}")) == ["/a"]


# What it costs, and who may use it


def test_hostile_values_are_text(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=[f"/{HOSTILE}"])
    wanted = {"on": "page", "typed": HOSTILE, "value": HOSTILE, "edits": HOSTILE}

    for written in (wanted, {"on": HOSTILE}, {"on": f"property[{HOSTILE}]"}):
        for step in ("", "add", "apply"):
            for operator in ("is", "contains"):
                answer = edit(signed_in, site, step=step, operator=operator, **written)
                assert "<img src=x" not in answer.content.decode()


@pytest.mark.parametrize(("written", "count"), [({}, 4), ({"on": "page"}, 8), ({"on": "goal"}, 5)])
def test_editor_asks_the_database_for_one_list_only(
    signed_in: Client,
    site: Site,
    django_assert_num_queries: Any,
    written: dict[str, str],
    count: int,
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a", "/b"])

    with django_assert_num_queries(count):
        edit(signed_in, site, **written)


def test_stranger_gets_404(client: Client, site: Site, stranger: User) -> None:
    client.force_login(stranger)

    assert edit(client, site).status_code == 404


def test_anonymous_is_sent_to_sign_in(client: Client, site: Site) -> None:
    assert edit(client, site)["Location"].startswith(reverse("account_login"))


def test_editor_is_read_only(signed_in: Client, site: Site) -> None:
    assert signed_in.post(reverse("site_filter", args=[site.pk])).status_code == 405


def test_filter_from_details_leads_back_to_them(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a"])
    details = reverse("site_details", args=[site.pk, "entry_page"]) + "?period=7d"
    opening = 'href="../../filter/?period=7d&amp;details=entry_page"'

    opened = edit(signed_in, site, "period=7d", details="entry_page", on="page")
    written = edit(
        signed_in, site, "period=7d", details="entry_page", on="page", value="/a", step="apply"
    )

    assert opening in signed_in.get(details).content.decode()
    assert 'href="../details/entry_page/?period=7d"' in opened.content.decode()
    assert written.headers["Location"] == "../details/entry_page/?period=7d&filter=page%3Ais%3A%2Fa"


@pytest.mark.parametrize("name", ["nothing", "https://example.org", "../.."])
def test_details_that_there_are_not_lead_to_the_report(
    signed_in: Client, site: Site, name: str
) -> None:
    written = edit(signed_in, site, "period=7d", details=name, on="page", value="/a", step="apply")

    assert written.headers["Location"] == "../?period=7d&filter=page%3Ais%3A%2Fa"
