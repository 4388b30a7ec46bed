"""Where an address is, with a good file, a bad one and none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from visits.collect import place
from visits.collect.place import UNKNOWN, LocationKey, find_place

FILES = Path(__file__).resolve().parent.parent / "data"
VIENNA = "192.0.2.1"
BERLIN = "2001:db8:1::1"
AT_SEA = "198.51.100.1"
NOT_LISTED = "203.0.113.1"


@pytest.fixture(autouse=True)
def forget_the_open_file() -> Iterator[None]:
    place.reset()
    yield
    place.reset()


def use_file(settings: Settings, path: Path) -> None:
    settings.GEOIP_PATH = str(path)


@pytest.mark.parametrize("name", ["city.mmdb", "enterprise.mmdb", "flat.mmdb"])
def test_file_of_cities_gives_country_region_and_city(settings: Settings, name: str) -> None:
    use_file(settings, FILES / name)

    assert find_place(VIENNA) == LocationKey("AT", "Vienna", "Vienna")
    assert find_place(BERLIN) == LocationKey("DE", "Land Berlin", "Berlin")


def test_file_of_countries_gives_the_country(settings: Settings) -> None:
    use_file(settings, FILES / "country.mmdb")

    assert find_place(VIENNA) == LocationKey("AT", "", "")


@pytest.mark.parametrize("name", ["city.mmdb", "country.mmdb", "flat.mmdb"])
@pytest.mark.parametrize("address", [AT_SEA, NOT_LISTED, "::1", "", "no address"])
def test_address_that_the_file_does_not_know_has_no_place(
    settings: Settings, name: str, address: str
) -> None:
    use_file(settings, FILES / name)

    with capture_logs() as logs:
        assert find_place(address) == UNKNOWN

    assert logs == []


def test_without_a_file_places_are_unknown_and_one_warning_says_so(settings: Settings) -> None:
    settings.GEOIP_PATH = ""

    with capture_logs() as logs:
        places = [find_place(address) for address in (VIENNA, BERLIN)]

    assert places == [UNKNOWN] * 2
    assert [(entry["event"], entry["path"]) for entry in logs] == [
        ("places_unknown", "GEOIP_PATH is not set")
    ]


def make_missing(path: Path) -> None:
    """Leave nothing there."""


def make_empty(path: Path) -> None:
    path.write_bytes(b"")


def make_text(path: Path) -> None:
    path.write_text("<!doctype html><title>404</title>")


def make_half(path: Path) -> None:
    path.write_bytes((FILES / "city.mmdb").read_bytes()[:700])


def make_folder(path: Path) -> None:
    path.mkdir()


def make_wrong_metadata(path: Path) -> None:
    path.write_bytes((FILES / "city.mmdb").read_bytes().replace(b"node_count", b"node_xxxxx"))


@pytest.mark.parametrize(
    "make", [make_missing, make_empty, make_text, make_half, make_folder, make_wrong_metadata]
)
def test_unreadable_file_is_logged_once_and_places_are_unknown(
    settings: Settings, tmp_path: Path, make: object
) -> None:
    assert callable(make)
    path = tmp_path / "places.mmdb"
    make(path)
    use_file(settings, path)

    with capture_logs() as logs:
        places = [find_place(address) for address in (VIENNA, BERLIN, VIENNA)]

    assert places == [UNKNOWN] * 3
    assert [entry["event"] for entry in logs] == ["places_unknown"]


def test_broken_record_is_logged_once_and_places_are_unknown(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "places.mmdb"
    path.write_bytes(with_pointer_to_nowhere((FILES / "city.mmdb").read_bytes()))
    use_file(settings, path)

    with capture_logs() as logs:
        places = [find_place(address) for address in (VIENNA, BERLIN, VIENNA)]

    assert places == [UNKNOWN] * 3
    assert [entry["log_level"] for entry in logs] == ["warning"]


def with_pointer_to_nowhere(content: bytes) -> bytes:
    """Return a file whose first record, a map, is a pointer beyond the end instead."""
    start = content.index(b"\x00" * 16) + 16
    return content[:start] + b"\x3f\xff\xff\xff\xff" + content[start + 5 :]


def test_another_file_is_read_when_the_setting_changes(settings: Settings) -> None:
    use_file(settings, FILES / "missing.mmdb")
    assert find_place(VIENNA) == UNKNOWN

    use_file(settings, FILES / "country.mmdb")

    assert find_place(VIENNA).country == "AT"


@pytest.mark.parametrize(
    ("record", "location"),
    [
        (None, UNKNOWN),
        ([], UNKNOWN),
        ({}, UNKNOWN),
        ({"country_code": "at"}, LocationKey("AT")),
        ({"country_code": "ZZ"}, UNKNOWN),
        ({"country_code": "AUT"}, UNKNOWN),
        ({"country_code": 7, "state1": [], "city": {}}, UNKNOWN),
        ({"country_code": "AT", "state1": None, "city": 7}, LocationKey("AT")),
        ({"country_code": "AT", "city": "x" * 200}, LocationKey("AT", "", "x" * 100)),
    ],
)
def test_flat_record_of_any_shape_gives_a_place(record: object, location: LocationKey) -> None:
    class Reader:
        def get(self, address: str) -> object:
            return record

    assert place._flat_finder(Reader())(VIENNA) == location  # type: ignore[arg-type]
