"""Static files are collected once, and anew when one of them changes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from visits.management.static_files import collect_static_files


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> Path:
    """A static file of an installation that has no other."""
    folder = tmp_path / "source"
    folder.mkdir()
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    file = folder / "page.css"
    file.write_text("a {}")
    return file


def collected(settings: Settings) -> Path:
    return Path(settings.STATIC_ROOT) / "page.css"


def test_files_that_have_not_changed_are_left_alone(settings: Settings, source: Path) -> None:
    collect_static_files()
    collected(settings).write_text("as it was")

    collect_static_files()

    assert collected(settings).read_text() == "as it was"


def test_changed_file_is_collected_anew(settings: Settings, source: Path) -> None:
    collect_static_files()
    source.write_text("a { color: red }")
    # Django compares whole seconds.
    os.utime(source, (time.time() + 60, time.time() + 60))

    collect_static_files()

    assert collected(settings).read_text() == "a { color: red }"


def test_files_that_are_gone_are_collected_anew(settings: Settings, source: Path) -> None:
    collect_static_files()
    collected(settings).unlink()
    collected(settings).parent.rmdir()

    collect_static_files()

    assert collected(settings).exists()
