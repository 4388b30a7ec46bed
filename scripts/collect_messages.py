"""Collects what is to be translated into locale/, and compiles the catalogues: `make messages`."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command

SOURCE_LANGUAGE = "en"
# Tests and tools speak to developers.
FOLDERS_LEFT_OUT = (
    ".venv",
    "var",
    "*/tests",
    "tests",
    "testing",
    "benchmarks",
    "scripts",
    "docs",
    "node_modules",
    "conftest.py",
)


def collect(languages: list[str]) -> None:
    """Update the catalogues below the current folder, without line numbers: each edit would change them."""
    call_command(
        "makemessages",
        locale=languages,
        extensions=["html", "txt", "py"],
        ignore_patterns=list(FOLDERS_LEFT_OUT),
        add_location="file",
        no_wrap=True,
        no_obsolete=True,
        verbosity=0,
    )


def _forget_date(catalogue: Path) -> None:
    """Take out when words were collected: two people who did so would never agree."""
    lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
    catalogue.write_text("".join(kept), encoding="utf-8")


def main() -> int:
    languages = [code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE]
    for language in languages:
        (settings.LOCALE_PATHS[0] / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    try:
        collect(languages)
        for language in languages:
            _forget_date(settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po")
        call_command("compilemessages", locale=languages, ignore_patterns=[".venv"], verbosity=0)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    django.setup()
    root = Path(__file__).resolve().parent.parent
    if Path.cwd() != root:
        sys.exit(f"Call this in {root}.")
    sys.exit(main())
