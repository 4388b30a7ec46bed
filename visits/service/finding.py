"""What a check of the installation finds."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Status(enum.IntEnum):
    """As monitors number them, and as the exit status of `doctor` is."""

    OK = 0
    WARNING = 1
    PROBLEM = 2

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def sentence(self) -> str:
        """What the worst status says of everything."""
        return SENTENCES[self]


SENTENCES = {
    Status.OK: "All is well.",
    Status.WARNING: "There are warnings.",
    Status.PROBLEM: "There are problems.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says, in a sentence; `hint` is what to do about it."""

    check: str
    status: Status
    text: str
    hint: str = ""


def ok(check: str, text: str) -> Finding:
    return Finding(check, Status.OK, text)


def warning(check: str, text: str, hint: str = "") -> Finding:
    return Finding(check, Status.WARNING, text, hint)


def problem(check: str, text: str, hint: str = "") -> Finding:
    return Finding(check, Status.PROBLEM, text, hint)
