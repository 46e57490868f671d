"""Release files for people: LibreOffice, openpyxl and odfpy find the same numbers, labels and missings in both workbooks."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import made_releases
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import load
from odf.table import Table, TableCell, TableRow
from odf.teletype import extractText

from analysis.results import Flag, Measure
from exports.release.change_words import CHANGE_WORDS
from exports.release.cube import COLUMNS, COUNTS, NUMBERS, Cube, SealedCube
from exports.release.facts import AreaType, Seal
from exports.release.formats import RELEASE_FORMATS
from exports.release.reading_words import AREA_WORDS, FLAG_MEANINGS, FLAGS, MEASURE_MEANINGS, MEASURE_WORDS, reason_of
from exports.release.sheet import Cell, Line, Look, Sheet
from exports.release.sheets_for_people import sheets_of
from exports.wording import NOT_ESTIMABLE_WORDS, SUPPRESSED_WORDS
from questionnaires.comparability.reasons import Change, Verdict
from questionnaires.comparability.words import VERDICT_WORDS

BOTH = ("xlsx", "ods")
THEMES = ("Toegang", "Leven", "Wie deden mee")
SHEETS = ["Voorblad", *THEMES, "Toelichting", "Alle cijfers"]
# All sheets to a file each, numbers as they are and not as they are shown.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
FIGURES = ("value", "lower", "upper", "n")
LAST = openpyxl.utils.get_column_letter(len(COLUMNS))
ABOVE = 4  # lines above the figures of a theme: title, warning, nothing, head
# XML knows no other signs below a space, and openpyxl does not read escapes (_x0041_) in texts that stand in their cell.
TEXTS = st.sampled_from([text for text in made_releases.HARD if "\r" not in text and "_x" not in text]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20
)


def require_libreoffice() -> None:
    """Skip the test that asks when there is no LibreOffice; in CI its absence is a failure."""
    if shutil.which("soffice") is None and not os.environ.get("CI"):
        pytest.skip("soffice is not here: apt-get install libreoffice-calc-nogui")


def written(release: SealedCube, extension: str) -> bytes:
    return b"".join(RELEASE_FORMATS[extension].write(release))


def converted(file: Path, to: str) -> Path:
    """A folder with what LibreOffice makes of a file."""
    folder = file.with_name(f"{file.name}-{to[:4]}")
    own = f"-env:UserInstallation={file.parent.joinpath('libreoffice').as_uri()}"
    command = ["soffice", own, "--headless", "--convert-to", to, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def release() -> SealedCube:
    return made_releases.cut()


@pytest.fixture(scope="module")
def folder(release: SealedCube, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbooks")
    for extension in BOTH:
        (folder / f"r.{extension}").write_bytes(written(release, extension))
    return folder


@pytest.fixture(scope="module", params=BOTH)
def by_libreoffice(request: pytest.FixtureRequest, folder: Path) -> dict[str, list[list[str]]]:
    """The cells of every sheet, as LibreOffice reads them."""
    require_libreoffice()
    found = converted(folder / f"r.{request.param}", AS_CSV)
    sheets = {}
    for file in found.glob("*.csv"):
        with file.open(newline="", encoding="utf-8") as lines:
            sheets[file.stem.removeprefix("r-")] = list(csv.reader(lines))
    return sheets


@pytest.fixture(scope="module")
def book(folder: Path) -> Any:
    return openpyxl.load_workbook(folder / "r.xlsx")


REASONS = {
    "": "",
    "complement": "niet getoond: anders is een te kleine groep uit te rekenen",
    "not_asked": "hier niet gevraagd",
    "too_few_units": "niet te berekenen: minder dan vijf gemeenten met antwoorden",
}


def labelled(release: SealedCube) -> Iterable[tuple[Any, ...]]:
    """The figures with words from the facts of the release, found here without the code that is tested."""
    facts = release.facts
    options = {(one.indicator, it.code): it.label for one in facts.indicators for it in one.options}
    levels = {(one.breakdown, it.code): it.label for one in facts.breakdowns for it in one.levels}
    titles = {one.breakdown: one.label for one in facts.breakdowns}
    for row in made_releases.expected(release):
        yield (
            facts.indicator(row["indicator"]).label,
            facts.area(row["area"]).name,
            {"nation": "Alle gemeenten samen", "province": "Provincie", "municipality": "Gemeente"}[row["area_type"]],
            titles.get(row["breakdown"], "Geen"),
            levels.get((row["breakdown"], row["level"]), "Iedereen"),
            MEASURE_WORDS[row["measure"]],
            options.get((row["indicator"], row["category"]), ""),
            *(row[name] for name in FIGURES),
            REASONS[row["suppression"]],
        )


def comparable(figures: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    """Figures in an order of their own, with numbers in fewer digits than LibreOffice writes, and minus zero as zero."""
    rows = (
        tuple("" if it is None else f"{it + 0:.12g}" if isinstance(it, int | float) else it for it in row)
        for row in figures
    )
    return sorted(rows)


def number(text: str) -> Any:
    if text.endswith("%"):
        # LibreOffice writes percentages without decimals; shares of this release have none.
        return float(text[:-1]) / 100
    try:
        return float(text)
    except ValueError:
        return text


# Independent readers


def test_libreoffice_finds_every_figure_with_its_words(
    by_libreoffice: dict[str, list[list[str]]], release: SealedCube
) -> None:
    assert sorted(by_libreoffice) == sorted(SHEETS)
    found = [[*map(number, row[:11]), row[12]] for theme in THEMES for row in by_libreoffice[theme][ABOVE:]]
    assert comparable(found) == comparable(labelled(release))


def test_libreoffice_finds_every_row_as_it_is(by_libreoffice: dict[str, list[list[str]]], release: SealedCube) -> None:
    head, *rows = by_libreoffice["Alle cijfers"]
    assert head == list(COLUMNS)
    numbers = {*NUMBERS, *COUNTS}
    found = [
        {name: number(cell) if name in numbers else cell for name, cell in zip(head, row, strict=True)} for row in rows
    ]
    expected = [
        {
            name: pytest.approx(cell, rel=1e-14) if isinstance(cell, float) else "" if cell is None else cell
            for name, cell in row.items()
        }
        for row in made_releases.expected(release)
    ]
    assert found == expected


def test_libreoffice_takes_over_the_filters_of_an_open_document(folder: Path) -> None:
    require_libreoffice()
    book = openpyxl.load_workbook(converted(folder / "r.ods", "xlsx") / "r.xlsx")
    assert {sheet.title: sheet.auto_filter.ref for sheet in book.worksheets} == {
        "Voorblad": None,
        "Toegang": "A4:M536",
        "Leven": "A4:M368",
        "Wie deden mee": "A4:M40",
        "Toelichting": None,
        "Alle cijfers": f"A1:{LAST}933",
    }


def test_heads_of_an_open_document_stay_in_view(folder: Path) -> None:
    # LibreOffice without a window does not look at this part.
    with zipfile.ZipFile(folder / "r.ods") as archive:
        settings = ET.fromstring(archive.read("settings.xml"))
    config = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
    tables = settings.find(f".//{config}config-item-map-named[@{config}name='Tables']")
    assert tables is not None
    found = {table.get(f"{config}name"): {item.get(f"{config}name"): item.text for item in table} for table in tables}
    assert list(found) == [*THEMES, "Alle cijfers"]
    assert found["Leven"] == {
        "VerticalSplitMode": "2",  # frozen
        "VerticalSplitPosition": "4",
        "ActiveSplitRange": "2",
        "PositionBottom": "4",
    }


def test_openpyxl_finds_real_numbers_in_their_notation(book: Any, release: SealedCube) -> None:
    assert book.sheetnames == SHEETS
    found = [[cell.value for cell in row] for theme in THEMES for row in book[theme].iter_rows(min_row=ABOVE + 1)]
    assert comparable([*row[:11], row[12]] for row in found) == comparable(labelled(release))
    shown = {
        (row[5].value, cell.number_format)
        for theme in THEMES
        for row in book[theme].iter_rows(min_row=ABOVE + 1)
        for cell in row[7:10]
        if cell.value is not None
    }
    assert shown == {
        ("Score (0-100)", "#,##0.0"),
        ("Gemiddelde", "#,##0.0"),
        ("Aandeel positief", "0.0%"),
        ("Aandeel met dit antwoord", "0.0%"),
        ("Aandeel zonder inhoudelijk antwoord", "0.0%"),
    }


def test_openpyxl_finds_every_row_as_it_is(book: Any, release: SealedCube) -> None:
    head, *rows = book["Alle cijfers"].iter_rows(values_only=True)
    assert head == tuple(COLUMNS)
    # A workbook holds 16 significant digits, and empty text is an empty cell.
    assert [dict(zip(head, row, strict=True)) for row in rows] == [
        {
            name: pytest.approx(cell, rel=1e-15) if isinstance(cell, float) else None if cell == "" else cell
            for name, cell in row.items()
        }
        for row in made_releases.expected(release)
    ]


def test_heads_stay_in_view_and_tables_can_be_filtered(book: Any, release: SealedCube) -> None:
    assert [book[theme].freeze_panes for theme in THEMES] == ["A5", "A5", "A5"]
    assert (book["Alle cijfers"].freeze_panes, book["Alle cijfers"].auto_filter.ref) == (
        "A2",
        f"A1:{LAST}{release.cube.table.num_rows + 1}",
    )
    assert book["Leven"].auto_filter.ref == f"A4:M{book['Leven'].max_row}"


def odf_rows(content: bytes, sheet: str) -> list[list[Any]]:
    """The cells of a sheet as odfpy reads them: numbers by their value, texts as they are shown."""
    tables = load(BytesIO(content)).spreadsheet.getElementsByType(Table)
    table = next(it for it in tables if it.getAttribute("name") == sheet)
    return [[*map(_odf_cell, row.getElementsByType(TableCell))] for row in table.getElementsByType(TableRow)]


def _odf_cell(cell: Any) -> Any:
    kind = cell.getAttribute("valuetype")
    if kind in {"float", "percentage"}:
        return float(cell.getAttribute("value"))
    return "\n".join(map(extractText, cell.childNodes)) if kind == "string" else None


def test_odfpy_finds_real_numbers_to_the_last_digit() -> None:
    release = made_releases.cut(("wmo_toegang",))
    content = written(release, "ods")
    head, *rows = odf_rows(content, "Alle cijfers")
    expected = [[None if cell == "" else cell for cell in row.values()] for row in made_releases.expected(release)]
    assert (head, rows) == (list(COLUMNS), expected)
    assert [row[0] for row in odf_rows(content, "Toegang")[ABOVE:]] == ["Toegang tot hulp"] * len(rows)


@settings(max_examples=8, deadline=None)
@given(st.lists(made_releases.rows(TEXTS, largest=1e300), min_size=1, max_size=3))
def test_every_cell_equals_the_cube(rows: list[dict[str, Any]]) -> None:
    release = made_releases.of_rows(*rows)
    expected = [[None if cell == "" else cell for cell in row.values()] for row in made_releases.expected(release)]
    document, book = written(release, "ods"), openpyxl.load_workbook(BytesIO(written(release, "xlsx")))
    assert odf_rows(document, "Alle cijfers")[1:] == expected
    found = [[*row] for row in book["Alle cijfers"].iter_rows(min_row=2, max_col=len(COLUMNS), values_only=True)]
    assert found == [[pytest.approx(it, rel=1e-15) if isinstance(it, float) else it for it in row] for row in expected]
    figures = comparable([row[name] for name in FIGURES] for row in made_releases.expected(release))
    assert comparable(row[7:11] for row in odf_rows(document, "Toegang")[ABOVE:]) == figures
    assert comparable(row[7:11] for row in book["Toegang"].iter_rows(min_row=ABOVE + 1, values_only=True)) == figures


# What people read


def front(release: SealedCube) -> str:
    sheet = next(iter(sheets_of(release)))
    return "\n".join(": ".join(map(str, line.cells)) for line in sheet.lines)


def test_the_front_tells_what_it_is_how_to_cite_it_and_what_stands_where(release: SealedCube) -> None:
    text = front(release)
    for said in (
        "Wmo-meting 2026 (gesimuleerd)",
        "GESIMULEERD",
        "Uitgever: CEO",
        "Editie: 1, gepubliceerd op 1 juni 2026.",
        "Voor wie gelden de cijfers: Cliënten van de Wmo in de gemeenten van deze uitgave",
        "Wanneer is gevraagd: 1 maart 2026 tot en met 30 april 2026",
        "Waar: 12 gemeenten in Nederland",
        "Zo verwijst u naar deze cijfers: CEO (2026). Wmo-meting 2026 (gesimuleerd), editie 1.",
        "Licentie: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/deed.nl",
        "Methode: Gewogen naar stratum; 95%-betrouwbaarheidsintervallen.",
        f"sha256:{'3f' * 32}",
        "Leven: 364 cijfers over: Cijfer voor het leven.",
        "Toelichting: Wat de woorden betekenen",
        "Alle cijfers: 932 cijfers met codes",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"published_on": None, "state": "draft"}, ("CONCEPT", "1, nog niet gepubliceerd.")),
        ({"state": "withdrawn", "reason": "Fout in de weging"}, ("INGETROKKEN", "Fout in de weging")),
        ({"state": "corrected", "reason": "Emmen ontbrak"}, ("VERBETERD", "Emmen ontbrak")),
    ],
)
def test_every_sheet_for_people_says_first_what_must_not_be_missed(
    changes: dict[str, Any], said: tuple[str, ...]
) -> None:
    cut = made_releases.cut(("wmo_toegang",))
    release = SealedCube(cut.cube, Seal.model_validate(cut.seal.model_dump() | changes))
    assert all(text in front(release) for text in said)
    for sheet in sheets_of(release):
        warnings = " ".join(str(line.cells[0]) for line in sheet.lines if line.look is Look.WARNING)
        assert ("GESIMULEERD" in warnings and said[0] in warnings) == (sheet.name != "Alle cijfers")


def notes(release: SealedCube) -> list[tuple[Any, ...]]:
    sheet = next(it for it in sheets_of(release) if it.name == "Toelichting")
    return [line.cells for line in sheet.lines if line.look is Look.TEXT]


def test_notes_explain_words_breaks_and_questions(release: SealedCube) -> None:
    found = notes(release)
    assert ("kleine groep", "small", FLAG_MEANINGS["small"]) in found
    assert any(cells[0] == "niet getoond: anders is een te kleine groep uit te rekenen" for cells in found if cells)
    assert (
        "De hulp begon toen het nodig was",
        "nl.ceo.wmo@1 en nl.ceo.wmo@2",
        f"{VERDICT_WORDS[Verdict.E]} De antwoorden op nl.ceo.wmo@1 staan apart, bij ‘De hulp begon op tijd (versie 1)’.",
        "Veranderd: de woorden van de vraag; de woorden in makkelijke taal; de korte naam in tabellen.",
    ) in found
    assert ("De hulp begon op tijd (versie 1)", "nl.ceo.wmo@1", "De hulp begon op tijd voor mij.", "Iedereen.") in found
    assert ("Alle gemeenten in deze uitgave", "Alle gemeenten samen", "12 gemeenten") in found
    flevoland = next(cells for cells in found if cells and cells[0] == "Flevoland")
    assert flevoland[2] == "6 gemeenten: Almere, Dronten, Lelystad, Noordoostpolder, Urk, Zeewolde"


def figures_of(sheet: Sheet) -> list[tuple[Cell, ...]]:
    return [row for block in sheet.figures for row in block.rows()]


def test_figures_stand_in_the_order_in_which_people_read(release: SealedCube) -> None:
    lines = figures_of(next(it for it in sheets_of(release) if it.name == "Toegang"))
    assert list(dict.fromkeys(cells[0] for cells in lines)) == [
        "Toegang tot hulp", "Hulp aanvragen was makkelijk", "De hulp begon op tijd (versie 1)",
    ]  # fmt: skip
    assert [(cells[1], cells[4]) for cells in lines[:5]] == [
        ("Alle gemeenten in deze uitgave", "Iedereen"),
        ("Flevoland", "Iedereen"),
        ("Almere", "Iedereen"),
        ("Ameland", "Iedereen"),
        ("Alle gemeenten in deze uitgave", "Hulp in het huishouden"),
    ]
    answers = [cells[6] for cells in lines if cells[0] == "Hulp aanvragen was makkelijk" and cells[6]]
    options = release.facts.indicator("TOE01").options
    assert list(dict.fromkeys(answers)) == [it.label for it in sorted(options, key=lambda it: bool(it.reason))]


def test_a_theme_that_does_not_fit_in_a_sheet_goes_on_in_another(release: SealedCube) -> None:
    sheets = [(it.name, it.rows, len(list(it.lines)), figures_of(it)) for it in sheets_of(release, most_rows=200)]
    whole = next(figures_of(it) for it in sheets_of(release) if it.name == "Toegang")
    parts = [(rows, above, figures) for name, rows, above, figures in sheets if name.startswith("Toegang")]
    assert [name for name, *_ in sheets[:4]] == ["Voorblad", "Toegang", "Toegang 2", "Toegang 3"]
    assert [(above, len(figures)) for _, above, figures in parts] == [(ABOVE, rows) for rows, *_ in parts]
    assert [row for *_, figures in parts for row in figures] == whole


def test_rows_that_do_not_fit_in_a_sheet_are_left_out_and_the_front_says_where_they_are(release: SealedCube) -> None:
    sheets = list(sheets_of(release, most_rows=release.cube.table.num_rows - 1))
    assert "Alle cijfers" not in [it.name for it in sheets]
    lines: list[Line] = list(sheets[0].lines)
    assert "Ze staan in https://ceo.example.org/cijfers/wmo-2026/1.csv" in str(lines[-1].cells[1])


def test_names_of_sheets_are_short_and_unique(release: SealedCube) -> None:
    odd = ("Alle cijfers", "x" * 40, "X" * 39, "Wonen/werken?")
    facts = release.facts
    indicators = [one.model_copy(update={"theme": odd[place % len(odd)]}) for place, one in enumerate(facts.indicators)]
    made = SealedCube(
        Cube(facts.model_copy(update={"indicators": tuple(indicators)}), release.cube.table), release.seal
    )
    names = [it.name for it in sheets_of(made)]
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)
    assert not set("[]:*?/\\'") & set("".join(names))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1"])
def test_text_never_starts_a_formula(text: str) -> None:
    release = made_releases.of_rows({"population": text})
    cell = openpyxl.load_workbook(BytesIO(written(release, "xlsx")))["Alle cijfers"]["F2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(BytesIO(written(release, "ods"))) as archive:
        assert b"formula" not in archive.read("content.xml")


@pytest.mark.parametrize("extension", BOTH)
def test_a_release_without_figures_has_a_front_and_notes(extension: str) -> None:
    release = made_releases.cut(())
    assert [it.name for it in sheets_of(release)] == ["Voorblad", "Toelichting", "Alle cijfers"]
    assert written(release, extension)


@pytest.mark.parametrize("extension", BOTH)
def test_the_same_release_gives_the_same_bytes(release: SealedCube, folder: Path, extension: str) -> None:
    assert written(release, extension) == (folder / f"r.{extension}").read_bytes()


def test_an_open_document_begins_with_its_media_type(folder: Path) -> None:
    content = (folder / "r.ods").read_bytes()
    assert content[30:84] == b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


# Every code has words


def test_every_code_that_a_cube_can_hold_has_words() -> None:
    assert set(MEASURE_WORDS) == set(MEASURE_MEANINGS) == set(Measure)
    assert set(AREA_WORDS) == set(AreaType)
    assert set(FLAGS) == set(FLAG_MEANINGS) == {*Flag, "versions_pooled", "series_break"}
    assert set(CHANGE_WORDS) == set(Change)
    reasons = {code: reason_of(code, floor=10) for code in (*SUPPRESSED_WORDS, *NOT_ESTIMABLE_WORDS)}
    assert reasons.pop("not_asked") == "hier niet gevraagd"
    assert all(words.startswith(("niet getoond: ", "niet te berekenen: ")) for words in reasons.values())
    assert not any("{" in words for words in reasons.values())
