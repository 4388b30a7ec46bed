"""Logs become hits: totals against a second count, and what happens when a file comes again."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sites.models import Site
from visits.collect.batch import write_batch
from visits.exchange import importing
from visits.exchange.importing import ImportResult, LogImportError, import_log
from visits.models import Hit, LogImport, OpenVisit, Refusal, RefusalReason, SiteDay, Visit
from visits.upkeep.removal import begin_reset, finish_removal
from visits.upkeep.salts import destroy_salts

# 58 lines of a small site's two days; addresses are from the ranges for documentation.
ACCESS_LOG = Path(__file__).parent / "access.log"
NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def make_lines(
    *paths: str, hour: int = 10, address: str = "192.0.2.1", agent: str = FIREFOX
) -> str:
    """Return a line a minute; the first at `hour` o'clock UTC on 4 May 2026."""
    return "".join(
        f"{address} - - [04/May/2026:{hour}:{minute:02}:00 +0000]"
        f' "GET {path} HTTP/1.1" 200 1234 "-" "{agent}"\n'
        for minute, path in enumerate(paths)
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


@pytest.fixture
def run(site: Site) -> Callable[[Path], ImportResult]:
    return lambda path: import_log(path, site, NOW)


def stored() -> dict[str, Any]:
    """Return all that an import changes."""
    return {
        "hits": sorted(Hit.objects.values_list("at", "page", "visit")),
        "visits": sorted(Visit.objects.values_list("started_at", "pageviews", "is_first")),
        "refusals": sorted(Refusal.objects.values_list("hour_at", "reason", "count")),
    }


# Totals


View = tuple[float, str, str]


def count_again(log: Path) -> tuple[Counter[str], list[View]]:
    """Count a log without any code of the product: outcomes, and time, address and agent of views."""
    outcomes: Counter[str] = Counter()
    views = []
    for line in log.read_text().splitlines():
        quoted = re.findall(r'"((?:\\"|[^"])*)"', line)
        if len(quoted) != 3:
            outcomes["unreadable"] += 1
            continue
        request, referrer, agent = (text.replace('\\"', '"') for text in quoted)
        method, _, rest = request.partition(" ")
        path = rest.split(" ")[0].split("?")[0]
        status = re.findall(r'" (\d{3}) ', line)[0]
        if method != "GET":
            outcomes["method"] += 1
        elif status[0] != "2" and status != "304":
            outcomes["status"] += 1
        elif re.search(r"(?i)\.(css|js|png|jpg|ico|woff2|xml|json|gz)$|robots|known|feed", path):
            outcomes["asset"] += 1
        elif path.startswith("http://"):
            outcomes["localhost"] += (
                1  # an open proxy is looked for, with an address of this machine
            )
        elif re.search("[Bb]ot|curl|python|^-$", agent):
            outcomes["bot"] += 1
        elif "semalt" in referrer:
            outcomes["spam"] += 1
        else:
            outcomes["counted"] += 1
            [written] = re.findall(r"\[(\d.*?)\]", line)
            at = dt.datetime.strptime(written, "%d/%b/%Y:%H:%M:%S %z")
            views.append((at.timestamp(), line.split(" ")[0], agent))
    return outcomes, sorted(views)


def count_visits(views: list[View]) -> tuple[int, int]:
    """Return visits and visitors; in June Berlin is two hours ahead, as is the server of the log."""
    visits = 0
    visitors = set()
    newest: dict[tuple[str, str], float] = {}
    for at, address, agent in views:
        if at - newest.get((address, agent), 0) >= 1800:
            visits += 1
            day = dt.datetime.fromtimestamp(at, dt.timezone(dt.timedelta(hours=2))).date()
            visitors.add((day, address, agent))
        newest[address, agent] = at
    return visits, len(visitors)


def test_every_line_is_accounted_for(site: Site) -> None:
    outcomes, _ = count_again(ACCESS_LOG)

    result = import_log(ACCESS_LOG, site, NOW)

    assert result.lines == 58
    assert result.lines == result.counted + result.refused.total() + result.unreadable
    assert (outcomes.pop("counted"), outcomes.pop("unreadable")) == (21, 3)
    assert (result.counted, result.unreadable) == (21, 3)
    assert result.refused == outcomes


def test_tables_agree_with_a_second_count(site: Site) -> None:
    outcomes, views = count_again(ACCESS_LOG)

    import_log(ACCESS_LOG, site, NOW)

    visits, visitors = count_visits(views)
    assert Hit.objects.count() == len(views) == 21
    assert Visit.objects.count() == visits
    assert Visit.objects.filter(is_first=True).count() == visitors
    refusals: Counter[str] = Counter()
    for refusal in Refusal.objects.all():
        refusals[refusal.reason] += refusal.count
    not_refused = ("counted", "unreadable")
    assert refusals == {name: n for name, n in outcomes.items() if name not in not_refused}


def test_hits_carry_what_the_log_says(site: Site, log: Path) -> None:
    log.write_text(
        '192.0.2.1 - - [04/May/2026:10:00:00 +0200] "GET /caf%C3%A9?utm_source=june HTTP/1.1"'
        f' 200 1234 "https://www.google.com/" "{FIREFOX}"\n'
    )

    import_log(log, site, NOW)

    hit = Hit.objects.select_related("page", "client").get()
    visit = Visit.objects.select_related("source", "campaign").get()
    assert hit.at == dt.datetime(2026, 5, 4, 8, 0, tzinfo=dt.UTC)
    assert (hit.page.hostname, hit.page.path) == ("example.com", "/café")
    assert (hit.client.browser, hit.client.os) == ("Firefox", "Linux")
    assert (visit.source.name, visit.source.referrer) == ("june", "www.google.com/")
    assert visit.campaign.utm_source == "june"


def test_day_is_that_of_the_site(site: Site, log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", hour=22))

    run(log)

    assert Visit.objects.get().day == dt.date(2026, 5, 5)


def test_visit_goes_on_over_midnight(site: Site, log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", hour=21).replace(":21:00", ":21:50") + make_lines("/", hour=22))

    run(log)

    assert Visit.objects.get().pageviews == 2


def test_lines_out_of_order_make_one_visit(site: Site, log: Path, run: Callable) -> None:
    first, second, third = make_lines("/first", "/second", "/third").splitlines(keepends=True)
    log.write_text(third + first + second)

    run(log)

    visit = Visit.objects.select_related("entry_page", "exit_page").get()
    assert (visit.entry_page.path, visit.exit_page.path) == ("/first", "/third")


def test_pageviews_of_a_log_without_agents_are_counted(
    site: Site, log: Path, run: Callable
) -> None:
    log.write_text('192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1234\n')

    result = run(log)

    assert (result.counted, result.has_agents) == (1, False)
    assert Hit.objects.select_related("client").get().client.browser == ""


def test_client_that_hides_its_agent_is_a_bot(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", agent="-"))

    assert run(log).refused == Counter({RefusalReason.BOT: 1})


@pytest.mark.parametrize(
    ("target", "path"),
    [("//double//slash", "//double//slash"), ("/a:b", "/a:b"), ("index.html", "/index.html")],
)
def test_path_is_no_host(log: Path, run: Callable, target: str, path: str) -> None:
    log.write_text(make_lines(target))

    run(log)

    assert Hit.objects.select_related("page").get().page.path == path


def test_host_before_the_line_tells_whose_page_it_is(log: Path, run: Callable) -> None:
    log.write_text(
        f"www.example.com:443 {make_lines('/mine')}example.org:443 {make_lines('/other')}"
    )

    result = run(log)

    assert (result.counted, result.refused) == (1, Counter({RefusalReason.HOSTNAME: 1}))


def test_line_from_the_future_is_unreadable(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/") + make_lines("/").replace("2026", "9999"))

    assert (run(log).counted, LogImport.objects.get().imported_lines) == (1, 2)


@pytest.mark.parametrize(
    "junk",
    [
        b"\0" * 1000 + b"\n",
        bytes(range(256)) * 40 + b"\n",
        b"x" * 1_000_000 + b"\n",
        b'192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET http://[ HTTP/1.1" 200 1 "-" "x"\n',
        b"\xff\xfe" + "GET /".encode("utf-16") + b"\n",
    ],
)
def test_junk_between_lines_stops_nothing(log: Path, run: Callable, junk: bytes) -> None:
    log.write_bytes(make_lines("/before").encode() + junk + make_lines("/after").encode())

    result = run(log)

    assert result.counted == 2
    assert result.unreadable == junk.count(b"\n")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"junk\n", b"\0" * 100, b"\x1f\x8bjunk"])
def test_file_without_any_line_of_a_log_is_refused(
    log: Path, run: Callable, content: bytes
) -> None:
    log.write_bytes(content)

    with pytest.raises(LogImportError, match="no complete line"):
        run(log)

    assert not LogImport.objects.exists()


# The same file again


@pytest.mark.parametrize("disguise", ["same", "renamed", "compressed"])
def test_same_file_twice_changes_nothing(
    site: Site, tmp_path: Path, run: Callable, disguise: str
) -> None:
    run(ACCESS_LOG)
    before = stored()
    again = ACCESS_LOG if disguise == "same" else tmp_path / "access.log.1"
    if disguise != "same":
        content = ACCESS_LOG.read_bytes()
        again.write_bytes(gzip.compress(content) if disguise == "compressed" else content)

    result = run(again)

    assert (result.lines, result.lines_before) == (0, 58)
    assert stored() == before


def test_other_site_counts_the_file_for_itself(site: Site, run: Callable) -> None:
    run(ACCESS_LOG)
    other = Site.objects.create(owner=site.owner, name="Other", domain="example.org")

    assert import_log(ACCESS_LOG, other, NOW).lines == 58


def test_grown_file_adds_what_is_new(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", "/pricing"))
    run(log)
    log.write_text(make_lines("/", "/pricing", "/docs"))

    result = run(log)

    assert (result.lines_before, result.lines, result.counted) == (2, 1, 1)
    assert Visit.objects.get().pageviews == 3


def test_unfinished_line_is_counted_once_when_it_is_finished(log: Path, run: Callable) -> None:
    lines = make_lines("/", "/pricing")
    log.write_text(lines[:-40])

    unfinished = run(log)
    log.write_text(lines)
    finished = run(log)

    assert (unfinished.counted, unfinished.has_open_line) == (1, True)
    assert (finished.counted, finished.has_open_line) == (1, False)
    assert Hit.objects.count() == 2


def test_older_copy_of_a_file_changes_nothing(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", "/pricing", "/docs"))
    run(log)
    log.write_text(make_lines("/", "/pricing"))

    result = run(log)

    assert result.is_known_beginning
    assert Hit.objects.count() == 3


def test_file_that_goes_on_differently_is_another_file(log: Path, run: Callable) -> None:
    log.write_text(make_lines("/", "/pricing"))
    run(log)
    log.write_text(make_lines("/", "/docs", "/about"))

    first, second = run(log), run(log)

    assert (first.lines, first.lines_before) == (3, 0)
    assert (second.lines, second.lines_before) == (0, 3)


def test_interrupted_import_goes_on_exactly_where_it_stopped(
    log: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(make_lines(*(f"/{number}" for number in range(25)), "/style.css"))
    monkeypatch.setattr(importing, "LINES_IN_A_BATCH", 10)

    def fail_in_second_batch(hits: list) -> None:
        write_batch(hits)
        if Hit.objects.count() > 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "write_batch", fail_in_second_batch)
    with pytest.raises(KeyboardInterrupt):
        run(log)
    after_interruption = Hit.objects.count()
    monkeypatch.setattr(importing, "write_batch", write_batch)
    result = run(log)

    assert after_interruption == 10
    assert (result.lines_before, result.lines, result.counted) == (10, 16, 15)
    assert Hit.objects.count() == 25
    assert Visit.objects.get().pageviews == 25


def test_second_import_at_the_same_time_is_refused(
    log: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(make_lines("/", "/pricing"))

    def judge_late(*arguments: Any) -> Any:
        monkeypatch.undo()
        run(log)
        return importing._judge(*arguments)

    monkeypatch.setattr(importing, "_judge", judge_late)
    with pytest.raises(LogImportError, match="Another import"):
        run(log)

    assert Hit.objects.count() == 2


def test_import_that_began_meanwhile_is_seen(
    log: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(make_lines("/", "/pricing"))
    make_record = importing._make_record

    def make_record_late(*arguments: Any) -> Any:
        monkeypatch.undo()
        run(log)
        return make_record(*arguments)

    monkeypatch.setattr(importing, "_make_record", make_record_late)
    with pytest.raises(LogImportError, match="Another import"):
        run(log)

    assert Hit.objects.count() == 2


def test_salts_of_the_log_are_destroyed_a_day_later(run: Callable) -> None:
    run(ACCESS_LOG)

    destroy_salts(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25))

    assert not OpenVisit.objects.exists()


def test_database_holds_no_address_of_the_log(run: Callable) -> None:
    run(ACCESS_LOG)

    texts = repr([list(model.objects.values_list()) for model in (LogImport, Hit, Visit)])
    assert "192.0.2" not in texts


def test_progress_reaches_the_size_of_the_file(site: Site) -> None:
    positions: list[int] = []

    import_log(ACCESS_LOG, site, NOW, positions.append)

    assert positions[-1] == ACCESS_LOG.stat().st_size


# Days that the site does not keep


def keep(site: Site, days: int) -> None:
    site.keeps_facts_days = days
    site.save()


@pytest.mark.parametrize(("days", "counted"), [(10, 2), (9, 0)])
def test_lines_of_days_that_are_not_kept_are_refused(
    log: Path, site: Site, days: int, counted: int
) -> None:
    log.write_text(make_lines("/a", "/b"))
    keep(site, days)

    result = import_log(log, site, NOW + dt.timedelta(days=10))

    assert (result.counted, result.refused[RefusalReason.EXPIRED]) == (counted, 2 - counted)
    assert sum(Refusal.objects.values_list("count", flat=True)) == 2 - counted
    assert Hit.objects.count() == counted


def test_lines_that_are_no_page_have_that_reason_however_old_they_are(
    log: Path, site: Site
) -> None:
    log.write_text(make_lines("/a", "/b.css"))
    keep(site, 7)

    result = import_log(log, site, NOW + dt.timedelta(days=10))

    assert result.refused == {"expired": 1, "asset": 1}


def test_lines_of_a_day_whose_facts_were_removed_are_refused(log: Path, site: Site) -> None:
    """The site keeps more days now than when they were removed."""
    log.write_text(make_lines("/a"))
    SiteDay.objects.create(site=site, day=dt.date(2026, 5, 4), is_pruned=True, visits=5)

    result = import_log(log, site, NOW)

    assert result.refused == {"expired": 1}
    assert SiteDay.objects.get().changes == 0


def test_day_whose_facts_are_removed_during_an_import_is_noticed(
    log: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the judgement of the lines and their storing; nothing of the first try is left."""
    log.write_text(make_lines("/a", "/b") + make_lines("/c").replace("04/May", "05/May"))
    SiteDay.objects.create(site=site, day=dt.date(2026, 5, 4), is_pruned=True, visits=5)
    known = iter([frozenset(), frozenset([dt.date(2026, 5, 4)])])
    monkeypatch.setattr(importing, "pruned_days", lambda site: next(known))

    result = import_log(log, site, NOW + dt.timedelta(days=1))

    assert (result.lines, result.counted, result.refused) == (3, 1, {"expired": 2})
    assert LogImport.objects.get().imported_lines == 3
    assert Hit.objects.get().page.path == "/c"
    assert SiteDay.objects.get(day=dt.date(2026, 5, 4)).changes == 0


@pytest.mark.parametrize("end", ["is_being_reset", "deleted"])
def test_import_into_a_site_that_is_reset_or_deleted_meanwhile_ends(
    log: Path, site: Site, end: str
) -> None:
    log.write_text(make_lines("/a"))
    if end == "deleted":
        Site.objects.filter(pk=site.pk).update(deleted_at=NOW, owner=None)
    else:
        Site.objects.filter(pk=site.pk).update(is_being_reset=True)

    with pytest.raises((LogImportError, Site.DoesNotExist)):
        import_log(log, site, NOW)

    assert not Hit.objects.exists()


def test_log_may_be_imported_again_after_a_reset(log: Path, site: Site) -> None:
    log.write_text(make_lines("/a", "/b"))
    import_log(log, site, NOW)
    begin_reset(site, NOW)
    finish_removal(site)

    result = import_log(log, Site.objects.get(), NOW)

    assert (result.lines, result.counted) == (2, 2)
    assert Visit.objects.get().pageviews == 2
