from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_definitions import TEXT
from openpyxl import Workbook

from questionnaires.exchange.spreadsheets.cells import Choice, Condition, Fault, Lines, Prose, Several, Whole, YesNo
from questionnaires.exchange.spreadsheets.reading import MAX_BYTES, Cell, Row, read_sheets
from questionnaires.exchange.spreadsheets.writing import Book, ColumnLook
from questionnaires.problems import Problem

LOOKS = (ColumnLook("Naam", 10), ColumnLook("Tekst", 30))


def saved(book: Workbook) -> bytes:
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def written(*rows: tuple[str | int | None, ...]) -> bytes:
    book = Book("Proef")
    book.add("Blad", LOOKS, rows)
    return book.content()


def cause(content: bytes) -> str:
    found = read_sheets(content, "x.xlsx")
    assert isinstance(found, Problem)
    assert found.code == "W01"
    return found.cause


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook of which one part inside was changed."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, change(data) if part == name else data)
    return output.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@given(TEXT.map(str.strip).filter(bool))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    sheets = read_sheets(written((text, text)), "x.xlsx")
    assert not isinstance(sheets, Problem)
    assert sheets["Blad"][1] == Row(2, {1: Cell("text", text), 2: Cell("text", text)})


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_number_of_15_digits_comes_back_as_it_was(number: int) -> None:
    sheets = read_sheets(written(("a", number)), "x.xlsx")
    assert not isinstance(sheets, Problem)
    assert Whole().read(sheets["Blad"][1].cells[2]) == number


def test_a_cell_is_what_the_spreadsheet_made_of_it() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["tekst", " ", 3, 1.5, True, datetime(2027, 1, 2), time(12, 30), "=A1", None])  # noqa: DTZ001
    sheet["J1"].value = "#REF!"
    sheet["J1"].data_type = "e"
    sheets = read_sheets(saved(book), "x.xlsx")
    assert not isinstance(sheets, Problem)
    (row,) = sheets["Sheet"]
    assert {column: cell.kind for column, cell in row.cells.items()} == {
        1: "text",
        3: "number",
        4: "number",
        5: "yes_no",
        6: "day",
        7: "day",
        8: "formula",
        10: "error",
    }


def test_a_file_that_is_too_large_is_refused() -> None:
    assert cause(b"x" * (MAX_BYTES + 1)) == "Het bestand is groter dan 10 MB."


def test_a_file_that_is_far_larger_inside_is_refused() -> None:
    bomb = with_part(written(("a", "b")), SHEET, lambda data: data + b" " * 70_000_000)
    assert len(bomb) < 200_000
    assert cause(bomb) == "Uitgepakt is het bestand groter dan 60 MB."


def test_entities_that_grow_without_end_are_refused() -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12))
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">' + entities + b"]>"
    bomb = with_part(
        written(("a", 1)),
        SHEET,
        lambda data: head + re.sub(rb"^<\?xml.*?\?>", b"", data).replace(b"<v>1</v>", b"<v>&e11;</v>"),
    )
    assert cause(bomb) == "Dit is geen werkboek dat te lezen is."


@pytest.mark.parametrize("content", [b"", b"naam;tekst\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 100])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert cause(content) == "Dit is geen werkboek dat te lezen is."


def test_a_zip_of_something_else_is_refused() -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("brief.txt", "dag")
    assert cause(output.getvalue()) == "Dit is geen werkboek dat te lezen is."


WHOLE = written(("a", "b"), ("c", 3))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(place: int, byte: int) -> None:
    damaged = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    found = read_sheets(damaged, "x.xlsx")
    assert isinstance(found, dict) or found.code == "W01"


@given(st.sampled_from(zipfile.ZipFile(BytesIO(WHOLE)).namelist()), st.integers(0, 3000), st.binary(max_size=4))
def test_a_workbook_with_a_damaged_part_is_read_or_refused(part: str, place: int, damage: bytes) -> None:
    damaged = with_part(WHOLE, part, lambda data: data[:place] + damage + data[place + len(damage) :])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = read_sheets(damaged, "x.xlsx")
    assert isinstance(found, dict) or found.code == "W01"


@pytest.mark.parametrize(("row", "column"), [(10_001, 1), (1, 101), (1_048_576, 1)])
def test_a_sheet_with_something_far_away_is_refused(row: int, column: int) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.cell(row, column, "x")
    assert cause(saved(book)) == "Het blad Sheet heeft meer dan 10000 rijen of 100 kolommen."


def test_empty_rows_down_to_the_last_are_no_harm() -> None:
    row = b'<row r="1048576"><c r="A1048576"/></row></sheetData>'
    sheets = read_sheets(with_part(WHOLE, SHEET, lambda data: data.replace(b"</sheetData>", row)), "x.xlsx")
    assert isinstance(sheets, dict)
    assert [row.number for row in sheets["Blad"]] == [1, 2, 3]


def test_a_workbook_with_sheets_without_end_is_refused() -> None:
    book = Workbook()
    for number in range(60):
        book.create_sheet(f"blad {number}")
    assert cause(saved(book)) == "Er zijn meer dan 60 bladen."


def test_a_text_that_is_too_long_for_a_cell_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="too long for a cell"):
        written(("a", "x" * 40_000))


def test_a_list_that_is_too_long_to_choose_from_is_our_bug() -> None:
    book = Book("Proef")
    with pytest.raises(AssertionError, match="too much to choose from"):
        book.add("Blad", (ColumnLook("Naam", 10, tuple(f"woord {number}" for number in range(40))),), [])


@pytest.mark.parametrize(
    ("value", "shown"),
    [(["a", "b"], "a\nb"), ([], "-"), (["-"], '"-"'), (['"a"'], '"\\"a\\""'), (["a\nb", "c"], '"a\\nb"\nc')],
)
def test_lines_come_back_whatever_stands_in_them(value: list[str], shown: str) -> None:
    form = Lines()
    assert form.show(value) == shown  # type: ignore[arg-type]
    assert form.read(Cell("text", shown)) == value


@pytest.mark.parametrize(("written_as", "names"), [("a, b;c\nd", ["a", "b", "c", "d"]), ("-", []), (" a ,", ["a"])])
def test_names_may_have_commas_semicolons_or_lines_between_them(written_as: str, names: list[str]) -> None:
    assert Several().read(Cell("text", written_as)) == names


def test_a_word_may_have_capitals_and_spaces() -> None:
    assert Choice({"date": "heel getal"}).read(Cell("text", "Heel  Getal")) == "date"
    assert YesNo().read(Cell("text", "Ja")) is True


@pytest.mark.parametrize("value", [1.5, float("inf"), 1e15, "1.0", "0344", "1" * 16, True])
def test_what_is_no_whole_number_is_told(value: object) -> None:
    kind = "text" if isinstance(value, str) else "yes_no" if isinstance(value, bool) else "number"
    found = Whole().read(Cell(kind, value))  # type: ignore[arg-type]
    assert isinstance(found, Fault)
    assert found.cause.startswith("Hier hoort een heel getal; er staat ")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (Cell("number", 344), "Hier staat een getal waar tekst hoort: 344."),
        (Cell("yes_no", False), "Hier staat WAAR of ONWAAR waar tekst hoort: ONWAAR."),
        (Cell("formula"), "Hier staat een formule."),
        (Cell("error"), "Hier staat een foutmelding van het rekenblad."),
    ],
)
def test_what_a_spreadsheet_made_of_a_text_is_told(cell: Cell, told: str) -> None:
    found = Prose().read(cell)
    assert isinstance(found, Fault)
    assert found.cause == told
    for form in (Several(), Lines(), Choice({"a": "b"})):
        assert form.read(cell) == found


def test_a_condition_may_be_a_number_or_a_truth() -> None:
    assert Condition().read(Cell("number", 3)) == 3
    assert Condition().read(Cell("yes_no", True)) is True
    assert isinstance(Condition().read(Cell("formula")), Fault)
    assert isinstance(Condition().read(Cell("number", 1e300)), Fault)
