from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from exports.report import DistributionChart, IntervalChart, Number, Paragraph, Report, Section, Table
from exports.xlsx import write_xlsx


def workbook(report: Report) -> Any:
    return openpyxl.load_workbook(BytesIO(write_xlsx(report)))


def with_sections(report: Report, *sections: Section) -> Report:
    return report.model_copy(update={"sections": sections})


def small_table(title: str, *texts: str | Number) -> Table:
    return Table(title=title, head=("Naam", "Waarde"), rows=tuple((text, "x") for text in texts))


@pytest.fixture(scope="module")
def book(report: Report) -> Any:
    return workbook(report)


def test_the_cells_are_those_that_were_looked_at(book: Any, golden: Callable[[str, str], None]) -> None:
    lines = []
    for sheet in book.worksheets[:-1]:  # the last sheet holds what the CSV holds
        lines.append(f"# {sheet.title}")
        lines += [
            "\t".join("" if cell is None else str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)
        ]
    golden("report.xlsx.txt", "\n".join(lines) + "\n")


def test_there_is_a_front_sheet_one_a_section_with_tables_and_one_with_all_figures(book: Any, report: Report) -> None:
    kinds = (Table, DistributionChart, IntervalChart)
    sections = [it.title.rstrip("?") for it in report.sections if any(isinstance(block, kinds) for block in it.blocks)]
    assert book.sheetnames == ["Voorblad", *sections, "Alle cijfers"]


def test_every_sheet_but_the_figures_has_the_simulated_mark(book: Any) -> None:
    assert all(sheet["A3"].value == "Gesimuleerde gegevens" for sheet in book.worksheets[:-1])
    figures = book.worksheets[-1]
    assert figures.cell(1, figures.max_column).value == "simulated"
    assert {figures.cell(row, figures.max_column).value for row in range(2, figures.max_row + 1)} == {True}


def test_real_data_have_no_mark(report: Report) -> None:
    for sheet in workbook(report.model_copy(update={"simulated": False})).worksheets:
        assert not any("Gesimuleerde" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


def test_the_front_sheet_holds_summary_and_source(book: Any, report: Report) -> None:
    cells = [cell for row in book["Voorblad"].iter_rows(values_only=True) for cell in row]
    assert set(report.summary) <= set(cells)
    assert {text for pair in report.source for text in pair} <= set(cells)


def test_numbers_are_numbers_in_their_notation(report: Report) -> None:
    rows = (
        ("a", Number(value=0.1234, text="12,3%", decimals=1, percentage=True)),
        ("b", Number(value=1234.5, text="1.234")),
    )
    table = Table(title="Cijfers", head=("Naam", "Waarde"), rows=rows)
    sheet = workbook(with_sections(report, Section(title="Cijfers", blocks=(table,))))["Cijfers"]
    assert [(sheet[f"B{row}"].value, sheet[f"B{row}"].number_format) for row in (7, 8)] == [
        (0.1234, "#,##0.0%"),
        (1234.5, "#,##0"),
    ]


def test_all_figures_are_there_with_their_full_value(book: Any, report: Report) -> None:
    sheet = book["Alle cijfers"]
    column = [cell.value for cell in sheet[1]].index("value") + 1
    found = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
    # A workbook holds 16 significant digits.
    assert found == [it.value if it.value is None else pytest.approx(it.value, rel=1e-15) for it in report.figures]


def test_heads_stay_in_view(book: Any) -> None:
    assert book["Alle cijfers"].freeze_panes == "A2"
    assert book["Scores per thema"].freeze_panes == "B7"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1"])
def test_text_never_starts_a_formula(report: Report, text: str) -> None:
    section = Section(title="Tekst", blocks=(small_table("Tekst", text),))
    cell = workbook(with_sections(report, section))["Tekst"]["A7"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_names_of_sheets_are_allowed_and_unique(report: Report) -> None:
    titles = ["Wat [vindt] u: a/b?", "wat vindt u ab", "x" * 40, "X" * 40, "'?'"]
    sections = [Section(title=title, blocks=(small_table("t", "a"),)) for title in titles]
    names = workbook(with_sections(report, *sections)).sheetnames[1:-1]
    assert names == ["Wat vindt u ab", "wat vindt u ab 2", "x" * 31, "X" * 29 + " 2", "Blad"]


def test_a_section_without_tables_has_no_sheet(report: Report) -> None:
    section = Section(title="Uitleg", blocks=(Paragraph(text="Tekst."),))
    assert workbook(with_sections(report, section)).sheetnames == ["Voorblad", "Alle cijfers"]


def test_the_document_says_what_it_is(book: Any, report: Report) -> None:
    assert (book.properties.title, book.properties.creator) == (report.title, report.author)
    assert book.properties.created.date() == report.made_on


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    again = Report.model_validate_json(report.model_dump_json())
    assert write_xlsx(again) == write_xlsx(report)


def test_nothing_in_the_file_refers_to_another_file(report: Report) -> None:
    with zipfile.ZipFile(BytesIO(write_xlsx(report))) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]
        assert not any(b"TargetMode" in archive.read(name) for name in archive.namelist())
