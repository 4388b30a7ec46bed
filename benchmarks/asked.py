"""What a page of the admin cost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

INDEX = "/admin/"


@dataclass(frozen=True)
class Asked:
    """What a page cost: medians in milliseconds, and statements."""

    path: str
    status: int
    wall_ms: float
    cpu_ms: float
    queries: int

    @classmethod
    def parse(cls, line: str) -> Self:
        return cls(**json.loads(line))
