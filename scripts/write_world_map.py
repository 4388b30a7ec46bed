"""Write the map of the world anew from packages unpacked in a folder. No network.

In an empty folder:

    npm pack world-atlas i18n-iso-countries
    for package in world iso; do mkdir $package; done
    tar -xzf world-atlas-*.tgz -C world && tar -xzf i18n-iso-countries-*.tgz -C iso

Then `python scripts/write_world_map.py FOLDER`, look at the map, write the new versions into
tracking_project/static/img/SOURCES.md and run visits/tests/dashboard/panels/test_world_shapes.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import radians
from pathlib import Path
from typing import Any

TARGET = (
    Path(__file__).resolve().parent.parent / "tracking_project" / "static" / "img" / "world.svg"
)
# Units of the picture; coordinates are whole numbers of them.
WIDTH = 2_000
# An island smaller than this, in square units, is left out where its country has another shape.
SMALLEST_AREA = 6
DOT_RADIUS = 8
MARGIN = 20
LEFT_OUT = {"AQ"}
# The edge of the map runs between Siberia and Alaska, which cuts no country in two.
MIDDLE = 11
# Without a number of ISO 3166: Kosovo has a code in common use, the others are drawn within a state.
BY_NAME = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
# Drawn as a part of another state at this scale, or not at all: longitude and latitude.
PLACED = {
    "BQ": (-68.3, 12.2), "CC": (96.8, -12.2), "CX": (105.6, -10.5), "GF": (-53.1, 4.0),
    "GI": (-5.4, 36.1), "GP": (-61.6, 16.3), "MQ": (-61.0, 14.7), "RE": (55.5, -21.1),
    "SJ": (15.6, 78.2), "TK": (-171.9, -9.2), "TV": (179.2, -8.5), "YT": (45.2, -12.8),
}  # fmt: skip

Point = tuple[float, float]
Pixel = tuple[int, int]
Ring = list[Point]


def project(longitude: float, latitude: float) -> Point:
    """Return the place on a map in the Natural Earth projection, y down (Savric and others, 2011)."""
    phi = radians(latitude)
    square = phi * phi
    fourth = square * square
    width = (
        0.870700
        - 0.131979 * square
        + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth))
    )
    height = 1.007226 + square * (
        0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)
    )
    return radians(longitude - MIDDLE) * width, -phi * height


def read_arcs(topology: dict[str, Any]) -> list[Ring]:
    """Return the lines of a topology as longitudes and latitudes: each point is stored as a step."""
    (scale_x, scale_y), (left, bottom) = (
        topology["transform"][name] for name in ("scale", "translate")
    )
    arcs = []
    for arc in topology["arcs"]:
        xs = accumulate(step[0] for step in arc)
        ys = accumulate(step[1] for step in arc)
        arcs.append(
            [(x * scale_x + left, y * scale_y + bottom) for x, y in zip(xs, ys, strict=True)]
        )
    return arcs


def rings_of(geometry: dict[str, Any], arcs: Sequence[Ring]) -> Iterator[Ring]:
    """Yield the outlines of a country; of each lake in it, too."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for ring in polygon:
            points: Ring = []
            for number in ring:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                points += arc[1:] if points else arc
            yield points


def unbroken(ring: Ring) -> Ring:
    """Return an outline in one piece, on the side of the map's edge that has its middle."""
    points = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((points[-1][0] - longitude) / 360)
        points.append((longitude + 360 * turns, latitude))
    middle, _ = centre(points)
    turns = round((MIDDLE - middle) / 360)
    return [(longitude + 360 * turns, latitude) for longitude, latitude in points]


def read_countries(folder: Path, scale: str, codes: dict[str, str]) -> dict[str, list[Ring]]:
    """Return the outlines of countries by code, projected."""
    path = folder / "world" / "package" / f"countries-{scale}.json"
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = read_arcs(topology)
    countries: dict[str, list[Ring]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = codes.get(geometry.get("id", ""), BY_NAME.get(name, ""))
        if code and code not in LEFT_OUT:
            rings = [
                [project(*point) for point in unbroken(ring)] for ring in rings_of(geometry, arcs)
            ]
            countries.setdefault(code, []).extend(rings)
    return countries


def read_codes(folder: Path) -> dict[str, str]:
    """Return the two letters of a country by its three digits."""
    path = folder / "iso" / "package" / "codes.json"
    return {row[2]: row[0] for row in json.loads(path.read_text(encoding="utf-8"))}


@dataclass(frozen=True)
class Frame:
    """From the projection to the picture."""

    left: float
    top: float
    scale: float
    height: int

    @classmethod
    def around(cls, countries: dict[str, list[Ring]]) -> Frame:
        points = [point for rings in countries.values() for ring in rings for point in ring]
        xs, ys = zip(*points, strict=True)
        scale = (WIDTH - 2 * MARGIN) / (max(xs) - min(xs))
        margin = MARGIN / scale
        height = (max(ys) - min(ys) + 2 * margin) * scale
        return cls(min(xs) - margin, min(ys) - margin, scale, round(height))

    def place(self, point: Point) -> Pixel:
        x, y = point
        return round((x - self.left) * self.scale), round((y - self.top) * self.scale)


def area(ring: Sequence[Point]) -> float:
    """Return what an outline surrounds."""
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairwise([*ring, ring[0]]))) / 2


def centre(ring: Sequence[Point]) -> Point:
    """Return the middle of a small outline."""
    xs, ys = zip(*ring, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def outline(ring: Ring, frame: Frame) -> str:
    """Return a closed line of whole steps, without points on top of each other or in between."""
    pixels = [frame.place(point) for point in ring]
    kept = [
        pixel for pixel, before in zip(pixels, [None, *pixels], strict=False) if pixel != before
    ]
    kept = without_middles(kept[:-1] if kept[0] == kept[-1] else kept)
    if len(kept) < 3:
        return ""
    steps = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(kept))
    return f"M{pair(*kept[0])}l{joined(pair(*step) for step in steps)}z"


def without_middles(pixels: list[Pixel]) -> list[Pixel]:
    """Return the points at which a line turns."""
    around = zip([pixels[-1], *pixels], pixels, [*pixels[1:], pixels[0]], strict=False)
    return [
        (x, y)
        for (left, top), (x, y), (right, bottom) in around
        if (x - left) * (bottom - y) != (y - top) * (right - x)
    ]


def pair(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def joined(pairs: Iterator[str]) -> str:
    """Return steps one after another; a minus is as good as a space."""
    text = " ".join(pairs)
    return text.replace(" -", "-")


def shape(rings: list[Ring], frame: Frame) -> str:
    """Return the outlines of a country, without islands that nobody would see."""
    by_size = sorted(rings, key=area, reverse=True)
    smallest = SMALLEST_AREA / frame.scale**2
    kept = [ring for number, ring in enumerate(by_size) if not number or area(ring) >= smallest]
    return "".join(outline(ring, frame) for ring in kept)


def dot(point: Point, frame: Frame) -> str:
    """Return a disc: what stands for a country that is too small to be drawn."""
    x, y = frame.place(point)
    r = DOT_RADIUS
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0z"


def picture(folder: Path) -> str:
    codes = read_codes(folder)
    drawn = read_countries(folder, "110m", codes)
    frame = Frame.around(drawn)
    shapes = {code: shape(rings, frame) for code, rings in drawn.items()}
    small = read_countries(folder, "50m", codes)
    middles = {code: centre(max(rings, key=area)) for code, rings in small.items()}
    middles |= {code: project(*unbroken([place])[0]) for code, place in PLACED.items()}
    dots = {code: dot(point, frame) for code, point in middles.items() if not shapes.get(code)}
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height}">',
            # What is too small is shown only where somebody came from there.
            "<defs>",
            *(path(code, dots[code]) for code in sorted(dots)),
            "</defs>",
            '<g id="land">',
            *(path(code, shapes[code]) for code in sorted(shapes) if shapes[code]),
            "</g>",
            "</svg>",
            "",
        ]
    )


def path(code: str, line: str) -> str:
    return f'<path id="{code}" vector-effect="non-scaling-stroke" d="{line}"/>'


if __name__ == "__main__":
    TARGET.write_text(picture(Path(sys.argv[1])), encoding="utf-8")
