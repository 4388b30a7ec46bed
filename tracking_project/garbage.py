"""How often Python looks for cycles in memory while the server runs."""

from __future__ import annotations

import gc

# Of young, middle-aged and old objects; Python's own are 700, 10 and 10.
THRESHOLDS = (50_000, 10, 25)


def calm_garbage_collector() -> None:
    """Look for cycles seldom, and never among what has been loaded.

    What a hit is made of has no cycles and is gone when it is answered, but the collector would look
    through all of memory for every few thousand hits: a quarter of what a hit costs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
