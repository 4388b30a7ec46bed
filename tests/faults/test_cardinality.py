"""A million different paths in a day to one site: exact totals, few pages, and nobody else is concerned."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from benchmarks.load import run_load
from testing.installation import Install, Installation
from testing.numbered import visitor_address
from testing.recount import differences
from testing.wire import post

pytestmark = pytest.mark.faults

PATHS = 1_000_000
PATHS_OVER_HTTP = 50_000
# Every tenth request goes to another site.
OTHERS_EVERY = 10
VISITORS = 1000
# The ids of the two sites.
FLOODED, OTHER = "1", "2"
PAGES_MAX = 10_001
MEMORY_MAX_BYTES = 50 * 1024 * 1024
# A hit of a known page takes 90; visits and quotas are few.
BYTES_A_HIT_MAX = 100
# The writer as it is in a server, without the network: batches of 500 hits of two sites.
WRITE = """
import json, time
from pathlib import Path
from visits.collect.batch import Memory, write_batch
from visits.tests.collect.outcomes import make_new_hit

def memory_bytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024

def hit(number):
    if number % {others_every}:
        return make_new_hit(1, path=f"/shop/article/{{number}}", visitor=number % {visitors})
    return make_new_hit(2, path=f"/{{number % 100}}", visitor=number % {visitors})

memory = Memory(1)
write_batch([hit(number) for number in range({visitors})], memory)
before, began = memory_bytes(), time.perf_counter()
for start in range({visitors}, {paths}, 500):
    write_batch([hit(number) for number in range(start, start + 500)], memory)
print(json.dumps([memory_bytes() - before, time.perf_counter() - began]))
"""
FIREFOX = b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_million_paths_through_the_writer_become_ten_thousand_pages(install: Install) -> None:
    installation = install(sites=2)
    empty_bytes = size_bytes(installation)

    printed = installation.run(
        WRITE.format(paths=PATHS, visitors=VISITORS, others_every=OTHERS_EVERY)
    )
    memory_bytes, seconds = json.loads(printed)
    bytes_a_hit = (size_bytes(installation) - empty_bytes) / PATHS
    hits, pages = counts(installation)

    print(
        f"\n{PATHS:,} paths in {seconds:.0f} s: hits {hits}, pages {pages}; memory grew by"
        f" {memory_bytes / 1e6:.1f} MB, the database by {bytes_a_hit:.1f} bytes a hit"
    )
    assert hits == {
        FLOODED: PATHS * (OTHERS_EVERY - 1) // OTHERS_EVERY,
        OTHER: PATHS // OTHERS_EVERY,
    }
    assert pages[FLOODED] <= PAGES_MAX
    assert pages[OTHER] == 100 // OTHERS_EVERY
    assert memory_bytes <= MEMORY_MAX_BYTES
    assert bytes_a_hit <= BYTES_A_HIT_MAX


def test_fifty_thousand_paths_over_http_are_all_counted(install: Install) -> None:
    installation = install(sites=2)
    installation.start()
    requests = paths_to_two_sites(installation)
    run_load(installation.address, requests, count=VISITORS * 2, shows_progress=False)
    before_bytes, began = installation.memory_bytes(), time.monotonic()

    load = run_load(
        installation.address,
        requests,
        count=PATHS_OVER_HTTP - VISITORS * 2,
        connections=32,
        shows_progress=False,
    )
    memory_bytes, seconds = installation.memory_bytes() - before_bytes, time.monotonic() - began
    hits, pages = counts(installation)
    wrong = differences(installation)

    print(
        f"\n{PATHS_OVER_HTTP:,} paths over HTTP in {seconds:.0f} s: hits {hits}, pages {pages},"
        f" {wrong.total()} differences; memory grew by {memory_bytes / 1e6:.1f} MB;"
        f" answers {dict(load.answers)}"
    )
    assert set(load.answers) == {"204"}
    assert sum(hits.values()) == PATHS_OVER_HTTP
    assert hits[OTHER] == PATHS_OVER_HTTP // OTHERS_EVERY
    assert pages[FLOODED] <= PAGES_MAX
    assert pages[OTHER] == 100 // OTHERS_EVERY
    assert memory_bytes <= MEMORY_MAX_BYTES
    assert not wrong


def paths_to_two_sites(installation: Installation) -> Iterator[bytes]:
    flooded, other = installation.site_keys
    number = 0
    while True:
        key, path = (flooded, number) if number % OTHERS_EVERY else (other, number % 100)
        domain = "example.com" if number % OTHERS_EVERY else "1example.com"
        body = json.dumps({"site": key, "url": f"https://{domain}/{path}"}).encode()
        address = visitor_address(number % VISITORS).encode()
        yield post("/t", body, b"X-Forwarded-For: " + address, FIREFOX)
        number += 1


def counts(installation: Installation) -> tuple[dict[str, int], dict[str, int]]:
    """Return the hits and the pages of each site, by its id."""
    return (
        installation.counts("SELECT site_id, count(*) FROM visits_hit GROUP BY site_id"),
        installation.counts("SELECT site_id, count(*) FROM visits_page GROUP BY site_id"),
    )


def size_bytes(installation: Installation) -> int:
    [(pages, page_bytes)] = installation.rows("SELECT * FROM pragma_page_count, pragma_page_size")
    return int(str(pages)) * int(str(page_bytes))
