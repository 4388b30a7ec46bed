"""The tracker on the wire: small for browsers, plain for everybody else."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from visits.collect.views import TRACKER_FILE

BUDGET_BYTES = 2_200


def test_browser_gets_the_tracker_packed_and_within_its_budget(client: Client) -> None:
    response = client.get("/t.js", headers={"accept-encoding": "gzip, deflate, br, zstd"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) <= BUDGET_BYTES
    assert gzip.decompress(response.content) == TRACKER_FILE.read_bytes()


@pytest.mark.parametrize("accepted", [None, "", "br", "identity, gzip;q=0", "gzip; q=0.0, br"])
def test_tracker_is_plain_for_those_who_do_not_unpack(client: Client, accepted: str | None) -> None:
    headers = {} if accepted is None else {"accept-encoding": accepted}

    response = client.get("/t.js", headers=headers)

    assert "Content-Encoding" not in response
    assert response.content == TRACKER_FILE.read_bytes()


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_caches_tell_the_packed_tracker_from_the_plain_one(client: Client, accepted: str) -> None:
    headers = {"accept-encoding": accepted}

    response = client.get("/t.js", headers=headers)
    again = client.get("/t.js", headers={**headers, "if-none-match": response["ETag"]})

    assert "Accept-Encoding" in response["Vary"]
    assert again.status_code == 304
    assert "Accept-Encoding" in again["Vary"]
