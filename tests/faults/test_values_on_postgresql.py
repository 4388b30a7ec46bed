"""Values that only PostgreSQL refuses: too long for a column or an index, or not text at all."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import pytest

from benchmarks.load import run_load
from testing.installation import Install
from testing.server import FIREFOX
from testing.wire import post

pytestmark = pytest.mark.faults

MESSAGES = 1_500
# Four bytes each in UTF-8, and so random that no index can compress them.
LETTERS = "".join(Random(6).choices([chr(0x10000 + number) for number in range(0xFFFF)], k=50_000))
LENGTHS = (1, 10, 99, 100, 101, 399, 400, 401, 499, 500, 501, 2_000)
AGENTS = (FIREFOX, "Mozilla/5.0 (" + "\U0001f600" * 300 + ") Firefox/1" + "0" * 200)


def test_values_of_any_length_are_stored_on_postgresql(install: Install) -> None:
    installation = install("postgresql", workers=2)
    installation.start()
    random = Random(5)
    requests = [long_message(random, installation.site_keys[0]) for _ in range(MESSAGES)]

    load = run_load(
        installation.address, iter(requests), count=MESSAGES, connections=16, shows_progress=False
    )
    hits = installation.value("SELECT count(*) FROM visits_hit")
    longest = installation.value("SELECT max(length(path)) FROM visits_page")
    errors = Counter(
        json.loads(line)["event"]
        for line in installation.log.splitlines()
        if '"level": "error"' in line or '"event": "database_away"' in line
    )

    print(
        f"\n{MESSAGES:,} messages of long values on PostgreSQL: answers {dict(load.answers)}, {hits:,} hits,"
        f" the longest path has {longest} characters; errors {dict(errors)}"
    )
    assert not errors
    assert not {"500", "503", "lost"} & load.answers.keys()
    assert hits == load.accepted > 0
    assert installation.spooled_batches() == 0


def long_message(random: Random, key: str) -> bytes:
    fields = {
        "site": key,
        "name": random.choice(["pageview", text(random, 100)]),
        "url": f"https://{host(random)}example.com/{text(random)}?utm_source={text(random)}"
        f"&utm_campaign={text(random)}&utm_term={text(random)}&utm_content={text(random)}"
        f"&utm_medium={text(random)}",
        "referrer": f"https://{text(random)}.example/{text(random)}",
        "screen": random.choice(["1x1", "99999x99999", "100000x100000"]),
        "props": {text(random, 100): text(random) for _ in range(random.randrange(4))},
        "id": text(random, 64),
        "engaged": random.choice([0, 8 * 3600 * 1000]),
        "scroll": random.choice([0, 100]),
        "revenue": random.choice([None, {"amount": 1_000_000_000, "currency": "EUR"}]),
    }
    agent = random.choice(AGENTS).encode()
    language = random.choice(["de-DE", "a-" + "x" * 8 + "-" + "y" * 8 + "-" + "z" * 8, ""])
    headers = [b"User-Agent: " + agent, b"Accept-Language: " + language.encode()]
    return post("/t", json.dumps(fields, ensure_ascii=random.random() < 0.5).encode(), *headers)


def text(random: Random, longest: int = LENGTHS[-1]) -> str:
    start = random.randrange(len(LETTERS) - longest)
    return LETTERS[start : start + min(random.choice(LENGTHS), longest)]


def host(random: Random) -> str:
    return random.choice(["", "www.", "\u00fc" * 20 + ".", "a" * 60 + "." + "b" * 60 + "."])
