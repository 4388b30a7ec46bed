"""Logs become hits: totals against a second count, and what is kept of a line."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sites.models import Site
from visits.exchange.importing import LogImportError, import_log
from visits.models import Hit, LogImport, OpenVisit, Refusal, RefusalReason, Visit
from visits.tests.exchange.lines import ACCESS_LOG, FIREFOX, NOW, make_lines
from visits.upkeep.salts import destroy_salts

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
