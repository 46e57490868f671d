from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from exports.html import write_html
from exports.report import Bullets, Number, Paragraph, Report, Section, Table

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return write_html(report)


@pytest.fixture(scope="module")
def tree(page: str) -> ET.Element:
    return ET.fromstring(page)


def test_the_fragment_is_the_page_that_was_looked_at(page: str, golden: Callable[[str, str], None]) -> None:
    golden("report.html", page.replace("><", ">\n<"))


def test_it_is_a_fragment_without_a_page_of_its_own(page: str) -> None:
    assert not re.search(r"<(html|head|body|main|h1)\b", page)


def test_there_is_no_inline_style_or_script(page: str) -> None:
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=", page)


def test_ids_are_unique_and_every_reference_has_its_id(tree: ET.Element) -> None:
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    named = {name for element in tree.iter() for name in element.attrib.get("aria-labelledby", "").split()}
    assert len(ids) == len(set(ids))
    assert named <= set(ids)


def test_headings_go_down_one_level_at_a_time(tree: ET.Element) -> None:
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch(r"h\d", element.tag)]
    assert levels[0] == 2
    assert set(levels) == {2, 3}


def test_every_chart_has_a_name_a_description_and_its_numbers(tree: ET.Element) -> None:
    figures = list(tree.iter("figure"))
    assert figures
    for figure in figures:
        drawings = figure.findall(f"{SVG}svg")
        assert [drawing.attrib["class"] for drawing in drawings] == ["chart chart-wide", "chart chart-narrow"]
        for drawing in drawings:
            assert drawing.attrib["role"] == "img"
            assert not {"width", "height", "style"} & set(drawing.attrib)
            assert drawing.findtext(f"{SVG}title")
            assert drawing.findtext(f"{SVG}desc")
        assert figure.find("details/summary").text == "Bekijk de cijfers als tabel"
        assert figure.find("details/div/table") is not None


def test_letters_are_readable_on_a_screen_of_320_pixels(tree: ET.Element) -> None:
    for drawing in tree.iter(f"{SVG}svg"):
        if "chart-narrow" in drawing.attrib["class"]:
            width = float(drawing.attrib["viewBox"].split()[2])
            sizes = [float(text.attrib["font-size"]) for text in drawing.iter(f"{SVG}text")]
            assert min(sizes) * 288 / width >= 12  # 320 pixels less a margin of 16 on either side


def test_tables_have_a_caption_and_scoped_heads_in_a_region_for_the_keyboard(tree: ET.Element) -> None:
    regions = [element for element in tree.iter("div") if element.attrib.get("role") == "region"]
    assert len(regions) == len(list(tree.iter("table")))
    for region in regions:
        table = region.find("table")
        assert region.attrib["tabindex"] == "0"
        assert region.attrib["aria-label"] == f"Tabel: {table.findtext('caption/span')}"
        assert {cell.attrib["scope"] for cell in table.iter("th")} == {"col", "row"}


def test_text_of_people_cannot_become_markup(report: Report) -> None:
    evil = '<script>alert("x")</script>&'
    table = Table(title=evil, head=("", evil), rows=((evil, evil), (evil, Number(value=1, text=evil))), note=evil)
    section = Section(title=evil, blocks=(Paragraph(text=evil), Bullets(items=(evil,)), table))
    page = write_html(report.model_copy(update={"sections": (section,), "summary": (evil,), "subtitle": evil}))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 13


def test_an_address_becomes_a_link(page: str) -> None:
    assert '<a href="https://ceo.example/resultaten/GM0355">' in page


def test_simulated_is_said_only_when_it_is_so(report: Report) -> None:
    assert "Gesimuleerde gegevens" in write_html(report)
    assert "Gesimuleerde gegevens" not in write_html(report.model_copy(update={"simulated": False}))
