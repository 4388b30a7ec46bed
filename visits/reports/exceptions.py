"""What can be wrong with a question. Nothing here needs Django: workers of a cluster have no settings."""

from __future__ import annotations


class ReportError(Exception):
    """Root of what this package raises."""


class InvalidQuery(ReportError):
    """A part of a question that makes no sense: `field` is its parameter, `sentence` is for its author."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field, sentence)
        self.field = field
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence
