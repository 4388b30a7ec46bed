"""What every test stands on: the run's own folder, database and browser, no network, and the cast."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import django
import hypothesis
import pytest
from django.conf import settings

from testing import chromium, environment, network, postgres, tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from accounts.models import User
    from sites.models import Site

if settings.configured and not environment.worker():
    raise pytest.UsageError(
        "The tests choose their own settings: call pytest without DJANGO_SETTINGS_MODULE and --ds."
    )
RUN_FOLDER = environment.prepare()
os.environ["DJANGO_SETTINGS_MODULE"] = "tracking_project.settings"
django.setup()

# Examples take as long as a busy machine lets them.
hypothesis.settings.register_profile("tracking", deadline=None)
hypothesis.settings.load_profile("tracking")

# The fixtures of pytest-django that open the database.
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


# The run


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()
    config.add_cleanup(network.allow)
    if environment.database_kind() == "postgresql" and not environment.worker():
        _start_postgres(config)


def _start_postgres(config: pytest.Config) -> None:
    binaries = postgres.find_binaries()
    if binaries is None:
        if tools.is_ci():
            raise pytest.UsageError(f"{postgres.MISSING} With CI=true nothing is skipped.")
        return
    folder = postgres.cluster_folder(RUN_FOLDER)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.add_cleanup(postgres.start(binaries, folder).stop)


def pytest_report_header() -> str:
    return f"database: {environment.database_kind()}, folder: {RUN_FOLDER}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Mark browser tests before `-m` is applied and put them last.

    While the browser is open an event loop runs in the main thread; tests after it could start none.
    """
    for item in items:
        if "browser" in _fixtures(item):
            item.add_marker("browser")
    yield
    items.sort(key=_is_browser_test)
    if environment.database_kind() == "postgresql":
        _keep_database_tests(config, items)


def _keep_database_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The pass on PostgreSQL repeats what may differ there: all that opens the database."""
    others = [item for item in items if not _uses_database(item) or _is_browser_test(item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]
    if postgres.find_binaries() is None:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=postgres.MISSING))


def _is_browser_test(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def _uses_database(item: pytest.Item) -> bool:
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or not DATABASE_FIXTURES.isdisjoint(_fixtures(item))


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


# The database


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Use a file on SQLite: only a file locks, waits and keeps a journal as in production."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(
            RUN_FOLDER / f"test{environment.worker()}.sqlite3"
        )


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave the database where it is: it goes with the run's folder."""
    return True


@pytest.fixture(autouse=True)
def names_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the names of dimension rows each time: ids that were rolled back are used again."""
    from visits.reports import dimension_names

    monkeypatch.setattr(dimension_names, "MAX_REMEMBERED", 0)


# The browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; it knows this machine as 127.0.0.1, localhost and example.com, and no other."""
    from playwright.sync_api import sync_playwright

    executable = chromium.find()
    if executable is None:
        tools.missing(chromium.MISSING)
    # Playwright's event loop runs in this thread, and Django would take every query for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = chromium.launch(playwright, executable)
        yield opened
        opened.close()


# The cast


@pytest.fixture
def owner(db: None) -> User:
    """The person whose site it is."""
    return _make_user("owner@example.com")


@pytest.fixture
def stranger(db: None) -> User:
    """A person with an account and nothing to do with the site."""
    return _make_user("stranger@example.com")


@pytest.fixture
def staff(db: None) -> User:
    """A person who may do everything in the admin."""
    return _make_user("staff@example.com", is_staff=True, is_superuser=True)


def _make_user(email: str, **fields: bool) -> User:
    from accounts.models import User

    return User.objects.create(email=email, password=_hashed("correct horse battery"), **fields)


@cache
def _hashed(password: str) -> str:
    """Return the hash, made once: its 25 ms were a quarter of what thousands of tests take."""
    from django.contrib.auth.hashers import make_password

    return make_password(password)


@pytest.fixture
def site(owner: User) -> Site:
    """The owner's site in Berlin, one or two hours ahead of UTC."""
    from sites.models import Site

    return Site.objects.create(
        owner=owner, name="Example", domain="example.com", time_zone="Europe/Berlin"
    )
