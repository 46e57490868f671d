from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import pytest

from questionnaires.exchange.spreadsheets.reading import Cell, Kind, Row, Sheet, read_sheets
from questionnaires.exchange.workbook.reading import definitions_in, read_workbook
from questionnaires.exchange.workbook.writing import write_workbook
from questionnaires.modules import Module
from questionnaires.problems import Problem
from questionnaires.sources import Definitions, read_sources, shipped_sources
from questionnaires.texts import hash_text

TEXTS = """\
format: "ceo-def/1"
kind: texts
language: tr
of: nl.proef.kern@3
status: reviewed
entries:
  title: {source_hash: "sha256:0123456789abcdef", text: "Deneme", note: "zie brief"}
"""
EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.proef"
owner: "gm0344"
version: 1
title: "Utrecht"
extends: "nl.proef.kern@3"
languages: [nl]
params: {loket: "het wijkteam"}
modules: {lokaal: []}
items:
  gm0344.WIJ01@1: {concept: local, title: "Bereikbaar", type: {scale: "ja_nee@1"},
    reference_period: "now", text: {stem: "Is het wijkteam te bereiken?"}, disclosure: {quasi_identifier: false}}
slots:
  lokaal: [{id: wijk, items: [gm0344.WIJ01@1]}]
"""
Sheets: TypeAlias = Mapping[str, Sheet]
SLOTS = """\
  - slot: lokaal
slots: {lokaal: {max_items: 3, max_minutes: 2, types: [scale]}}
params: {loket: {type: noun_phrase, max_chars: 40, default: "de gemeente"}}
languages: [nl, tr]
"""


@pytest.fixture(scope="module")
def known(files: dict[str, str]) -> Definitions:
    """The worked example, as definitions that an author already has."""
    kern = files["kern.yaml"].replace("calculations:", f"{SLOTS}calculations:")
    library = files["bibliotheek.yaml"].replace(
        '{stem: "De medewerker nam mij serieus."}', '{stem: "De medewerker van {loket} luisterde."}, params: [loket]'
    )
    return read_sources({"b.yaml": library, "kern.yaml": kern, "tr.yaml": TEXTS, "utrecht.yaml": EXTENSION})


@pytest.fixture(scope="module")
def workbook(known: Definitions) -> Sheets:
    return opened(write_workbook(known.modules["nl.proef.kern@3"], known))


@pytest.fixture(scope="module")
def extension(known: Definitions) -> Sheets:
    return opened(write_workbook(known.extensions["gm0344.proef@1"], known))


def opened(content: bytes) -> Sheets:
    sheets = read_sheets(content, "proef.xlsx")
    assert not isinstance(sheets, Problem)
    return sheets


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody types in a cell: by sheet, by what stands in the first column of its row, and by its header."""

    sheet: str
    row: str
    header: str
    value: object

    def made(self, sheets: dict[str, Sheet]) -> None:
        columns = {cell.value: column for column, cell in sheets[self.sheet][0].cells.items()}
        rows = list(sheets[self.sheet])
        number = next(number for number, row in enumerate(rows) if 1 in row.cells and row.cells[1].value == self.row)
        rows[number] = Row(rows[number].number, typed(rows[number].cells, columns[self.header], self.value))
        sheets[self.sheet] = tuple(rows)


@dataclass(frozen=True, slots=True)
class Added:
    """A row that somebody adds under the last one: values by header."""

    sheet: str
    values: Mapping[str, object]

    def made(self, sheets: dict[str, Sheet]) -> None:
        rows = sheets[self.sheet]
        columns = {cell.value: column for column, cell in rows[0].cells.items()}
        cells: Mapping[int, Cell] = {}
        for header, value in self.values.items():
            cells = typed(cells, columns[header], value)
        sheets[self.sheet] = (*rows, Row(rows[-1].number + 1, cells))


NEW_YEAR = datetime(2027, 1, 1)  # noqa: DTZ001 (cells know no time zones)
KINDS: Mapping[type, Kind] = {str: "text", int: "number", float: "number", bool: "yes_no", datetime: "day"}


def typed(cells: Mapping[int, Cell], column: int, value: object) -> Mapping[int, Cell]:
    others = {one: cell for one, cell in cells.items() if one != column}
    return others if value is None else {**others, column: Cell(KINDS[type(value)], value)}


def put(sheet: str, row: str, header: str, value: object) -> Change:
    return Change(sheet, row, header, value)


def property_of(name: str, value: object) -> Change:
    return Change("Vragenlijst", name, "Waarde", value)


def add(sheet: str, **values: object) -> Added:
    """_ in a header stands for a space."""
    return Added(sheet, {header.replace("_", " "): value for header, value in values.items()})


def edited(sheets: Sheets, *changes: Change | Added) -> Sheets:
    found = dict(sheets)
    for change in changes:
        change.made(found)
    return found


def told(sheets: Sheets, known: Definitions | None = None) -> list[tuple[str, str]]:
    """The place and code of every problem."""
    found = definitions_in(sheets, "proef.xlsx", known or Definitions())
    assert isinstance(found, tuple)
    return [(problem.place, problem.code) for problem in found if problem.file == "proef.xlsx"]


def messages(sheets: Sheets, known: Definitions | None = None) -> list[str]:
    found = definitions_in(sheets, "proef.xlsx", known or Definitions())
    assert isinstance(found, tuple)
    return [str(problem) for problem in found]


def read(sheets: Sheets, known: Definitions | None = None) -> Definitions:
    files = definitions_in(sheets, "proef.xlsx", known or Definitions())
    assert isinstance(files, dict), [str(problem) for problem in files]
    return read_sources(files)


# What the worked example cannot do: be offered in Turkish, of which it has one stale text.
ONLY_DUTCH = property_of("Talen", "nl")


@pytest.fixture(scope="module")
def clean(workbook: Sheets) -> Sheets:
    return edited(workbook, ONLY_DUTCH)


def test_columns_and_rows_may_be_moved_and_left_open(clean: Sheets) -> None:
    def moved(row: Row) -> Row:
        """Three rows lower, the columns from right to left."""
        return Row(row.number + 3, {50 - column: cell for column, cell in row.cells.items()})

    sheets = {name: sheet if name == "Vragenlijst" else tuple(map(moved, sheet)) for name, sheet in clean.items()}
    assert definitions_in(sheets, "x.xlsx", Definitions()) == definitions_in(clean, "x.xlsx", Definitions())


def test_the_properties_of_a_questionnaire_may_stand_in_any_order(clean: Sheets) -> None:
    head, *rows = clean["Vragenlijst"]
    turned = tuple(Row(number, row.cells) for number, row in enumerate([head, *reversed(rows)], 1))
    sheets = {**clean, "Vragenlijst": turned}
    assert definitions_in(sheets, "x.xlsx", Definitions()) == definitions_in(clean, "x.xlsx", Definitions())


def test_what_is_the_author_s_own_is_left_alone(clean: Sheets) -> None:
    head, *rows = clean["Vragen"]
    opinion = Row(head.number, {**head.cells, 40: Cell("text", "#mening")})
    rows[0] = Row(rows[0].number, {**rows[0].cells, 40: Cell("text", "mooi")})
    notes = (Row(1, {1: Cell("text", "onthouden: bellen")}),)
    sheets = {**clean, "Vragen": (opinion, *rows), "# kladblok": notes}
    assert definitions_in(sheets, "x.xlsx", Definitions()) == definitions_in(clean, "x.xlsx", Definitions())


def test_a_new_version_of_a_question_stands_beside_the_old_one(clean: Sheets, known: Definitions) -> None:
    new = {
        "Vraag": "GES01@2",
        "Bibliotheek": "nl.proef.bibliotheek",
        "Begrip": "toegang.contact",
        "Titel": "Gesprek",
        "Tekst": "Had u een gesprek?",
        "Soort_antwoord": "schaal",
        "Schaal": "ja_nee@1",
        "Periode": "P12M",
    }
    edits = (add("Vragen", **new), put("Pagina's", "start", "Vragen", "GES01@2"), property_of("Versie", 4))
    found = read(edited(clean, *edits), known)
    library = found.libraries["nl.proef.bibliotheek"].content
    assert library.items["GES01@2"].text.stem == "Had u een gesprek?"
    assert library.items["GES01@1"].text.stem == "Was er een gesprek?"
    assert found.modules["nl.proef.kern@4"].content.page_entries[0].items == ("GES01@2",)


def test_a_change_to_what_exists_asks_for_a_new_version(clean: Sheets, known: Definitions) -> None:
    edits = (
        put("Vragen", "GES01@1", "Tekst", "Had u een gesprek?"),
        put("Antwoorden", "ja_nee@1", "Tekst", "Jazeker"),
        put("Samengesteld", "ervaring@1", "Minstens", 3),
        put("Begrippen", "toegang.contact", "Omschrijving", "Iets anders"),
    )
    found = definitions_in(edited(clean, *edits), "proef.xlsx", known)
    assert isinstance(found, tuple)
    assert {(problem.place, problem.code, problem.cure) for problem in found} == {
        ("Antwoorden!C9", "W06", "Maak er ja_nee@2 van, op een nieuwe rij, en gebruik die."),
        ("Begrippen!D2", "W06", "Geef het begrip een nieuwe naam."),
        ("Samengesteld!F2", "W06", "Maak er ervaring@2 van, op een nieuwe rij, en gebruik die."),
        ("Vragen!E2", "W06", "Maak er GES01@2 van, op een nieuwe rij, en gebruik die."),
        ("Vragenlijst!B9", "W06", "Verhoog de versie van de vragenlijst naar 4."),
    }


def test_an_option_that_is_taken_away_is_a_change_too(clean: Sheets, known: Definitions) -> None:
    left = tuple(row for row in clean["Antwoorden"] if row.cells[2].value != "begeleiding")
    found = told(edited({**clean, "Antwoorden": left}, property_of("Versie", 4)), known)
    assert [(place.partition("!")[0], code) for place, code in found] == [("Schalen", "W06")]


def test_a_library_keeps_what_this_questionnaire_does_not_use(known: Definitions) -> None:
    part = shipped_sources().modules["nl.ceo.mantelzorg@1"]
    files = read_workbook(write_workbook(part, shipped_sources()), "x.xlsx")
    assert isinstance(files, dict)
    back = read_sources(files).libraries
    assert back["nl.ceo.keuze-vragen"].content == shipped_sources().libraries["nl.ceo.keuze-vragen"].content


def test_an_extension_says_what_it_fills_in(extension: Sheets, known: Definitions) -> None:
    back = read(extension, known).extensions["gm0344.proef@1"].content
    assert back == known.extensions["gm0344.proef@1"].content


def test_a_changed_extension_asks_for_a_new_version(extension: Sheets, known: Definitions) -> None:
    assert told(edited(extension, put("Invulwoorden", "loket", "Tekst", "het loket")), known) == [
        ("Invulwoorden!B2", "W06")
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (put("Pagina's", "wachten", "Tonen als", "GES01 = "), ("Pagina's!E3", "W04")),
        (put("Pagina's", "wachten", "Tonen als", "GES09 = ja"), ("Pagina's!E3", "D01")),
        (put("Pagina's", "wachten", "Tonen als", True), ("Pagina's!E3", "D06")),
        (put("Pagina's", "wachten", "Tonen als", 3), ("Pagina's!E3", "D02")),
        (put("Pagina's", "wachten", "Als onbekend", "tonnen"), ("Pagina's!F3", "W04")),
        (put("Pagina's", "wachten", "Als onbekend", None), ("Pagina's!E3", "D07")),
        (put("Pagina's", "start", "Vragen", None), ("Pagina's!C2", "F01")),
        (put("Pagina's", "start", "Vragen", 12), ("Pagina's!C2", "W04")),
        (put("Pagina's", "start", "Gleuf", "lokaal"), ("Pagina's!B2", "W05")),
        (put("Pagina's", "start", "Pagina", None), ("Pagina's!A2", "F01")),
        (put("Vragen", "GES01@1", "Tekst", None), ("Vragen!E2", "F01")),
        (put("Vragen", "GES01@1", "Tekst", 344), ("Vragen!E2", "W04")),
        (put("Vragen", "GES01@1", "Tekst", NEW_YEAR), ("Vragen!E2", "W04")),
        (put("Vragen", "GES01@1", "Tekst", False), ("Vragen!E2", "W04")),
        (put("Vragen", "GES01@1", "Soort antwoord", "schal"), ("Vragen!J2", "W04")),
        (put("Vragen", "GES01@1", "Soort antwoord", None), ("Vragen!J2", "W05")),
        (put("Vragen", "GES01@1", "Schaal", None), ("Vragen!K2", "W05")),
        (put("Vragen", "GES01@1", "Laagste", 3), ("Vragen!L2", "W05")),
        (put("Vragen", "GES01@1", "Bibliotheek", "nl.proef.bieb"), ("Vragen!B2", "W05")),
        (put("Vragen", "GES01@1", "Bibliotheek", None), ("Vragen!B2", "W05")),
        (put("Vragen", "GES01@1", "Vraag", "GES01"), ("Vragen!A2", "W05")),
        (put("Vragen", "GES01@1", "Vraag", "ges01@1"), ("Vragen!A2", "F05")),
        (put("Vragen", "GES01@1", "Vraag", None), ("Vragen!A2", "W05")),
        (put("Vragen", "TOE02@1", "Hoogste", "veel"), ("Vragen!M4", "W04")),
        (put("Vragen", "TOE02@1", "Hoogste", 1.5), ("Vragen!M4", "W04")),
        (put("Antwoorden", "eens5@1", "Groep", None), ("Antwoorden!F2", "W05")),
        (put("Antwoorden", "eens5@1", "Code", "Ja!"), ("Antwoorden!B2", "F05")),
        (put("Antwoorden", "eens5@1", "Schaal", None), ("Antwoorden!A2", "W05")),
        (put("Antwoorden", "eens5@1", "Schaal", "eens6@1"), ("Antwoorden!A2", "W05")),
        (add("Invoegingen", Vraag="GES01@1", Antwoord_op="TOE01", Anders="x"), ("Invoegingen!B2", "W05")),
        (add("Navragen", Vraag="GES09@1", Naam="x"), ("Navragen!A2", "W05")),
        (add("Berekeningen", Berekening="lang_gewacht"), ("Berekeningen!A4", "W05")),
        (add("Bibliotheken", Bibliotheek="nl.proef.bibliotheek"), ("Bibliotheken!A3", "W05")),
        (add("Bibliotheken", Gebruikt="nl.proef.x"), ("Bibliotheken!A3", "W05")),
        (property_of("Rol", "keus"), ("Vragenlijst!B6", "W04")),
        (property_of("Versie", "3.0"), ("Vragenlijst!B4", "W04")),
        (property_of("Titel", None), ("Vragenlijst!B5", "F01")),
        (property_of("Wijzigingen", '"half'), ("Vragenlijst!B18", "W04")),
        (property_of("Leesniveaus", "standaard; lastig"), ("Vragenlijst!B10", "W04")),
    ],
)
def test_a_mistake_is_told_by_sheet_and_cell(edit: Change | Added, expected: tuple[str, str], clean: Sheets) -> None:
    assert expected in told(edited(clean, edit))


def test_all_mistakes_are_told_at_once(clean: Sheets) -> None:
    edits = (
        put("Vragen", "GES01@1", "Tekst", None),
        put("Vragen", "TOE02@1", "Hoogste", "veel"),
        put("Antwoorden", "eens5@1", "Code", "Ja!"),
        property_of("Rol", "keus"),
    )
    assert told(edited(clean, *edits)) == [
        ("Antwoorden!B2", "F05"),
        ("Vragen!E2", "F01"),
        ("Vragen!M4", "W04"),
        ("Vragenlijst!B6", "W04"),
    ]


def test_a_message_names_the_column_and_not_the_key(clean: Sheets) -> None:
    edits = (put("Vragen", "GES01@1", "Tekst", None), put("Pagina's", "hulp", "Vragen", 344))
    empty, number = messages(edited(clean, *edits))
    assert empty == "proef.xlsx:2: F01 bij Vragen!E2: De cel Tekst is leeg. Vul hem in."
    assert number == (
        "proef.xlsx:4: W04 bij Pagina's!C4: Hier staat een getal waar tekst hoort: 344."
        " Geef de cel de opmaak Tekst, en typ daarna de tekst opnieuw."
    )


def test_an_unreadable_condition_says_where(clean: Sheets) -> None:
    (message,) = messages(edited(clean, put("Pagina's", "wachten", "Tonen als", "GES01 = ja en (")))
    assert message == (
        "proef.xlsx:3: W04 bij Pagina's!E3: Bij teken 16 is dit niet te lezen: er staat niets meer."
        " Verwacht: een vraag, een code of een getal. Het blad Toelichting zegt hoe u een voorwaarde schrijft."
    )


def test_numbers_and_days_may_be_cells_of_their_kind(clean: Sheets) -> None:
    day = {
        "Vraag": "DAG01@1",
        "Bibliotheek": "nl.proef.bibliotheek",
        "Begrip": "toegang.contact",
        "Titel": "Dag",
        "Tekst": "Wanneer was dat?",
        "Soort_antwoord": "datum",
        "Vroegste_dag": NEW_YEAR,
        "Laatste_dag": "2030-12-31",
        "Periode": "P12M",
    }
    edits = (add("Vragen", **day), add("Pagina's", Pagina="dag", Vragen="DAG01@1"), property_of("Versie", "4"))
    item = read(edited(clean, *edits)).libraries["nl.proef.bibliotheek"].content.items["DAG01@1"]
    assert item.type.model_dump(mode="json") == {"date": {"earliest": "2027-01-01", "latest": "2030-12-31"}}


@pytest.mark.parametrize("value", [True, "ja", " JA "])
def test_yes_may_be_written_in_more_ways(value: object, clean: Sheets) -> None:
    content = edited(clean, put("Vragen", "GES01@1", "Herkenbaar", value))
    disclosure = read(content).libraries["nl.proef.bibliotheek"].content.items["GES01@1"].disclosure
    assert disclosure is not None
    assert disclosure.quasi_identifier


def test_a_missing_sheet_column_or_row_is_told(clean: Sheets) -> None:
    head, *rows = clean["Vragen"]
    renamed = Row(1, {**head.cells, 5: Cell("text", "Vraagtekst"), 6: Cell("text", "Titel")})
    sheets = {**clean, "Vragen": (renamed, *rows), "Vraagen": ()}
    sheets["Vragenlijst"] = tuple(row for row in clean["Vragenlijst"] if row.cells[1].value != "Titel")
    sheets.pop("Gleuven")
    assert sorted(told(sheets)) == [
        ("Gleuven", "W02"),
        ("Vraagen", "W02"),
        ("Vragen", "W03"),  # Tekst
        ("Vragen", "W03"),  # Tekst eenvoudig
        ("Vragen!E1", "W03"),
        ("Vragen!F1", "W03"),
        ("Vragenlijst", "W03"),
    ]


def test_a_sheet_that_was_emptied_is_told(clean: Sheets) -> None:
    assert told({**clean, "Navragen": ()}) == [("Navragen", "W03")] * 5


def test_a_workbook_of_something_else_is_told() -> None:
    assert ("Vragenlijst", "W02") in told({"Blad1": ()})


def test_translations_keep_what_they_say_about_themselves(workbook: Sheets, known: Definitions) -> None:
    found = read(edited(workbook, ONLY_DUTCH, property_of("Versie", 4)), known)
    texts = found.texts["nl.proef.kern@4 tr"].content
    entry = texts.entries["title"]
    assert (entry.text, entry.note, entry.source_hash) == ("Deneme", "zie brief", "sha256:0123456789abcdef")
    assert texts.status_of("title") == "reviewed"


def test_a_translation_is_current_once_the_remark_about_its_age_is_gone(workbook: Sheets) -> None:
    edits = (ONLY_DUTCH, put("Taal tr", "deze vragenlijst", "Verouderd", None))
    entry = read(edited(workbook, *edits)).texts["nl.proef.kern@3 tr"].content.entries["title"]
    assert entry.source_hash == hash_text("Proef")


KEY = Cell("text", "item.GES01@1.stem")


def test_a_new_translation_is_a_draft_of_the_dutch_beside_it(workbook: Sheets) -> None:
    rows = tuple(
        Row(row.number, {**row.cells, 4: Cell("text", "Görüşme oldu mu?")}) if KEY in row.cells.values() else row
        for row in workbook["Taal tr"]
    )
    texts = read(edited({**workbook, "Taal tr": rows}, ONLY_DUTCH)).texts["nl.proef.bibliotheek tr"].content
    assert texts.status_of("item.GES01@1.stem") == "draft"
    assert texts.entries["item.GES01@1.stem"].source_hash == hash_text("Was er een gesprek?")


def test_a_translation_that_is_taken_away_is_gone(workbook: Sheets, known: Definitions) -> None:
    edits = (ONLY_DUTCH, property_of("Versie", 3), put("Taal tr", "deze vragenlijst", "Vertaling", None))
    files = definitions_in(edited(workbook, *edits), "x.xlsx", Definitions(texts=known.texts))
    assert isinstance(files, dict)
    assert not any(".tr." in name for name in files)


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("Hoort bij", "nl.proef.bieb", ("Taal tr!A2", "W05")),
        ("Hoort bij", None, ("Taal tr!A2", "W05")),
        ("Sleutel", None, ("Taal tr!B2", "W05")),
        ("Sleutel", "item.GES09@1.stem", ("Taal tr!B2", "D01")),
        ("Nederlands", None, ("Taal tr!C2", "W05")),
        ("Vertaling", "Deneme {loket}", ("Taal tr!D2", "D12")),
        ("Vertaling", "x" * 501, ("Taal tr!D2", "F05")),
        ("Status", "af", ("Taal tr!E2", "W04")),
    ],
)
def test_a_mistake_in_a_translation_is_told_by_cell(
    header: str, value: object, expected: tuple[str, str], workbook: Sheets
) -> None:
    assert expected in told(edited(workbook, ONLY_DUTCH, put("Taal tr", "deze vragenlijst", header, value)))


def test_a_text_that_is_translated_twice_is_told(workbook: Sheets) -> None:
    row = {"Hoort_bij": "deze vragenlijst", "Sleutel": "title", "Nederlands": "Proef", "Vertaling": "Sınama"}
    found = told(edited(workbook, ONLY_DUTCH, add("Taal tr", **row)))
    assert [code for place, code in found if place.startswith("Taal tr!B")] == ["W05"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (put("Pagina's", "wijk", "Gleuf", None), ("Pagina's!B2", "W05")),
        (put("Invulwoorden", "loket", "Tekst", None), ("Invulwoorden!B2", "W05")),
        (put("Invulwoorden", "loket", "Invulwoord", None), ("Invulwoorden!A2", "W05")),
        (property_of("Eigenaar", 344), ("Vragenlijst!B6", "W04")),
        (property_of("Eigenaar", "0344"), ("Vragenlijst!B6", "F05")),
        (property_of("Vult aan", "nl.proef.kern@9"), ("Vragenlijst!B7", "D01")),
        (put("Vragen", "gm0344.WIJ01@1", "Schaal", "eens9@1"), ("Vragen!J2", "D01")),
    ],
)
def test_a_mistake_in_an_extension_is_told_by_cell(
    edit: Change | Added, expected: tuple[str, str], extension: Sheets, known: Definitions
) -> None:
    assert expected in told(edited(extension, property_of("Versie", 2), edit), known)


def test_warnings_do_not_stop_a_workbook(clean: Sheets) -> None:
    long = put("Vragen", "GES01@1", "Tekst", " ".join(["heel"] * 40) + "?")
    assert isinstance(read(edited(clean, long)).modules["nl.proef.kern@3"].content, Module)
