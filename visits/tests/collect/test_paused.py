"""A site whose collection staff have paused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from sites.models import Site
from visits.collect.known_sites import known_sites
from visits.exchange.importing import LogImportError, import_log
from visits.models import Hit, Refusal

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def send(client: Client, site: Site) -> str:
    """Send a view and return why it was refused, "" when it was counted."""
    known_sites.forget()
    body = {"site": site.key, "url": "https://example.com/"}
    answer = client.post("/t", body, content_type="application/json", HTTP_USER_AGENT=AGENT)
    assert answer.status_code == 204
    return str(answer.headers.get("Refusal", ""))


def test_hit_of_a_paused_site_is_refused_by_name_until_it_is_resumed(
    client: Client, site: Site
) -> None:
    Site.objects.filter(pk=site.pk).pause(NOW)
    while_paused = send(client, site)
    Site.objects.filter(pk=site.pk).resume()

    assert (while_paused, send(client, site)) == ("paused", "")
    assert (Hit.objects.count(), Refusal.objects.get().reason) == (1, "paused")


def test_pausing_twice_keeps_the_first_moment(site: Site) -> None:
    sites = Site.objects.filter(pk=site.pk)

    assert [sites.pause(NOW), sites.pause(NOW + dt.timedelta(hours=1))] == [1, 0]
    assert sites.get().paused_at == NOW
    assert [sites.resume(), sites.resume()] == [1, 0]


def test_log_of_a_paused_site_is_not_imported(site: Site, tmp_path: Path) -> None:
    site.paused_at = NOW

    with pytest.raises(LogImportError, match=r"The collection of example\.com is paused"):
        import_log(tmp_path / "access.log", site, NOW)
