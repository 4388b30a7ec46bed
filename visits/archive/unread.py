"""Files that this process could not read: reports leave them alone for some minutes, then try again."""

from __future__ import annotations

import time
from collections.abc import Callable

# As long as upkeep takes to look at them.
REST_SECONDS = 600


class UnreadFiles:
    """Names of files. A disk or a network may have failed, so nothing is known of the files themselves."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rest_until: dict[str, float] = {}

    def add(self, name: str) -> None:
        self._rest_until[name] = self._clock() + REST_SECONDS

    def discard(self, name: str) -> None:
        self._rest_until.pop(name, None)

    def __contains__(self, name: str) -> bool:
        until = self._rest_until.get(name)
        if until is not None and self._clock() >= until:
            self.discard(name)
            return False
        return until is not None


unread_files = UnreadFiles()
