"""The file with the shapes of the world: who is in it, and how large it is."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree

import pytest

from sites.country import country_names
from visits.dashboard.panels.world import IMAGES, shapes

# Nobody lives there for long; tracking_project/static/img/SOURCES.md says the same.
WITHOUT_A_SHAPE = {"AQ", "BV", "UM"}
PICTURE = IMAGES / "world.svg"
NUMBER = re.compile(r"-?\d+")


def test_every_country_has_a_shape_or_is_known_to_lack_one() -> None:
    assert set(country_names()) - shapes() == WITHOUT_A_SHAPE
    assert shapes() <= set(country_names())


def test_each_shape_is_there_once_and_all_large_ones_are_land() -> None:
    root = ElementTree.parse(PICTURE).getroot()
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    land = next(element for element in root if element.get("id") == "land")
    drawn = {shape.get("id") for shape in land}

    assert len(ids) == len(set(ids))
    assert len(drawn) > 170
    assert {"DE", "US", "BR", "IN", "AU", "NO", "XK"} <= drawn
    assert drawn.isdisjoint({"SG", "MT", "HK"})


def test_file_has_nothing_but_shapes() -> None:
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(PICTURE).iter()}

    assert tags == {"svg", "defs", "g", "path"}


def test_file_is_small() -> None:
    assert len(gzip.compress(PICTURE.read_bytes())) < 20_000


@pytest.mark.parametrize(
    ("code", "x", "y"),
    [("PT", 870, 250), ("JP", 1660, 270), ("ZA", 1080, 690), ("AR", 540, 760), ("SG", 1510, 500)],
)
def test_countries_are_where_they_are(code: str, x: int, y: int) -> None:
    """A shape begins near a known place of its country: 60 units are 600 kilometres at the equator."""
    root = ElementTree.parse(PICTURE).getroot()
    [shape] = [element for element in root.iter() if element.get("id") == code]
    left, top = map(int, NUMBER.findall(str(shape.get("d")))[:2])

    assert abs(left - x) < 100
    assert abs(top - y) < 100
