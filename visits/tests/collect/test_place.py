"""Where an address is, with a good file, a bad one, several and none."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import geoip2.database
import geoip2.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from structlog.testing import capture_logs

from visits.collect import place
from visits.collect.place import UNKNOWN, LocationKey, find_place
from visits.collect.place_file import flat_location

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


def test_address_of_ipv4_written_as_ipv6_is_the_same_address(settings: Settings) -> None:
    use_file(settings, FILES / "city.mmdb")

    assert find_place(f"::ffff:{VIENNA}").city == "Vienna"


@pytest.mark.parametrize("name", ["city.mmdb", "enterprise.mmdb", "country.mmdb"])
def test_place_is_the_one_that_geoip2_names(settings: Settings, name: str) -> None:
    use_file(settings, FILES / name)
    ask = getattr(geoip2.database.Reader(FILES / name), name.removesuffix(".mmdb"))
    addresses = [f"192.0.{third}.{fourth}" for third in (1, 2, 3) for fourth in (0, 1, 255)]

    for address in (*addresses, BERLIN, "2001:db8:0:ffff::", "2001:db8:1:ffff::", "2001:db8:2::"):
        try:
            country = ask(address).country.iso_code or ""
        except geoip2.errors.AddressNotFoundError:
            country = ""
        assert find_place(address).country == country


def test_without_a_file_places_are_unknown_and_one_warning_says_so(settings: Settings) -> None:
    settings.GEOIP_PATH = ""

    with capture_logs() as logs:
        places = [find_place(address) for address in (VIENNA, BERLIN)]

    assert places == [UNKNOWN] * 2
    assert [(entry["event"], entry["path"]) for entry in logs] == [
        ("places_unknown", "none: set GEOIP_PATH or run make geoip")
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


def make_tree_too_large(path: Path) -> None:
    """Write a million nodes more than there are: the number follows its name and its type."""
    content = (FILES / "city.mmdb").read_bytes()
    at = content.index(b"node_count") + len(b"node_count")
    path.write_bytes(content[:at] + b"\xc3\x0f\xff\xff" + content[at + 2 :])


@pytest.mark.parametrize(
    "make",
    [
        make_missing,
        make_empty,
        make_text,
        make_half,
        make_folder,
        make_wrong_metadata,
        make_tree_too_large,
    ],
)
def test_unreadable_file_is_logged_once_and_places_are_unknown(
    settings: Settings, tmp_path: Path, make: Callable[[Path], None]
) -> None:
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


def test_damaged_file_never_fails_and_never_ends_the_process(
    settings: Settings, tmp_path: Path
) -> None:
    """With some of these files, maxminddb's C reader ends the process."""
    content = (FILES / "city.mmdb").read_bytes()
    chance = random.Random(478)

    for number in range(300):
        path = tmp_path / f"{number}.mmdb"
        damaged = bytearray(content)
        for _ in range(chance.choice([1, 2, 4, 16])):
            damaged[chance.randrange(len(damaged))] = chance.choice([0, 0x20, 0x3F, 0xE7, 0xFF])
        path.write_bytes(damaged)
        place.reset()
        use_file(settings, path)
        for address in (VIENNA, BERLIN, AT_SEA, NOT_LISTED, "255.255.255.255", "::"):
            assert len(find_place(address)) == 3


# Files that are replaced while the server runs


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return how to let enough time pass for a look at the files."""
    now = [1000.0]
    monkeypatch.setattr("visits.collect.place.time.monotonic", lambda: now[0])

    def pass_time() -> None:
        now[0] += place.CHECK_SECONDS

    return pass_time


def rename_over(path: Path, content: bytes) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(content)
    other.replace(path)


def test_file_that_was_replaced_is_read_within_seconds(
    settings: Settings, tmp_path: Path, clock: Callable[[], None]
) -> None:
    path = tmp_path / "places.mmdb"
    shutil.copy(FILES / "country.mmdb", path)
    use_file(settings, path)
    assert find_place(VIENNA) == LocationKey("AT")

    rename_over(path, (FILES / "city.mmdb").read_bytes())

    assert find_place(VIENNA) == LocationKey("AT")
    clock()
    assert find_place(VIENNA).city == "Vienna"


def test_file_that_appears_later_is_read(
    settings: Settings, tmp_path: Path, clock: Callable[[], None]
) -> None:
    use_file(settings, tmp_path / "places.mmdb")
    assert find_place(VIENNA) == UNKNOWN

    shutil.copy(FILES / "city.mmdb", tmp_path / "places.mmdb")
    clock()

    assert find_place(VIENNA).city == "Vienna"


@pytest.mark.parametrize("content", [b"", b"<!doctype html>", None])
def test_bad_replacement_leaves_the_places_that_were_known(
    settings: Settings, tmp_path: Path, clock: Callable[[], None], content: bytes | None
) -> None:
    path = tmp_path / "places.mmdb"
    shutil.copy(FILES / "city.mmdb", path)
    use_file(settings, path)
    find_place(VIENNA)

    path.unlink() if content is None else rename_over(path, content)
    with capture_logs() as logs:
        for _ in range(3):
            clock()
            assert find_place(VIENNA).city == "Vienna"

    warnings = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert warnings == ["places_not_updated"]


def test_file_that_was_written_over_in_place_is_not_used_any_more(
    settings: Settings, tmp_path: Path, clock: Callable[[], None]
) -> None:
    path = tmp_path / "places.mmdb"
    shutil.copy(FILES / "city.mmdb", path)
    use_file(settings, path)
    find_place(VIENNA)

    path.write_bytes(b"x" * path.stat().st_size)
    clock()

    assert find_place(VIENNA) == UNKNOWN


# Several files


def test_folder_of_files_is_asked_from_the_one_that_knows_most(
    settings: Settings, tmp_path: Path
) -> None:
    shutil.copy(FILES / "country.mmdb", tmp_path / "1.mmdb")
    shutil.copy(FILES / "city.mmdb", tmp_path / "2.mmdb")
    (tmp_path / "README.txt").write_text("no database")
    use_file(settings, tmp_path)

    assert find_place(VIENNA) == LocationKey("AT", "Vienna", "Vienna")


def test_one_file_for_each_kind_of_address(settings: Settings) -> None:
    settings.GEOIP_PATH = f"{FILES / 'flat4.mmdb'}, {FILES / 'flat6.mmdb'}"

    assert find_place(VIENNA) == LocationKey("AT", "Vienna", "Vienna")
    assert find_place(BERLIN) == LocationKey("DE", "Land Berlin", "Berlin")
    assert find_place(NOT_LISTED) == UNKNOWN


def test_bad_file_among_several_does_not_hide_the_others(
    settings: Settings, tmp_path: Path
) -> None:
    make_text(tmp_path / "bad.mmdb")
    shutil.copy(FILES / "city.mmdb", tmp_path / "good.mmdb")
    use_file(settings, tmp_path)

    assert find_place(VIENNA).city == "Vienna"


def test_installed_file_is_used_when_no_other_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.GEOIP_PATH = ""
    settings.VAR_DIR = tmp_path
    (tmp_path / "geoip").mkdir()
    shutil.copy(FILES / "city.mmdb", tmp_path / "geoip" / "dbip-city-lite.mmdb")

    assert find_place(VIENNA).city == "Vienna"


def test_named_file_goes_before_the_installed_one(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "geoip").mkdir()
    shutil.copy(FILES / "city.mmdb", tmp_path / "geoip")
    use_file(settings, FILES / "country.mmdb")

    assert find_place(VIENNA) == LocationKey("AT")


@given(st.text(st.characters(), max_size=60))
def test_no_address_makes_it_fail(address: str) -> None:
    assert find_place(address) == UNKNOWN


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
        ({"country": "AT", "region": "Wien", "city": "Wien"}, LocationKey("AT", "Wien", "Wien")),
    ],
)
def test_flat_record_of_any_shape_gives_a_place(record: object, location: LocationKey) -> None:
    assert flat_location(record) == location
