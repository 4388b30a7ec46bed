"""The benchmarks measure what they say: percentiles, CPU time, answers, and rows as the writer makes them."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from benchmarks import dataset, reports
from benchmarks.agents import AGENTS
from benchmarks.answering import answers
from benchmarks.asking import DASHBOARD, FILTERS, LIVE, PARTS, SITES, Question, Task
from benchmarks.dataset import NotEmpty, fill
from benchmarks.load import LoadResult, parse_answer, percentile, run_load
from benchmarks.plan import Plan, site_target
from benchmarks.processes import all_stats, cpu_seconds, parse_stat, resident_bytes, tree
from benchmarks.report_table import Row, growth_table, table, target_of, verdicts
from benchmarks.reports import Options, Result, differences, first_difference
from benchmarks.stream import Stream, Visit
from benchmarks.traffic import Traffic
from benchmarks.world import EVENTS, World, world_of
from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.bots import Agent, classify_agent
from visits.collect.outcome import NewHit, SourceKey
from visits.collect.page import PageKey
from visits.collect.payload import PropertyKey
from visits.models import Hit, HitKind, HitProperty
from visits.models import Visit as StoredVisit
from visits.models.time import to_day
from visits.tests.conftest import forget_what_the_process_knows  # noqa: F401 (a fixture)

# The clocks of Europe go forward in these days.
SMALL = Plan(hits=5000, days=6, last_day=dt.date(2025, 4, 2))
HITS_IN_A_BATCH = 200
COUNTED = b"HTTP/1.1 204 No Content\r\naccess-control-allow-origin: *\r\n\r\n"
# PID, name, state, parent; fields 14 to 17 are the CPU times in hundredths of a second.
STAT = "{} ({}) S {} 0 0 0 -1 0 0 0 0 0 {} {} {} {} 20 0 1 0 100 0 0"


# Percentiles


@pytest.mark.parametrize(
    ("percent", "expected"), [(1, 1), (50, 5), (51, 6), (90, 9), (91, 10), (99, 10), (100, 10)]
)
def test_percentile_is_a_value_that_was_measured(percent: float, expected: int) -> None:
    assert percentile(range(1, 11), percent) == expected


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="Nothing"):
        percentile([], 50)


# Processes


def write_stat(proc: Path, pid: int, parent: int, times: tuple[int, int, int, int]) -> None:
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "stat").write_text(STAT.format(pid, "a (b) c", parent, *times))


def test_cpu_time_of_a_process_is_read_behind_its_name() -> None:
    stat = parse_stat(STAT.format(7, "post (gres) x", 3, 100, 50, 20, 30))

    assert (stat.pid, stat.parent) == (7, 3)
    assert stat.own_seconds == pytest.approx(1.5)
    assert stat.children_seconds == pytest.approx(0.5)


def test_cpu_time_of_a_tree_has_those_who_ended(tmp_path: Path) -> None:
    write_stat(tmp_path, 10, 1, (100, 0, 700, 0))
    write_stat(tmp_path, 11, 10, (20, 3, 0, 0))
    write_stat(tmp_path, 12, 11, (4, 0, 0, 0))
    write_stat(tmp_path, 13, 1, (9999, 0, 0, 0))

    assert cpu_seconds(10, tmp_path) == pytest.approx(8.27)


def test_tree_is_a_process_with_its_descendants(tmp_path: Path) -> None:
    for pid, parent in ((5, 1), (3, 5), (2, 3), (4, 1)):
        write_stat(tmp_path, pid, parent, (0, 0, 0, 0))

    assert {stat.pid for stat in tree(5, all_stats(tmp_path))} == {5, 3, 2}


def test_this_process_takes_time_and_memory() -> None:
    assert cpu_seconds(os.getpid()) > 0
    assert resident_bytes(os.getpid()) > 1_000_000


# Answers


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (COUNTED, ("204", False)),
        (b"HTTP/1.1 204 No Content\r\nrefusal: bot\r\n\r\n", ("204 bot", False)),
        (b"HTTP/1.1 503 x\r\ncontent-length: 2\r\nConnection: close\r\n\r\n{}", ("503", True)),
        (b"HTTP/1.1 503 x\r\ncontent-length: 3\r\n\r\n{}", None),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n", None),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            ("200", False),
        ),
        (b"HTTP/1.1 204 No Cont", None),
    ],
)
def test_answer_is_understood_when_it_is_whole(
    received: bytes, answer: tuple[str, bool] | None
) -> None:
    assert parse_answer(received) == answer


@contextmanager
def answering(answers: list[bytes]) -> Iterator[tuple[str, int]]:
    """Answer one connection's requests with these, then close it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            client, _ = listener.accept()
            with client:
                for text in answers:
                    client.recv(65_536)
                    client.sendall(text)
                client.recv(65_536)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()
        thread.join()


def load(address: tuple[str, int], count: int) -> LoadResult:
    messages = Traffic([site_target(0)], 20).messages("127.0.0.1")
    return run_load(
        address,
        messages,
        seconds=20,
        count=count,
        connections=1,
        keeps_acknowledged=True,
        shows_progress=False,
    )


def test_load_counts_each_kind_of_answer() -> None:
    bot = b"HTTP/1.1 204 No Content\r\nrefusal: bot\r\n\r\n"
    full = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"

    with answering([COUNTED, bot, full, COUNTED]) as address:
        result = load(address, 4)

    assert result.answers == Counter({"204": 2, "204 bot": 1, "503": 1})
    assert (result.accepted, result.refused, result.failed, result.sent) == (2, 1, 1, 4)
    assert list(result.acknowledged) == [0, 3]
    assert len(result.latencies) == 4


def test_request_without_an_answer_is_lost() -> None:
    with answering([COUNTED]) as address:
        result = load(address, 2)

    assert result.answers == Counter({"204": 1, "lost": 1})


# Traffic


def test_traffic_is_the_same_for_the_same_seed() -> None:
    targets = [site_target(0), site_target(1)]

    assert Traffic(targets, 30, 5).requests == Traffic(targets, 30, 5).requests
    assert Traffic(targets, 30, 5).requests != Traffic(targets, 30, 6).requests


def test_next_round_is_sent_by_other_visitors() -> None:
    traffic = Traffic([site_target(0)], 300)
    size = len(traffic.requests)

    messages = traffic.messages("127.0.0.1")
    first, second = ({address_in(next(messages)) for _ in range(size)} for _ in ("first", "second"))

    assert len(first) == len(second) == 300
    assert first.isdisjoint(second)


def address_in(message: bytes) -> bytes:
    return message.partition(b"X-Forwarded-For: ")[2].partition(b"\r\n")[0]


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.text[-40:])
def test_agents_are_people(agent: Any) -> None:
    assert classify_agent(agent.text) is Agent.HUMAN


# The data set


def test_each_day_of_the_stream_is_the_same_for_the_same_seed() -> None:
    day = SMALL.last_day

    once, again = (described(Stream(SMALL).visits(day)) for _ in range(2))

    assert once == again
    assert once != described(Stream(Plan(SMALL.hits, SMALL.days, day, seed=2)).visits(day))


def described(visits: list[Visit]) -> list[tuple[Any, ...]]:
    return [(visit.site, visit.visitor, visit.steps) for visit in visits]


def test_stream_has_about_as_many_hits_as_asked_for() -> None:
    plan = Plan(hits=60_000, days=30)
    stream = Stream(plan)

    visits = [visit for date in plan.dates() for visit in stream.visits(date)]
    hits = sum(len(visit.steps) for visit in visits)

    assert hits == pytest.approx(plan.hits, rel=0.06)
    assert hits / len(visits) == pytest.approx(2.7, rel=0.05)


@pytest.mark.django_db(transaction=True)
def test_rows_are_those_that_the_writer_makes() -> None:
    fill(SMALL)
    made = stored_rows()
    empty_facts()

    write_stream(Stream(SMALL))

    written = stored_rows()
    assert made == written


def test_sample_has_what_is_difficult() -> None:
    stream = Stream(SMALL)
    visits = [(date, visit) for date in SMALL.dates() for visit in stream.visits(date)]

    ends = [
        (date, dt.datetime.fromtimestamp(visit.steps[-1][0], zone_of(stream, visit)).date())
        for date, visit in visits
    ]

    assert sum(not visit.is_first for _, visit in visits) > 20
    assert any(date != end for date, end in ends)
    assert any(value >= 0 for _, visit in visits for *_, value in visit.steps)


def zone_of(stream: Stream, visit: Visit) -> ZoneInfo:
    return ZoneInfo(stream.world.sites[visit.site].zone)


@pytest.mark.django_db(transaction=True)
def test_schema_is_that_of_the_migrations_afterwards() -> None:
    before = schema()

    fill(Plan(hits=200, days=2))

    assert schema() == before


@pytest.mark.django_db(transaction=True)
def test_next_row_gets_an_id_of_its_own(site: Site) -> None:
    fill(Plan(hits=200, days=2))
    template = StoredVisit.objects.latest("pk")
    newest = template.pk

    template.pk = None
    template.save()

    assert template.pk > newest


@pytest.mark.django_db(transaction=True)
def test_database_with_visits_is_left_alone() -> None:
    fill(Plan(hits=200, days=2))

    with pytest.raises(NotEmpty):
        fill(Plan(hits=200, days=2))


# Reports


def test_task_arrives_as_it_was_sent() -> None:
    task = Task((Question(DASHBOARD, 30, "page"), Question(LIVE, 1)), runs=5, database_pid=7)

    assert Task.parse(task.to_json()) == task


@pytest.mark.django_db(transaction=True)
def test_every_report_is_asked_and_measured() -> None:
    fill(SMALL)
    names = (DASHBOARD, *PARTS, LIVE, SITES)
    task = Task(tuple(Question(name, 5) for name in names), runs=2)

    found = list(answers(task, SMALL))

    assert [answered.question for answered in found] == list(task.questions)
    assert all(answered.wall_ms > 0 and answered.cpu_ms > 0 for answered in found)
    assert all(answered.queries > 0 and answered.answer for answered in found)


@pytest.mark.django_db(transaction=True)
def test_dashboard_answers_what_its_parts_do() -> None:
    fill(SMALL)
    task = Task(tuple(Question(name, 5) for name in (DASHBOARD, *PARTS)), runs=1)

    dashboard, *parts = (answered.answer for answered in answers(task, SMALL))

    assert dashboard[1:] == parts


@pytest.mark.django_db(transaction=True)
def test_answer_is_that_of_the_rows() -> None:
    fill(SMALL)
    [answered] = answers(Task((Question("totals", SMALL.days),), runs=1), SMALL)

    [row] = answered.answer["rows"]

    visits = StoredVisit.objects.filter(site__key=site_target(0).key)
    assert row["values"][0] == visits.filter(is_first=True).count()
    assert row["values"][1] == visits.count()


def test_page_of_the_filter_is_the_fifth() -> None:
    _, path = FILTERS["page"]

    assert world_of(SMALL.seed).sites[0].paths.index(path) + 1 == 5


def result(engine: str, answer: Any, name: str = DASHBOARD) -> Result:
    row = Row(name, "sqlite", engine, 30, "none", 50.0, 40.0, 12, hits=10_000_000)
    return Result(row, (SMALL, Question(name, 30)), answer)


def test_equal_answers_differ_in_nothing() -> None:
    results = [
        result("archive", {"rows": [1, 2.5]}),
        result("orm", {"rows": [1, 2.5]}),
        result("orm", {"rows": []}, name="totals"),
    ]

    assert list(differences(results)) == []


def test_difference_of_engines_is_told_with_its_place() -> None:
    results = [
        result("archive", [{"rows": [["/", 8], ["/a", 5]]}]),
        result("orm", [{"rows": [["/", 8], ["/a", 6]]}]),
    ]

    [line] = differences(results)

    assert line == (
        "dashboard, 30 days, filter none: archive on sqlite and orm on sqlite differ at "
        "answer[0].rows[1][1]: 5 and 6"
    )


def test_missing_rows_are_a_difference() -> None:
    assert first_difference({"rows": [1]}, {"rows": [1, 2]}) == "answer.rows: [1] and [1, 2]"


@pytest.mark.parametrize(
    ("wall_ms", "verdict"),
    [(39.9, "met, stretch too"), (40.1, "met"), (70.0, "met"), (70.1, "MISSED")],
)
def test_figure_is_judged_by_its_target(wall_ms: float, verdict: str) -> None:
    row = Row(DASHBOARD, "sqlite", "archive", 30, "none", wall_ms, 40.0, 12, hits=10_000_000)

    target = target_of(row)

    assert target is not None
    assert target.verdict(row) == verdict
    assert f"| {wall_ms:,.1f} | 40.0 | 12 | 70 {verdict} |" in table([row])


def test_misses_are_told_and_closing_is_judged() -> None:
    slow = Row(DASHBOARD, "sqlite", "orm", 180, "page", 8_001.0, 8_000.0, 20, hits=10_000_000)
    closing = Row(
        "closing",
        "sqlite",
        "archive",
        400,
        "none",
        70_000.0,
        65_000.0,
        9_000,
        10_000_000,
        0.65,
        9.4,
    )

    lines = list(verdicts([closing, slow]))

    assert lines == [
        "sqlite, archive: closing 400 days takes 0.650 s of CPU for 100,000 hits, 9.4 bytes a hit",
        "1 of 3 targets met",
        "dashboard, orm on sqlite, 180 days, filter page: wall_ms at most 8000: MISSED (8,001.000)",
        "closing, archive on sqlite, 400 days, filter none: cpu_s_per_100000_hits at most 0.6:"
        " MISSED (0.650)",
    ]


def test_growth_has_a_table_of_its_own() -> None:
    row = Row("growth", "sqlite", "archive", 180, "none", 21.0, 30.0, 9, hits=1_000_000)

    assert "| 1,000,000 | archive | 180 | 21.0 | 30.0 |" in growth_table([row])
    assert "growth" not in table([row])
    assert growth_table([]) == ""


def test_growth_ends_with_the_dashboard_of_all_data() -> None:
    grown = Row("growth", "sqlite", "archive", 180, "none", 21.0, 30.0, 9, hits=1_000_000)
    whole = replace(grown, name=DASHBOARD, hits=10_000_000, wall_ms=150.0)
    others = [
        replace(whole, days=30),
        replace(whole, filter="page"),
        replace(whole, database="postgresql"),
    ]

    _, _, first, last = growth_table([whole, grown, *others]).splitlines()

    assert first == "| 1,000,000 | archive | 180 | 21.0 | 30.0 |"
    assert last == "| 10,000,000 | archive | 180 | 150.0 | 30.0 |"


def test_row_is_written_with_what_was_measured() -> None:
    row = Row(LIVE, "postgresql", "orm", 1, "none", 3.0, 4.0, 5, hits=300)

    assert row.to_json() == {
        "name": "live",
        "database": "postgresql",
        "engine": "orm",
        "days": 1,
        "filter": "none",
        "wall_ms": 3.0,
        "cpu_ms": 4.0,
        "queries": 5,
        "hits": 300,
    }


def run_with(results: list[Result], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(reports, "BENCH", folder)
    monkeypatch.setitem(reports.CASES, "sqlite", lambda _: iter(results))
    reports.main({"CASES": "sqlite"})


def test_slow_report_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = result("archive", [1])
    slow = replace(slow, row=replace(slow.row, wall_ms=99_999.0))

    run_with([slow, result("orm", [1])], monkeypatch, tmp_path)

    rows = json.loads((tmp_path / "reports.json").read_text())
    assert [(row["engine"], row["wall_ms"]) for row in rows] == [
        ("archive", 99_999.0),
        ("orm", 50.0),
    ]


def test_wrong_answer_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    results = [result("archive", [1]), result("orm", [2])]

    with pytest.raises(SystemExit, match="archive on sqlite and orm on sqlite differ"):
        run_with(results, monkeypatch, tmp_path)

    assert (tmp_path / "reports.json").exists()


def test_options_are_variables() -> None:
    options = Options.from_environment(
        {"CASES": "sqlite,growth", "ENGINES": "orm", "HITS": "3000", "LARGE": "1"}
    )

    assert options.cases == ("sqlite", "growth")
    assert options.engines == ("orm",)
    assert options.plan == Plan(hits=3000)
    assert options.growth_shares[-1] == 3


def empty_facts() -> None:
    for model in dataset.FACTS:
        model._default_manager.all().delete()


def schema() -> set[tuple[str, ...]]:
    tables = dataset.TABLES
    with connection.cursor() as cursor:
        found = [connection.introspection.get_constraints(cursor, table) for table in tables]
    return {
        (table, name, repr(sorted(facts.items(), key=str)))
        for table, constraints in zip(tables, found, strict=True)
        for name, facts in constraints.items()
    }


def stored_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return the facts as they are, but for their own ids: a visit is known by how it began.

    A visitor is known by their first visit.
    """
    visits = {
        visit.pk: (visit.site_id, visit.started_at, visit.entry_page_id, visit.client_id)
        for visit in StoredVisit.objects.all()
    }
    hits = {hit.pk: (*visits[hit.visit_id], hit.at) for hit in Hit.objects.all()}
    return {
        "visits": rows_of(StoredVisit, visits),
        "hits": rows_of(Hit, visits),
        "properties": sorted(
            (property_id, site_id, hits[hit_id])
            for property_id, site_id, hit_id in HitProperty.objects.values_list(
                "property_id", "site_id", "hit_id"
            )
        ),
    }


def rows_of(model: Any, visits: dict[int, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    rows = []
    for values in model.objects.values_list(*names):
        row = dict(zip(names, values, strict=True))
        for name in ("visit_id", "visitor"):
            if name in row:
                row[name] = visits[row[name]]
        rows.append(tuple(row.items()))
    return sorted(rows, key=repr)


def write_stream(stream: Stream) -> None:
    """Send what happens in the stream through the writer, in the order of time."""
    site_ids = dict(Site.objects.values_list("key", "pk"))
    hits = [
        hit
        for date in stream.plan.dates()
        for visit in stream.visits(date)
        for hit in new_hits(stream.world, visit, to_day(date), site_ids)
    ]
    hits.sort(key=lambda hit: hit.at)
    for start in range(0, len(hits), HITS_IN_A_BATCH):
        write_batch(hits[start : start + HITS_IN_A_BATCH])


def new_hits(world: World, visit: Visit, day: int, site_ids: dict[str, int]) -> Iterator[NewHit]:
    """Yield what the pipeline makes of a visit's messages: after midnight the visitor has another id."""
    site = world.sites[visit.site]
    zone = ZoneInfo(site.zone)
    arrival, persona = world.arrivals[visit.arrival], visit.persona
    domain = site.target.domain
    for at, page, event, engaged, scroll, value in visit.steps:
        local_day = to_day(dt.datetime.fromtimestamp(at, zone).date())
        is_same_day = local_day == day
        name, is_interactive, key, values = EVENTS[event] if event >= 0 else ("", True, "", ())
        yield NewHit(
            site_id=site_ids[site.target.key],
            at=at,
            day=local_day,
            visitor=visit.visitor if is_same_day else ~visit.visitor,
            visitor_before=None if is_same_day else visit.visitor,
            kind=HitKind.EVENT if event >= 0 else HitKind.PAGEVIEW,
            event_name=name,
            page=PageKey(domain, site.paths[page]),
            source=SourceKey(*world.sources[arrival.source]),
            client=world.clients[persona.client],
            location=world.locations[persona.location],
            campaign=world.campaigns[arrival.campaign],
            screen=world.screens[persona.screen],
            language=world.languages[persona.language],
            properties=(PropertyKey(key, values[value]),) if value >= 0 else (),
            is_interactive=is_interactive,
            engaged_seconds=engaged,
            scroll_percent=scroll,
        )
