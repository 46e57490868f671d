from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import page
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from exports.pdf.writing import write_pdf
from exports.report import (
    Bullets,
    IntervalChart,
    Number,
    Paragraph,
    Point,
    Quotation,
    Range,
    Report,
    Section,
    Subheading,
    Table,
)


def failures(content: bytes) -> list[str]:
    found = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{it.rule_id}: {it.message}" for it in found.failures]


def elements(reader: PdfReader) -> Iterator[DictionaryObject]:
    """All structure elements in the order of reading."""
    waiting: list[Any] = [reader.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, DictionaryObject) and "/S" in node:
            yield node
            if "/K" in node:
                waiting.append(node["/K"])


def kids(element: DictionaryObject) -> list[str]:
    found = element.get("/K", [])
    found = found if isinstance(found, list) else [found]
    return [
        str(it.get_object()["/S"])
        for it in found
        if isinstance(it.get_object(), DictionaryObject) and "/S" in it.get_object()
    ]


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def content(report: Report) -> bytes:
    return write_pdf(report)


@pytest.fixture(scope="module")
def reader(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


@pytest.fixture
def long_report(report: Report) -> Report:
    """Tables and charts over many pages, odd letters, words that fit in no column."""
    rows = tuple((f"Gemeente {n}", Number(value=n, text=f"{n},0"), "w" * 30) for n in range(342))
    table = Table(title="Lang", head=("Gemeente", "Score", "Opmerking " * 20), rows=rows, note="Een noot.")
    wide = Table(
        title="Breed", head=tuple(f"kolom{n}" * 4 for n in range(14)), rows=(tuple("abc" * 5 for _ in range(14)),)
    )
    points = tuple(Point(label=f"G{n}", text="5,0", range=Range(value=50, low=40, high=60)) for n in range(342))
    chart = IntervalChart(title="342", description="Veel.", points=points, minimum=0, maximum=100, table=table)
    odd = Paragraph(text="Łódź, Çağrı, ≥ 10, 测试, <b>geen</b> opmaak & zo. " * 60)
    bullets = Bullets(items=("Punt " * 400, "Kort."))
    section = Section(title="Lang", blocks=(odd, Subheading(text="Kop"), bullets, table, wide, chart))
    return report.model_copy(update={"sections": (section,) * 2, "author": "", "title": "Een lange titel " * 12})


def test_the_text_is_the_one_that_was_looked_at(reader: PdfReader, golden: Callable[[str, str], None]) -> None:
    golden("report.pdf.txt", "\n\f\n".join(it.extract_text() for it in reader.pages) + "\n")


def test_it_meets_every_rule_of_pdf_ua_that_a_machine_can_check(content: bytes) -> None:
    assert failures(content) == []


def test_long_tables_tall_charts_and_odd_letters_meet_the_rules_as_well(long_report: Report) -> None:
    assert failures(write_pdf(long_report)) == []


def test_the_check_itself_finds_an_untagged_document() -> None:
    from reportlab.pdfgen.canvas import Canvas

    output = BytesIO()
    canvas = Canvas(output)
    canvas.drawString(10, 10, "x")
    canvas.save()
    assert failures(output.getvalue())


def test_all_sentences_can_be_read(reader: PdfReader, report: Report) -> None:
    text = flat(" ".join(it.extract_text() for it in reader.pages))
    sentences = [
        *report.summary,
        *(it.text for section in report.sections for it in section.blocks if isinstance(it, Paragraph)),
    ]
    assert [sentence for sentence in sentences if flat(sentence) not in text] == []


def test_the_first_page_has_title_mark_and_summary(reader: PdfReader, report: Report) -> None:
    text = flat(reader.pages[0].extract_text())
    assert all(flat(part) in text for part in (report.title, report.subtitle, "Gesimuleerde gegevens", *report.summary))


def test_every_page_has_its_number_and_the_simulated_mark(reader: PdfReader) -> None:
    total = len(reader.pages)
    for number, it in enumerate(reader.pages, 1):
        text = it.extract_text()
        assert "Gesimuleerde gegevens" in text
        assert f"Pagina {number} van {total}" in flat(text)


def test_real_data_have_no_mark(report: Report) -> None:
    real = report.model_copy(update={"simulated": False, "sections": (), "summary": ()})
    text = "".join(it.extract_text() for it in PdfReader(BytesIO(write_pdf(real))).pages)
    assert "Gesimuleerde gegevens" not in text


def test_headings_are_tagged_and_are_the_bookmarks(reader: PdfReader, report: Report) -> None:
    roles = [str(it["/S"]) for it in elements(reader)]
    assert roles[:2] == ["/Document", "/H1"]
    assert roles.count("/H2") == len(report.sections) + 2

    def titles(outline: list[Any]) -> list[str]:
        return [name for it in outline for name in (titles(it) if isinstance(it, list) else [it.title])]

    found = titles(reader.outline)
    assert found[0] == report.title
    assert {section.title for section in report.sections} <= set(found)


def test_lists_are_lists(reader: PdfReader) -> None:
    found = [it for it in elements(reader) if it["/S"] == "/L"]
    assert len(found) == 2
    for it in found:
        assert set(kids(it)) == {"/LI"}
    assert all(kids(it) == ["/Lbl", "/LBody"] for it in elements(reader) if it["/S"] == "/LI")


def test_tables_have_a_caption_rows_and_scoped_heads(reader: PdfReader) -> None:
    tables = [it for it in elements(reader) if it["/S"] == "/Table"]
    assert tables
    for table in tables:
        assert kids(table)[0] == "/Caption"
        assert set(kids(table)[1:]) == {"/TR"}
    scopes = {str(it["/A"]["/Scope"]) for it in elements(reader) if it["/S"] == "/TH"}
    assert scopes == {"/Column", "/Row"}


def test_a_table_over_pages_is_one_table_and_its_repeated_head_is_no_content(long_report: Report) -> None:
    reader = PdfReader(BytesIO(write_pdf(long_report)))
    longest = max((it for it in elements(reader) if it["/S"] == "/Table"), key=lambda it: len(kids(it)))
    assert len(kids(longest)) == 1 + 1 + 342


def test_charts_are_figures_with_text_and_place(reader: PdfReader, report: Report) -> None:
    figures = [it for it in elements(reader) if it["/S"] == "/Figure"]
    charts = [it for section in report.sections for it in section.blocks if it.kind in ("interval", "distribution")]
    assert [it["/Alt"] for it in figures] == [f"{chart.title}. {chart.description}" for chart in charts]
    assert all(len(it["/A"]["/BBox"]) == 4 for it in figures)


def test_the_link_holds_its_text_and_its_place_on_the_page(reader: PdfReader) -> None:
    (link,) = (it for it in elements(reader) if it["/S"] == "/Link")
    content, place = link["/K"]
    annotation = place["/Obj"]
    assert isinstance(content, int)
    assert annotation["/A"]["/URI"] == annotation["/Contents"] == "https://ceo.example/resultaten/GM0355"
    assert annotation.indirect_reference in [
        it.indirect_reference for it in map(IndirectObject.get_object, reader.pages[-1]["/Annots"])
    ]


def test_only_embedded_letters_are_used(reader: PdfReader) -> None:
    names = {
        str(font["/BaseFont"])
        for it in reader.pages
        for font in map(IndirectObject.get_object, it["/Resources"]["/Font"].values())
    }
    assert names
    assert all("NotoSans" in name for name in names)


def test_the_document_says_what_it_is(reader: PdfReader, report: Report) -> None:
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == reader.xmp_metadata.dc_title["x-default"] == report.title
    assert reader.metadata.creation_date.date() == report.made_on
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_no_heading_stands_last_on_its_page(long_report: Report) -> None:
    for it in PdfReader(BytesIO(write_pdf(long_report))).pages:
        lines = [line.strip() for line in it.extract_text().splitlines() if line.strip()]
        body = [line for line in lines if "Pagina" not in line and "Gesimuleerde" not in line]
        assert body[-1] not in ("Lang", "Kop", "Breed", "Bron en verantwoording")


def test_every_line_of_running_text_ends_with_a_space_so_that_words_stay_apart(reader: PdfReader) -> None:
    broken = [
        line for it in reader.pages for line in re.findall(rb"\((.*?)\) Tj T\* (?=\()", it.get_contents().get_data())
    ]
    assert broken
    assert all(line.endswith(b" ") for line in broken)


def test_everything_that_is_drawn_is_content_or_artifact(reader: PdfReader) -> None:
    for it in reader.pages:
        depth = 0
        for operation in re.findall(rb"BDC|EMC|Tj|\bre f|\bS\b|\bf\b|\bDo\b", it.get_contents().get_data()):
            depth += {b"BDC": 1, b"EMC": -1}.get(operation, 0)
            assert depth in (0, 1)
            assert depth == 1 or operation == b"EMC"
        assert depth == 0


def test_the_same_report_gives_the_same_bytes(content: bytes, report: Report) -> None:
    again = Report.model_validate_json(report.model_dump_json())
    assert write_pdf(again) == content


def last_of_each_page(reader: PdfReader) -> Iterator[DictionaryObject]:
    """The structure elements that are drawn last on the pages; on the last page nothing needs to follow."""
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    by_key = dict(zip(parents[::2], parents[1::2], strict=True))
    for number in range(len(reader.pages) - 1):
        drawn = by_key[number]
        yield drawn.get_object()[-1].get_object()


@pytest.mark.parametrize("lines", range(0, 60, 4))
def test_no_heading_and_no_caption_stands_at_the_foot_of_a_page(lines: int) -> None:
    """Whatever stands above: small and long tables, charts, lists and quotes each with all the headings that they may have."""
    rows = tuple((f"Rij {n}", Number(value=n, text=f"{n}")) for n in range(60))
    small, long = (Table(title="Naam", head=("Rij", "Getal"), rows=part, note="Noot.") for part in (rows[:6], rows))
    point = Point(label="Zeist", text="50,0", range=Range(value=50, low=40, high=60))
    chart = IntervalChart(title="Naam", description="", points=(point,) * 30, minimum=0, maximum=100, table=long)
    above = Paragraph(text=" ".join(["regel"] * 13 * lines))
    blocks = (above, Subheading(text="Kop"), small, Subheading(text="Kop"), Bullets(items=("Kort.",) * 3), chart)
    more = (above, small, Subheading(text="Kop"), long, Quotation(text="Verhaal. " * 60), Subheading(text="Kop"), chart)
    report = Report(
        title="Titel",
        subtitle="",
        author="",
        made_on=date(2026, 1, 1),
        simulated=False,
        summary=("Kort.",),
        sections=(
            Section(title="Kop", blocks=blocks),
            Section(title="Kop", blocks=more),
            Section(title="Kop", blocks=(small,)),
        ),
        figures=(),
        source=(("Bron", "https://ceo.example"),),
    )
    for element in last_of_each_page(PdfReader(BytesIO(write_pdf(report)))):
        assert element["/S"] not in ("/H1", "/H2", "/H3", "/Caption"), element
        follower = after(element)
        # The name of a figure is a paragraph, and stands on the page of its figure.
        assert follower is None or follower["/S"] != "/Figure", element


def after(element: DictionaryObject) -> DictionaryObject | None:
    """The next kid of the same parent."""
    kids = [it.get_object() for it in element["/P"]["/K"]] if isinstance(element["/P"]["/K"], list) else [element]
    place = next(number for number, it in enumerate(kids) if it == element)
    return kids[place + 1] if place + 1 < len(kids) else None
