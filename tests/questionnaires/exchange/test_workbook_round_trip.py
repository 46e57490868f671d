from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_definitions import made
from openpyxl import load_workbook

from questionnaires.checks.definitions import assemble
from questionnaires.definition import Item, Library
from questionnaires.exchange.spreadsheets.entry_reading import Reading
from questionnaires.exchange.spreadsheets.reading import read_sheets
from questionnaires.exchange.workbook.drafting import draft_definitions
from questionnaires.exchange.workbook.reading import read_workbook
from questionnaires.exchange.workbook.writing import write_workbook
from questionnaires.exchange.yaml_writing import plain_form
from questionnaires.loading import load_questionnaire, load_shipped
from questionnaires.modules import Extension, Module
from questionnaires.problems import Problem
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, Part, resolve
from questionnaires.sources import Definitions, Source, read_sources, shipped_sources
from questionnaires.strict_yaml import YamlDocument, validate

SHIPPED: dict[str, Part] = {**shipped_sources().modules, **shipped_sources().extensions}
NOWHERE = YamlDocument("nergens.yaml", {}, {})
OFFICE = shutil.which("soffice")


@cache
def exported(name: str) -> bytes:
    """The workbook of a shipped questionnaire."""
    return write_workbook(SHIPPED[name], shipped_sources())


def content_hash(files: Any, name: str) -> str:
    loaded = load_questionnaire(files, name)
    assert isinstance(loaded, Questionnaire), [str(problem) for problem in loaded]
    return publish(loaded).content_hash


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_questionnaire_comes_back_with_the_same_content(name: str) -> None:
    files = read_workbook(exported(name), "terug.xlsx")
    assert isinstance(files, dict), [str(problem) for problem in files]
    assert content_hash(files, name) == publish(load_shipped(name)).content_hash


@pytest.mark.parametrize("name", shipped_sources().modules)
def test_a_module_comes_back_where_nothing_else_is_known(name: str) -> None:
    files = read_workbook(exported(name), "terug.xlsx", Definitions())
    assert isinstance(files, dict), [str(problem) for problem in files]
    found = read_sources(files)
    assembly = assemble(found.modules[name], found)
    assert isinstance(assembly, Assembly)
    assert publish(resolve(assembly, found)).content_hash == publish(load_shipped(name)).content_hash


def test_the_same_definitions_give_the_same_bytes() -> None:
    assert write_workbook(SHIPPED["nl.ceo.wmo@2"], shipped_sources()) == exported("nl.ceo.wmo@2")


def test_a_module_of_your_own_comes_back(files: dict[str, str]) -> None:
    found = read_sources(files)
    back = read_workbook(write_workbook(found.modules["nl.proef.kern@3"], found), "terug.xlsx", Definitions())
    assert isinstance(back, dict)
    assert content_hash(back, "nl.proef.kern@3") == content_hash(files, "nl.proef.kern@3")
    assert list(back) == ["nl.proef.kern-3.yaml", "nl.proef.bibliotheek.yaml"]


def drafted(content: bytes) -> Any:
    sheets = read_sheets(content, "terug.xlsx")
    assert not isinstance(sheets, Problem)
    reading = Reading("terug.xlsx", sheets)
    drafts = draft_definitions(reading)
    assert reading.problems == []
    return drafts


# Writing and reading a workbook takes a while; the thorough profile looks further.
A_FEW = settings(max_examples=max(20, settings().max_examples // 5))
# Each translation has a sheet, and those of a made-up language cannot be laid out.
ONE_LANGUAGE = {"languages": ("nl",)}


@A_FEW
@given(made(Extension))
def test_every_extension_comes_back_as_it_was(extension: Extension) -> None:
    extension = extension.model_copy(update=ONE_LANGUAGE)
    drafts = drafted(write_workbook(Source(extension, NOWHERE), Definitions()))
    assert validate(Extension, drafts.main.document("terug.xlsx")) == extension


@A_FEW
@given(made(Module))
def test_every_module_comes_back_as_it_was(module: Module) -> None:
    module = module.model_copy(update=ONE_LANGUAGE)
    drafts = drafted(write_workbook(Source(module, NOWHERE), Definitions()))
    assert validate(Module, drafts.main.document("terug.xlsx")) == module


def with_items(library: Library, item: Item) -> Library:
    """A library that a module can use: with this item when it has none of its own."""
    return library if library.items else library.model_copy(update={"items": {item.reference: item}})


@A_FEW
@given(st.builds(with_items, made(Library), made(Item)))
def test_every_part_of_a_library_that_a_module_uses_comes_back_as_it_was(library: Library) -> None:
    library = library.model_copy(update={"uses": None})
    pages = [{"id": "alles", "items": list(library.items)}]
    written = {**plain_form(KERN), "uses": {"libraries": [library.id]}, "pages": pages}
    module = Module.model_validate({**written, "composites": list(library.composites)}, strict=False)
    known = Definitions(libraries={library.id: Source(library, NOWHERE)})
    drafts = drafted(write_workbook(Source(module, NOWHERE), known))
    back = validate(Library, drafts.libraries[library.id].document("terug.xlsx"))
    assert isinstance(back, Library), [str(problem) for problem in back]
    assert (back.items, back.composites) == (library.items, library.composites)
    assert back.scales.items() <= library.scales.items()
    assert back.concepts.items() <= library.concepts.items()
    assert back.retired == library.retired


KERN = Module.model_validate(
    {
        "format": "ceo-def/1",
        "kind": "module",
        "id": "nl.proef.alles",
        "version": 1,
        "title": "Alles",
        "role": "core",
        "uses": {"libraries": ["nl.proef.bibliotheek"]},
        "pages": [{"id": "alles", "items": ["GES01@1"]}],
    },
    strict=False,
)


@pytest.fixture(scope="module")
def book() -> Any:
    return load_workbook(BytesIO(exported("nl.ceo.participatie@1")))


def test_the_sheets_stand_in_the_order_of_work(book: Any) -> None:
    assert book.sheetnames == [
        "Toelichting",
        "Vragenlijst",
        "Pagina's",
        "Vragen",
        "Antwoorden",
        "Schalen",
        "Samengesteld",
        "Begrippen",
        "Invoegingen",
        "Navragen",
        "Berekeningen",
        "Gleuven",
        "Invulwoorden",
        "Steekproef",
        "Aanvaard",
        "Bibliotheken",
        *(f"Taal {language}" for language in ("en", "tr", "ar", "pl", "uk")),
    ]


def test_conditions_stand_there_as_people_read_them(book: Any) -> None:
    column = {str(cell.value): cell.column for cell in book["Pagina's"][1]}["Tonen als"]
    shown = {cell.value for (cell,) in book["Pagina's"].iter_rows(min_col=column, max_col=column)}
    assert {"PGE01 = ja", "berekening(krijgt_hulp)", "PHU01 bevat geld"} <= shown


def test_heads_stay_in_view_and_text_stays_text(book: Any) -> None:
    sheet = book["Vragen"]
    assert sheet.freeze_panes == "B2"
    assert {cell.number_format for cell in sheet[2] if isinstance(cell.value, str)} == {"@"}
    assert all(sheet.column_dimensions[letter].width >= 9 for letter in "ABCDE")


def test_words_can_be_chosen_from_a_list(book: Any) -> None:
    offered = {str(one.sqref): one.formula1 for one in book["Pagina's"].data_validations.dataValidation}
    assert '"tonen,verbergen"' in offered.values()
    record = {str(one.sqref): one.formula1 for one in book["Vragenlijst"].data_validations.dataValidation}
    assert record["B2"] == '"module,uitbreiding"'


def test_every_column_is_explained(book: Any) -> None:
    explained = {(row[0] or sheet, row[1]) for sheet, row in with_sheet(book["Toelichting"])}
    for sheet in book.worksheets[2:16]:
        assert {(sheet.title, cell.value) for cell in sheet[1]} <= explained
    assert {("Vragenlijst", row[0].value) for row in book["Vragenlijst"].iter_rows(min_row=2)} <= explained


def with_sheet(guide: Any) -> Any:
    """The rows of the guide, each with the sheet that it is about."""
    sheet = ""
    for row in guide.iter_rows(min_row=2, values_only=True):
        sheet = row[0] or sheet
        yield sheet, row


@pytest.mark.parametrize("text", ["=1+1", "-", "0344", "1-2", "+31", "@naam", "WAAR", "<r>x</r>", "_x0041_", "a\nb"])
def test_a_text_that_a_spreadsheet_could_change_stays_as_it_is(text: str, files: dict[str, str]) -> None:
    found = read_sources(
        {**files, "kern.yaml": files["kern.yaml"].replace('title: "Proef"', f"title: {text!r}".replace("'", '"'))}
    )
    part = found.modules["nl.proef.kern@3"]
    assert part.content.title == text
    content = write_workbook(part, found)
    back = read_workbook(content, "terug.xlsx", Definitions())
    assert isinstance(back, dict)
    assert read_sources(back).modules["nl.proef.kern@3"].content.title == text
    assert load_workbook(BytesIO(content))["Vragenlijst"]["B5"].data_type == "s"


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_a_workbook_that_libreoffice_saved_says_the_same(tmp_path: Path) -> None:
    source = exported("nl.ceo.participatie@1")
    again = office(source, tmp_path)
    assert read_workbook(again, "terug.xlsx") == read_workbook(source, "terug.xlsx")
    sheet = load_workbook(BytesIO(again))["Vragenlijst"]
    assert (sheet["A2"].value, sheet["B2"].value, sheet["B3"].value) == ("Soort", "module", "nl.ceo.participatie")


def office(content: bytes, folder: Path) -> bytes:
    """Open a workbook in LibreOffice and save it again, with a profile of its own."""
    (folder / "uit").mkdir()
    (folder / "in.xlsx").write_bytes(content)
    assert OFFICE is not None
    profile = f"-env:UserInstallation={(folder / 'profiel').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run(
        [*command, str(folder / "uit"), str(folder / "in.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "HOME": str(folder)},
    )
    return (folder / "uit" / "in.xlsx").read_bytes()
