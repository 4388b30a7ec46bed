"""Files for the owner of a site: who gets them, what is in them, and what wrong questions are told."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.exchange import bundle as bundle_module
from visits.exchange.urls import urlpatterns
from visits.files.download import Download, filename_of
from visits.models import Funnel, Goal, Hit, Segment
from visits.reports.dimensions import DIMENSIONS
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import COLUMNS
from visits.reports.totals import TOTALS
from visits.tests.factory import GOOGLE, NOON, PHONE, make_hit, make_visit

Get = Callable[..., HttpResponse]
DOCS = Path(__file__).resolve().parents[3] / "docs" / "exports.md"
DAY = dt.timedelta(days=1)
TODAY = NOON.date()
PATHS = {
    "site_export_totals": ("totals.csv", "totals.json"),
    "site_export_timeseries": ("timeseries.csv", "timeseries.json"),
    "site_export_breakdown": ("breakdown.csv?dimension=page", "breakdown.json?dimension=page"),
    "site_export_funnel": ("funnels/1.csv", "funnels/1.json"),
    "site_export_flow": ("flow.csv?path=/", "flow.json?path=/"),
    "site_export_all": ("all.zip",),
    "site_export_hits": ("hits.csv", "hits.jsonl"),
}
FILES = [path for paths in PATHS.values() for path in paths]
every_file = pytest.mark.parametrize("path", FILES)


@pytest.fixture(autouse=True)
def fixed_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture(autouse=True)
def traffic(site: Site) -> None:
    """Two visits today, one of them from Google with a purchase, and one yesterday."""
    visit = make_visit(site, pageviews=("/", "/pricing"), origin=GOOGLE)
    make_hit(visit, "/pricing", event="Buy", properties={"plan": "pro"})
    make_visit(site, pageviews=("/",), equipment=PHONE)
    make_visit(site, pageviews=("/about",), started_at=NOON - DAY)


@pytest.fixture(autouse=True)
def purchase(site: Site) -> Funnel:
    """A funnel from the prices to the purchase. Its number is known to the addresses above."""
    prices = Goal.objects.create(
        site=site, name="Prices", kind=Goal.Kind.PAGE, page_pattern="/pricing"
    )
    buy = Goal.objects.create(site=site, name="Buy", kind=Goal.Kind.EVENT, event_name="Buy")
    funnel = Funnel.objects.create(pk=1, site=site, name="Purchase")
    funnel.replace_steps([prices, buy])
    return funnel


@pytest.fixture
def get(client: Client, owner: User, site: Site) -> Iterator[Get]:
    """Return a function that asks for a file as the owner."""
    client.force_login(owner)
    responses = []

    def get(path: str, **parameters: Any) -> Any:
        response = client.get(f"/sites/{site.pk}/export/{path}", parameters or None)
        responses.append(response)
        return response

    yield get
    for response in responses:
        response.close()


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content).decode()


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text_of(response), newline=""), strict=True))


# Who gets them


def test_every_route_has_its_line_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PATHS)


@every_file
def test_owner_gets_a_file(get: Get, path: str) -> None:
    response: Any = get(path)

    assert response.status_code == 200
    assert len(b"".join(response.streaming_content)) > 50


@every_file
def test_stranger_and_staff_do_not_learn_that_the_site_exists(
    client: Client, stranger: User, staff: User, site: Site, path: str
) -> None:
    for user in (stranger, staff):
        client.force_login(user)
        assert client.get(f"/sites/{site.pk}/export/{path}").status_code == 404
        assert client.get(f"/sites/{10**12}/export/{path}").status_code == 404


@every_file
def test_anonymous_is_sent_to_sign_in(client: Client, site: Site, path: str) -> None:
    response = client.get(f"/sites/{site.pk}/export/{path}")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@every_file
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent(
    client: Client, owner: User, site: Site, path: str, method: str
) -> None:
    client.force_login(owner)

    assert getattr(client, method)(f"/sites/{site.pk}/export/{path}").status_code == 405


@every_file
def test_file_is_stored_nowhere(get: Get, path: str) -> None:
    response = get(path)

    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_funnel_has_a_row_for_each_step(get: Get) -> None:
    rows = rows_of(get("funnels/1.csv", compare="previous"))

    assert [(row["goal"], row["visits"], row["share_of_before"]) for row in rows] == [
        ("Prices", "1", ""),
        ("Buy", "1", "1.0"),
    ]
    assert [row["previous"] for row in rows] == ["0", "0"]


def test_funnel_of_another_site_does_not_exist(get: Get, owner: User) -> None:
    other = Site.objects.create(owner=owner, domain="other.example")
    funnel = Funnel.objects.create(pk=2, site=other, name="Elsewhere")

    assert get(f"funnels/{funnel.pk}.csv").status_code == 404


def test_flow_has_a_row_for_each_neighbour(get: Get) -> None:
    rows = json.loads(text_of(get("flow.json?path=/")))["rows"]

    assert rows == [
        {"neighbour": "exit", "path": "", "views": 1, "share": 0.5},
        {"neighbour": "page", "path": "/pricing", "views": 1, "share": 0.5},
    ]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [("", "path"), ("path=/&direction=up", "direction"), ("path=/&limit=0", "limit")],
)
def test_wrong_flow_is_told_in_a_sentence(get: Get, parameters: str, field: str) -> None:
    response = get(f"flow.csv?{parameters}")

    assert response.status_code == 400
    assert response.content.decode().startswith(f"{field}: ")


@pytest.mark.parametrize("path", ["totals.xml", "hits.json", "totals.jsonl", "all.csv", "x.csv"])
def test_other_files_do_not_exist(get: Get, path: str) -> None:
    assert get(path).status_code == 404


def test_page_of_a_sites_data_leads_to_files(get: Get, client: Client, site: Site) -> None:
    page = client.get(reverse("site_data", args=[site.pk])).content.decode()

    links = re.findall(rf'href="/sites/{site.pk}/export/([^"]+)"', page)
    assert links == ["all.zip?period=all", "hits.csv"]
    assert [get(link).status_code for link in links] == [200, 200]


# What they are called


@pytest.mark.parametrize(
    ("path", "name", "content_type"),
    [
        ("totals.csv", "example.com_totals_2026-04-07_2026-05-04.csv", "text/csv; charset=utf-8"),
        (
            "timeseries.json?period=today",
            "example.com_timeseries_2026-05-04_2026-05-04.json",
            "application/json",
        ),
        (
            "breakdown.csv?dimension=property[plan]&second=country",
            "example.com_property-plan-by-country_2026-04-07_2026-05-04.csv",
            "text/csv; charset=utf-8",
        ),
        ("all.zip", "example.com_reports_2026-04-07_2026-05-04.zip", "application/zip"),
        (
            "hits.jsonl?from=2026-01-01&to=2026-12-31",
            "example.com_hits_2026-01-01_2026-12-31.jsonl",
            "application/x-ndjson",
        ),
    ],
)
def test_file_is_named_after_site_report_and_period(
    get: Get, path: str, name: str, content_type: str
) -> None:
    response = get(path)

    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == content_type


def test_no_name_leaves_its_folder(site: Site) -> None:
    query = ReportQuery((site,), Period.of("today", TODAY))

    name = filename_of(query, 'property[../"\r\nX: y]', "csv")

    assert name == "example.com_property-..-X-y-_2026-05-04_2026-05-04.csv"


# What is in them


@pytest.mark.parametrize(
    ("path", "of_api", "parameters"),
    [
        ("totals.json", "totals/", {}),
        ("timeseries.json", "timeseries/", {"metrics": "visitors,revenue", "interval": "hour"}),
        ("breakdown.json?dimension=source", "breakdown/source/", {"metrics": "visits"}),
        ("breakdown.json?dimension=city", "breakdown/city/", {"filter": "os:is:Linux"}),
    ],
)
def test_json_is_that_of_the_api(
    get: Get, client: Client, site: Site, path: str, of_api: str, parameters: dict[str, str]
) -> None:
    asked = urlencode({"period": "today", "compare": "previous", **parameters})

    found = json.loads(text_of(get(f"{path}{'&' if '?' in path else '?'}{asked}")))

    assert found == client.get(f"/api/v1/sites/{site.pk}/{of_api}?{asked}").json()
    assert found["rows"]


def test_totals_have_the_numbers_of_the_period(get: Get) -> None:
    [row] = rows_of(get("totals.csv", period="today"))

    assert list(row) == ["from", "to", *TOTALS]
    assert (row["visitors"], row["pageviews"], row["events"]) == ("2", "3", "1")


def test_filters_and_segments_apply(get: Get, site: Site) -> None:
    segment = Segment.objects.create(
        site=site,
        name="Phones",
        filters=[{"dimension": "device", "operator": "is", "values": ["mobile"]}],
    )

    [totals_row] = rows_of(get("totals.csv", period="today", filter="browser:is:Firefox"))
    hits = rows_of(get("hits.csv", period="today", segment=segment.pk))

    assert totals_row["pageviews"] == "2"
    assert [(hit["path"], hit["device"]) for hit in hits] == [("/", "mobile")]


def test_breakdown_has_all_rows_in_the_order_that_is_asked_for(get: Get, site: Site) -> None:
    for number in range(30):
        make_visit(site, pageviews=(f"/{number:02}",))

    rows = rows_of(get("breakdown.csv", dimension="page", sort="name", search="/0"))

    assert [row["page"] for row in rows] == [f"/0{number}" for number in range(10)]


def test_mark_is_there_when_asked_for(get: Get) -> None:
    assert text_of(get("totals.csv", bom="1")).startswith('\ufeff"from","to",')
    assert text_of(get("totals.csv", bom="0")).startswith('"from","to",')


def test_zip_has_a_table_for_every_report(get: Get) -> None:
    response: Any = get("all.zip", period="today", compare="previous", bom="1")

    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as zipped:
        assert zipped.testzip() is None
        files = {name: zipped.read(name).decode("utf-8-sig") for name in zipped.namelist()}
        written_at = {info.date_time for info in zipped.infolist()}

    expected = {"totals", "timeseries", *DIMENSIONS} - {"day", "week", "month"}
    assert set(files) == {f"{name}.csv" for name in expected}
    assert files["country.csv"].splitlines()[0].split(",")[:3] == [
        '"country"',
        '"country_label"',
        '"visitors"',
    ]
    assert files["event.csv"].splitlines()[1].startswith('"Buy",1,0,,1,0,,1,0,')
    assert written_at == {(2026, 5, 4, 14, 0, 0)}


def test_zip_of_an_empty_site_has_headers(client: Client, owner: User) -> None:
    empty = Site.objects.create(owner=owner, name="E", domain="e.example", time_zone="UTC")
    client.force_login(owner)

    response: Any = client.get(f"/sites/{empty.pk}/export/all.zip")

    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as zipped:
        assert all(zipped.read(name).count(b"\r\n") >= 1 for name in zipped.namelist())


def test_zip_that_cannot_be_made_is_no_half_of_a_file(
    get: Get, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(bundle_module, "whole_breakdown", fail)
    client.raise_request_exception = False

    assert get("all.zip").status_code == 500


# Hits


def test_hits_come_in_both_formats(get: Get) -> None:
    rows = rows_of(get("hits.csv"))
    lines = [json.loads(line) for line in text_of(get("hits.jsonl")).splitlines()]

    assert [list(line) for line in lines] == [list(row) for row in rows]
    assert [row["path"] for row in rows] == ["/about", "/", "/pricing", "/pricing", "/"]
    assert [line["at"] for line in lines][:2] == [
        "2026-05-03T14:00:00+02:00",
        "2026-05-04T14:00:00+02:00",
    ]
    assert lines[3]["properties"] == {"plan": "pro"}
    assert rows[3]["properties"] == '{"plan": "pro"}'


def test_link_leads_through_all_hits(get: Get, client: Client) -> None:
    found, response = [], get("hits.csv", limit="2")

    while True:
        found += [row["path"] for row in rows_of(response)]
        if "Link" not in response:
            break
        link, relation = response["Link"].split(">; ")
        assert (link[0], relation) == ("<", 'rel="next"')
        response = client.get(link[1:])  # type: ignore[assignment]

    assert found == ["/about", "/", "/pricing", "/pricing", "/"]


def test_last_page_leads_nowhere(get: Get) -> None:
    assert "Link" in get("hits.csv", limit="4")
    assert "Link" not in get("hits.csv", limit="5")


def test_last_24_hours_stay_those_of_the_first_page(
    get: Get, client: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(site, pageviews=("/early", "/earlier"), started_at=NOON - DAY + DAY / 24)
    response = get("hits.csv", limit="1", period="24h")
    link = response["Link"].partition(">")[0][1:]
    monkeypatch.setattr(timezone, "now", lambda: NOON + DAY)

    following = rows_of(client.get(link + "&limit=100"))

    assert [row["path"] for row in following][:2] == ["/earlier", "/"]
    assert len(following) == 5


def test_number_of_statements_does_not_grow_with_the_hits(
    get: Get, site: Site, django_assert_max_num_queries: Any
) -> None:
    for _ in range(40):
        make_visit(site, pageviews=("/a", "/b", "/c"))

    # Session, user and site; places, and one chunk.
    with django_assert_max_num_queries(3 + 2 * 6 + 13):
        assert len(rows_of(get("hits.csv", period="28d"))) == Hit.objects.count()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_is_documented(name: str) -> None:
    table = DOCS.read_text(encoding="utf-8").partition("## Hits")[2]

    assert f"`{name}`" in table


# Streaming


def test_pieces_are_made_one_by_one_under_asgi() -> None:
    made = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield b"%d" % number

    async def read() -> list[tuple[bytes, int]]:
        return [(piece, len(made)) async for piece in Download(pieces(), "a.csv")]

    assert asyncio.run(read()) == [(b"0", 1), (b"1", 2), (b"2", 3)]


def test_pieces_end_when_nobody_takes_them() -> None:
    ended = []

    def pieces() -> Iterator[bytes]:
        try:
            yield b"1"
            yield b"2"
        finally:
            ended.append(True)

    response = Download(pieces(), "a.csv")
    next(iter(response))
    response.close()

    assert ended == [True]


# Wrong questions


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        *((path, {"period": "fortnight"}, "period") for path in FILES),
        *((path, {"from": "2026-13-01", "to": "2026-12-31"}, "from") for path in FILES),
        *((path, {"filter": "browser"}, "filter") for path in FILES),
        *((path, {"segment": "1"}, "segment") for path in FILES),
        *((path, {"perod": "7d"}, "perod") for path in FILES),
        ("totals.csv", {"bom": "maybe"}, "bom"),
        ("totals.json", {"bom": "1"}, "bom"),
        ("totals.csv", {"interval": "day"}, "interval"),
        ("totals.csv", {"metrics": "nonsense"}, "metrics"),
        ("totals.csv", {"compare": "yesteryear"}, "compare"),
        ("timeseries.csv", {"interval": "minute"}, "interval"),
        ("breakdown.csv", {}, "dimension"),
        ("breakdown.csv", {"dimension": "colour"}, "dimension"),
        ("breakdown.csv", {"dimension": "page", "second": "colour"}, "dimension"),
        ("breakdown.csv", {"dimension": "page", "sort": "path"}, "sort"),
        ("breakdown.csv", {"dimension": "page", "search": "x" * 101}, "search"),
        ("breakdown.csv", {"dimension": "page", "limit": "5"}, "limit"),
        ("hits.csv", {"limit": "0"}, "limit"),
        ("hits.csv", {"limit": "100001"}, "limit"),
        ("hits.csv", {"limit": "ten"}, "limit"),
        ("hits.csv", {"cursor": "17"}, "cursor"),
        ("hits.csv", {"compare": "previous"}, "compare"),
        ("all.zip", {"metrics": "visitors"}, "metrics"),
    ],
)
def test_wrong_parameter_is_named_in_a_sentence(
    get: Get, path: str, parameters: dict[str, str], field: str
) -> None:
    file, _, fixed = path.partition("?")

    response = get(f"{file}?{urlencode(dict(parse_qsl(fixed)) | parameters)}")

    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().startswith(f"{field}: ")
    assert response.content.decode().endswith(".\n")
    assert "Content-Disposition" not in response
