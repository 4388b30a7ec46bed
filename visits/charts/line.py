"""The line of a series: drawn through over complete buckets, dotted from and to one that is only a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from visits.charts.geometry import Corners, path, path_area
from visits.reports.results import Bucket


@dataclass(frozen=True, slots=True)
class Line:
    """Paths: over complete buckets, the area below it, and from and to buckets that are only a part."""

    complete: str
    area: str
    partial: str


def partial_ends(buckets: Sequence[Bucket]) -> list[int]:
    """Return 0 and -1 where the first and the last bucket are only a part; a single one is drawn as it is."""
    return [end for end in (0, -1) if len(buckets) > 1 and buckets[end].is_partial]


def line(points: Corners, buckets: Sequence[Bucket], width: int) -> Line:
    """Return the line through the points of these buckets."""
    ends = partial_ends(buckets)
    pieces = [
        piece for end in ends if None not in (piece := points[:2] if end == 0 else points[-2:])
    ]
    complete = _complete(points, ends, pieces)
    return Line(
        complete=path(complete, width),
        area=path_area(complete, width),
        partial="".join(path(piece, width) for piece in dict.fromkeys(map(tuple, pieces))),
    )


def _complete(points: Corners, ends: Sequence[int], pieces: Sequence[Corners]) -> Corners:
    """Return the points of complete buckets, without a lone one at which a dotted piece begins anyway."""
    complete = list(points)
    for end in ends:
        complete[end] = None
    joints = {point for piece in pieces for point in piece}
    around = zip(complete, [None, *complete], [*complete[1:], None], strict=False)
    return [
        None if point in joints and before is None and after is None else point
        for point, before, after in around
    ]
