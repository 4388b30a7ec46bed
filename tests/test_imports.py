"""Who may import whom: visits -> sites -> accounts, and the rooms inside visits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "sites", "visits")

# Each room and the rooms it may import besides itself. Rooms that are absent here do not know it:
# collect and reports meet in the tables only, and the ways out never import each other.
READS = {"sites", "accounts", "visits.models", "visits.reports", "visits.upkeep"}
WRITES = READS | {"visits.collect"}
SHARED = {"visits.charts", "visits.files", "visits.saved", "visits.templatetags"}
ROOMS: dict[str, set[str]] = {
    "accounts": set(),
    "sites": {"accounts"},
    "visits.models": {"sites", "accounts"},
    "visits.tracker": set(),
    # The address of a client is the same one for a hit and for a sign-in.
    "visits.collect": {"accounts", "sites", "visits.models", "visits.tracker"},
    # Who writes the archive and who reads it meet here.
    "visits.archive": {"sites", "visits.models"},
    "visits.reports": {"sites", "visits.models", "visits.archive"},
    "visits.upkeep": {"sites", "visits.models", "visits.archive"},
    "visits.templatetags": {"visits.models", "visits.reports"},
    # What several ways out have in common: drawings, files, saved reports, the state of the service.
    "visits.charts": {"sites", "visits.models", "visits.reports", "visits.templatetags"},
    "visits.files": {"sites", "visits.models", "visits.reports"},
    "visits.saved": READS | {"visits.charts", "visits.files", "visits.templatetags"},
    "visits.service": WRITES | {"visits.archive"},
    "visits.admin": READS | SHARED | {"visits.service", "visits.digests"},
    "visits.api": READS,
    "visits.dashboard": READS | SHARED,
    "visits.digests": READS | SHARED,
    "visits.exchange": WRITES | {"visits.files"},
    "visits.demo": WRITES,
    "visits.management": WRITES
    | SHARED
    | {"visits.exchange", "visits.demo", "visits.digests", "visits.service", "visits.tracker"},
    # The floor plan and Django's entry name every room.
    "visits.urls": {"visits"},
    "visits.apps": {"visits"},
    "visits": set(),
}
# What only tests and tools may import.
OUTSIDE = {"testing", "conftest", "tests", "scripts", "pytest", "hypothesis", "playwright"}


def product_modules() -> Iterator[Path]:
    for folder in (*APPS, "tracking_project"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path


def module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything that is imported, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room_of(name: str) -> str | None:
    """Return the innermost room that holds the dotted name, None when it is not an app's."""
    holders = [room for room in ROOMS if name == room or name.startswith(f"{room}.")]
    return max(holders, key=len, default=None)


def violations(paths: Iterator[Path], is_allowed: dict[str, set[str]] = ROOMS) -> Iterator[str]:
    for path in paths:
        room = room_of(module_name(path))
        if room is None:
            continue
        for line, name in imports_of(path.read_text(encoding="utf-8")):
            other = room_of(name)
            if other not in {None, room} and not _is_within(other, is_allowed[room]):
                yield f"{path.relative_to(PROJECT)}:{line} imports {name}"


def _is_within(room: str | None, rooms: set[str]) -> bool:
    return room is not None and any(room == one or room.startswith(f"{one}.") for one in rooms)


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_only_what_it_may(room: str) -> None:
    paths = (path for path in product_modules() if room_of(module_name(path)) == room)

    assert list(violations(paths)) == []


def test_every_module_of_visits_is_in_a_room() -> None:
    """A new room is a decision: it gets its line in ROOMS."""
    names = [module_name(path) for path in product_modules()]

    homeless = [name for name in names if room_of(name) == "visits" and name != "visits"]

    assert homeless == []


def test_apps_do_not_import_the_project() -> None:
    assert [
        f"{path.relative_to(PROJECT)}:{line} imports {name}"
        for path in product_modules()
        if module_name(path).partition(".")[0] in APPS
        for line, name in imports_of(path.read_text(encoding="utf-8"))
        if name.partition(".")[0] == "tracking_project"
    ] == []


def test_product_imports_neither_tests_nor_their_tools() -> None:
    assert [
        f"{path.relative_to(PROJECT)}:{line} imports {name}"
        for path in product_modules()
        for line, name in imports_of(path.read_text(encoding="utf-8"))
        if name.partition(".")[0] in OUTSIDE or ".tests." in f"{name}."
    ] == []


@pytest.mark.parametrize(
    "source",
    [
        "from visits.reports.period import Period",
        "from visits.reports import period",
        "from visits import reports",
        "import visits.reports",
        "def f():\n    from visits.reports import period",
        "if TYPE_CHECKING:\n    import visits.reports.period as p",
    ],
)
def test_every_way_to_import_is_seen(source: str) -> None:
    rooms = [room_of(name) for _, name in imports_of(source)]

    assert rooms == ["visits.reports"]
