"""Maps of municipalities: what is drawn, what is told, and that it can be told apart."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceo.storage.areas import shipped_outlines
from ceo.workflows.house.contrast import contrast
from exports import palette
from exports.release.map_classes import MOST_CLASSES, classify
from exports.release.maps import FILLS, NO_FIGURE, MunicipalityMap, municipality_drawing, municipality_map

OUTLINES = shipped_outlines()
SVG = "{http://www.w3.org/2000/svg}"
CLASSES = ("50 tot 60%", "60 tot 70%", "70 tot 80%", "80 tot 90%", "90 tot 100%")
FULL = MunicipalityMap(
    "Wie zich serieus genomen voelt",
    "Kaart van Nederland. In het zuiden & oosten zijn de aandelen <hoger>.",
    CLASSES,
    {code: number % 5 for number, code in enumerate(OUTLINES) if number >= 42},
)
# A large square with another municipality in it, and two islands of one.
SQUARES = {
    "GM1": [[(0, 0), (100, 0), (100, 100), (0, 100)]],
    "GM2": [[(40, 40), (60, 40), (60, 60), (40, 60)]],
    "GM3": [[(0, 110), (10, 110), (10, 120)], [(20, 110), (30, 110), (30, 120)]],
}


def parsed(shown: MunicipalityMap = FULL, outlines: object = OUTLINES, name: str = "kaart") -> ET.Element:
    return ET.fromstring(municipality_map(shown, outlines, name))


def words(drawn: ET.Element) -> list[str]:
    return [text.text or "" for text in drawn.iter(f"{SVG}text")]


def test_a_map_is_an_image_with_a_name_and_a_description() -> None:
    drawn = parsed(name="tevreden")
    title, description = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert drawn.get("role") == "img"
    assert (
        drawn.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}" == "tevreden-title tevreden-desc"
    )
    assert (title.text, description.text) == (FULL.title, FULL.description)


def test_a_map_has_no_style_script_or_address_of_its_own_and_ids_that_are_unique() -> None:
    text = municipality_map(FULL, OUTLINES)
    assert not re.search(r"style=|<style|<script|href|on\w+=", text)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_a_map_of_all_municipalities_is_small_and_always_the_same() -> None:
    text = municipality_map(FULL, OUTLINES)
    assert len(text.encode()) <= 150_000
    assert text == municipality_map(FULL, dict(reversed(OUTLINES.items())))


def test_every_municipality_is_drawn_in_the_colour_of_its_class_and_hatched_without_a_figure() -> None:
    fills = Counter(path.get("fill") for path in parsed().iter(f"{SVG}path") if path.get("fill"))
    expected = Counter(FILLS[place] for place in FULL.placed.values())
    assert fills == {**expected, "url(#kaart-geen)": 42}


def test_the_legend_tells_each_class_in_words_with_how_many_are_in_it() -> None:
    counts = Counter(FULL.placed.values())
    expected = [f"{label} ({counts[place]} gemeenten)" for place, label in enumerate(CLASSES)]
    assert words(parsed()) == [*expected, f"{NO_FIGURE} (42 gemeenten)"]
    one = MunicipalityMap("", "", ("60 tot 65",), {"GM1": 0, "GM2": 0, "GM3": 0})
    assert words(parsed(one, SQUARES)) == ["60 tot 65 (3 gemeenten)"]
    assert words(parsed(MunicipalityMap("", "", (), {}), SQUARES)) == [f"{NO_FIGURE} (3 gemeenten)"]


def test_a_municipality_that_is_not_on_the_map_is_told() -> None:
    told = " ".join(words(parsed(MunicipalityMap("", "", ("60 tot 65",), {"GM1": 0, "GM0501": 0}), SQUARES)))
    assert told.startswith("60 tot 65 (1 gemeente) geen cijfer (2 gemeenten)")
    assert told.endswith("die van een ander jaar is (1 gemeente)")


def test_no_line_of_the_legend_is_clipped() -> None:
    from exports.typeface import text_width

    shown = MunicipalityMap("", "", ("een klasse met een lange naam die niet op een regel past van deze kaart",), {})
    drawn = parsed(shown, SQUARES)
    width = float((drawn.get("viewBox") or "").split()[2])
    for text in drawn.iter(f"{SVG}text"):
        assert float(text.get("x") or 0) + text_width(text.text or "", float(text.get("font-size") or 0)) <= width


def test_one_that_lies_within_another_is_drawn_over_it() -> None:
    shown = MunicipalityMap("", "", ("a", "b"), {"GM1": 0, "GM2": 1})
    fills = [path.get("fill") for path in parsed(shown, SQUARES).iter(f"{SVG}path") if path.get("fill")]
    assert fills.index(shown.fills[0]) < fills.index(shown.fills[1])


@pytest.mark.parametrize("fill", FILLS)
def test_every_colour_stands_out_from_the_border(fill: str) -> None:
    assert contrast(fill, palette.WHITE) >= 3


@pytest.mark.parametrize("number", range(1, MOST_CLASSES + 1))
def test_classes_are_told_apart_by_lightness_alone(number: int) -> None:
    fills = MunicipalityMap("", "", CLASSES[:number], {}).fills
    steps = [contrast(one, other) for one, other in pairwise(fills)]
    assert len(fills) == number
    assert all(step >= 1.5 for step in steps)
    assert all(contrast(one, palette.WHITE) < contrast(other, palette.WHITE) for one, other in pairwise(fills))


def test_more_than_five_classes_are_our_mistake() -> None:
    with pytest.raises(AssertionError):
        MunicipalityMap("", "", (*CLASSES, "meer"), {})


def test_a_drawing_for_a_pdf_shows_the_same() -> None:
    from reportlab.graphics import renderPDF

    drawing = municipality_drawing(FULL, OUTLINES)
    areas = [
        shape
        for shape in drawing.contents
        if getattr(shape, "fillColor", None) is not None and not hasattr(shape, "text")
    ]
    hatched = [shape for shape in drawing.contents if not hasattr(shape, "text") and shape.fillColor is None]
    assert (len(areas), len(hatched)) == (342 + 6, 42 + 1)
    assert [shape.text for shape in drawing.contents if hasattr(shape, "text")] == words(parsed())
    written = BytesIO()
    renderPDF.drawToFile(drawing, written)
    assert written.getvalue().startswith(b"%PDF")


def test_hatching_stays_within_its_municipality() -> None:
    shown = MunicipalityMap("", "", ("a",), {"GM1": 0, "GM3": 0})
    drawing = municipality_drawing(shown, SQUARES)
    [lines, _] = [shape for shape in drawing.contents if not hasattr(shape, "text") and shape.fillColor is None]
    grounds = [shape for shape in drawing.contents if not hasattr(shape, "text") and shape.fillColor is not None]
    [ground] = [shape for shape in grounds if shape.fillColor.hexval() == "0xececec"][:1]
    for axis in (0, 1):
        assert min(ground.points[axis::2]) <= min(lines.points[axis::2])
        assert max(lines.points[axis::2]) <= max(ground.points[axis::2])


# Classes


figures = st.dictionaries(st.integers(1, 400).map("GM{:04}".format), st.floats(0, 100), min_size=1, max_size=60)


def limits(words_of_class: str) -> tuple[float, float]:
    low, high = (float(text.replace(",", ".")) for text in words_of_class.split(" tot "))
    return low, high


@given(figures)
def test_every_figure_lies_within_the_limits_that_its_class_tells(values: dict[str, float]) -> None:
    found = classify(values)
    assert 1 <= len(found.classes) <= MOST_CLASSES
    assert found.placed.keys() == values.keys()
    for code, value in values.items():
        low, high = limits(found.classes[found.placed[code]])
        assert low - 1e-6 <= value <= high + 1e-6


@given(figures)
def test_classes_join_have_equal_width_and_stay_within_what_is_possible(values: dict[str, float]) -> None:
    pairs = [limits(one) for one in classify(values).classes]
    assert all(one[1] == other[0] for one, other in pairwise(pairs))
    assert all(high - low == pytest.approx(pairs[0][1] - pairs[0][0]) for low, high in pairs)
    assert pairs[0][0] >= 0
    assert pairs[-1][1] <= max(100.0, pairs[0][1])


def test_limits_are_round_and_carry_their_unit() -> None:
    assert classify({"GM1": 61.0, "GM2": 100.0}, unit="%").classes == (
        "60 tot 70%",
        "70 tot 80%",
        "80 tot 90%",
        "90 tot 100%",
    )
    assert classify({"GM1": 7.2, "GM2": 7.9}, unit="punten").classes[0] == "7,2 tot 7,4\u00a0punten"
    assert classify({"GM1": 70.0, "GM2": 70.0}).classes == ("70,0 tot 70,1",)
    assert classify({}).classes == ()
