"""Files of lists as the world makes them, and as nobody should: each is read, or refused with a code."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from made_lists import made_list, packed_ods, pieces, written_csv, written_ods, written_xlsx

from ceo.workflows.frames.mapping import ListField, columns_of, faults_of_columns, looks_like_head, suggest_columns
from ceo.workflows.frames.reading import open_list
from ceo.workflows.frames.rows import MOST_ROWS, Row, UnreadableListError
from ceo.workflows.frames.values import Wrong, read_day, read_email, read_granted, read_sex


def rows(content: bytes, size: int = 1000) -> list[Row]:
    return list(open_list(iter(pieces(content, size))).rows())


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableListError) as refused:
        rows(content)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_text_is_read_in_every_encoding_with_every_separator_in_any_pieces(
    encoding: str, separator: str, size: int
) -> None:
    table = [["nummer", "naam", "straat"], ["1", "Renée", f"a{separator}b"], ["2", 'Jan "Piet"', "één\ntwee"]]
    read = rows(written_csv(table, encoding=encoding, separator=separator), size)
    assert [list(row.cells) for row in read] == table
    assert [row.number for row in read] == [1, 2, 3]


def test_empty_lines_count_as_rows_and_the_word_about_the_separator_too() -> None:
    read = rows(b"sep=,\r\nnummer,naam\r\n\r\n1,a;b\r\n")
    assert [(row.number, row.cells) for row in read] == [(2, ("nummer", "naam")), (4, ("1", "a;b"))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "no-list"),
        (b"nummer;naam\n1;a\x00b\n", "no-list"),
        (b"nummer;naam\n" + b"x" * 2_000_000, "no-list"),
        (b'nummer;naam\n1;"nooit dicht\n2;b\n', "quotes"),
        ("nummer;naam\n1;Renée\n".encode() + b"2;Ren\xe9e\n" * 2000, "encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "locked"),
        (written_xlsx([["nummer"], ["1"]])[:-40], "broken-file"),
        (b"a;" * 300 + b"\n", "too-many-columns"),
    ],
    ids=["nothing", "pdf", "nul", "one line", "quotes", "mixed", "old", "cut off", "wide"],
)
def test_what_is_no_list_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def packed(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheet: str, *, before: str = "", sheets: str = '<sheet name="a" sheetId="1" r:id="r1"/>') -> bytes:
    kinds = {"r1": ("worksheet", "worksheets/sheet1.xml"), "r2": ("worksheet", "worksheets/sheet2.xml")}
    links = "".join(
        f'<Relationship Id="{key}" Type="{LINKS}/{kind}" Target="{to}"/>' for key, (kind, to) in kinds.items()
    )
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'{before}<workbook {MAIN} xmlns:r="{LINKS}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
            "xl/worksheets/sheet1.xml": f"{before}<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
            "xl/worksheets/sheet2.xml": f"<worksheet {MAIN}><sheetData><row r='1'><c><v>2</v></c></row></sheetData></worksheet>",
        }
    )


def test_a_formula_is_never_worked_out_and_rows_keep_their_numbers() -> None:
    cells = '<c r="A3"><f>1+1</f><v>2</v></c><c r="C3" t="b"><v>1</v></c><c t="inlineStr"><is><t>=1+1</t></is></c>'
    assert rows(workbook(f'<row r="3">{cells}</row>')) == [Row(3, ("=", "", "ja", "=1+1"))]
    formula = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    assert rows(packed_ods(f"<table:table><table:table-row>{formula}</table:table-row></table:table>")) == [
        Row(1, ("=",))
    ]


def test_the_first_sheet_that_is_in_sight_counts() -> None:
    hidden = '<sheet name="a" sheetId="1" state="hidden" r:id="r1"/><sheet name="b" sheetId="2" r:id="r2"/>'
    assert rows(workbook("<row><c><v>1</v></c></row>", sheets=hidden)) == [Row(1, ("2",))]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("before", [BOMB, OUTSIDE])
def test_entities_are_refused(before: str) -> None:
    assert refusal(workbook("", before=before)) == "entities"


def test_endless_xml_is_refused_before_it_is_unpacked() -> None:
    assert refusal(workbook("", before="<!--" + " " * 9_000_000 + "-->")) == "unpacks-too-large"
    wide = "".join(f"<c><v>{number}</v></c>" for number in range(300))
    assert refusal(workbook(f"<row>{wide}</row>")) == "too-many-columns"


def test_a_row_or_cell_that_is_repeated_endlessly_takes_no_memory() -> None:
    cell = '<table:table-cell office:value-type="string"{}><text:p>a</text:p></table:table-cell>'
    wide = cell.format(' table:number-columns-repeated="16384"')
    assert (
        refusal(packed_ods(f"<table:table><table:table-row>{wide}</table:table-row></table:table>"))
        == "too-many-columns"
    )
    tall = f'<table:table-row table:number-rows-repeated="{MOST_ROWS + 1}">{cell.format("")}</table:table-row>'
    assert refusal(packed_ods(f"<table:table>{tall}</table:table>")) == "too-many-rows"


def test_remarks_beside_a_cell_are_no_part_of_it() -> None:
    remark = "<office:annotation><text:p>let op</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{remark}<text:p>a<text:s text:c="2"/>b</text:p></table:table-cell>'
    assert rows(packed_ods(f"<table:table><table:table-row>{cell}</table:table-row></table:table>")) == [
        Row(1, ("a  b",))
    ]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_files_that_libreoffice_writes_are_read_alike(tmp_path: Path) -> None:
    source = tmp_path / "lijst.csv"
    source.write_bytes(written_csv(made_list(30, seed=2), separator=",", encoding="utf-8"))
    made = []
    for extension in ("xlsx", "ods"):
        profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
        command = ["soffice", profile, "--headless", "--convert-to", extension, "--outdir", str(tmp_path), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        made.append([row.cells for row in rows((tmp_path / f"lijst.{extension}").read_bytes())])
    assert len(made[0]) == 31
    assert made[0] == made[1]


def test_reading_stops_where_the_reader_stops() -> None:
    asked = 0

    def endless() -> Iterator[bytes]:
        nonlocal asked
        yield b"nummer;naam\n"
        while True:
            asked += 1
            yield b"1;a\n" * 1000

    found = open_list(endless()).rows()
    assert [next(found).number for _ in range(3)] == [1, 2, 3]
    assert asked <= 3


@pytest.mark.parametrize(
    "text",
    ["1-2-1960", "01/02/1960", "1960-02-01", "1960-02-01T00:00:00", "1 feb. 1960", "19600201", "01021960", "1021960"],
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(1960, 2, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("29-2-2023", "impossible-day"),
        ("1-2-60", "unreadable-day"),
        ("gisteren", "unreadable-day"),
        ("00-00-1960", "impossible-day"),
    ],
)
def test_days_that_are_none_are_told(text: str, code: str) -> None:
    assert read_day(text) == Wrong(code)


def test_spellings_are_recognised_and_others_are_faults() -> None:
    assert [read_sex(text) for text in ("M", "Vrouw", "x", "onbekend", "")] == ["man", "woman", "other", None, None]
    assert [read_granted(text) for text in ("J", "Toegekend", "", "afgewezen", "0")] == [True, True, True, False, False]
    assert read_granted("misschien") == Wrong("unknown-granted")
    assert [read_email(text) for text in ("a.b@c.nl", "a@b", "a b@c.nl", "a@b..nl", "a@b.nl,c@d.nl")] == [
        "a.b@c.nl", *[Wrong("email")] * 4
    ]  # fmt: skip


def test_columns_are_suggested_by_their_names_and_each_kind_once() -> None:
    head = ["Client_ID", "Voorletters", "Achternaam", "Startdatum", "Begindatum", "Huisnr", "Toev.", "Iets"]
    columns = columns_of(suggest_columns(head))
    assert columns.places[ListField.NAME] == (1, 2)
    assert columns.places[ListField.NUMBER] == (5, 6)
    assert columns.places[ListField.STARTED_ON] == (3,)
    assert faults_of_columns(columns_of([None, ListField.SEX, ListField.SEX])) == {
        "no-client-number": ListField.CLIENT_NUMBER,
        "twice-sex": ListField.SEX,
    }
    assert not looks_like_head(["12345", "J. Jansen", "1-2-1960"])
    assert looks_like_head(head)


def test_all_formats_are_recognised_by_their_beginning() -> None:
    table = made_list(3)
    kinds = [open_list(iter([write(table)])).kind for write in (written_csv, written_xlsx, written_ods)]
    assert kinds == ["csv", "xlsx", "ods"]
    assert open_list(iter([b'<?xml version="1.0"?><Bericht/>'])).kind == "messages"
    assert open_list(iter([packed({"bericht1.xml": "<a/>"})])).kind == "messages"
