"""The commands for who writes and translates: workbooks and translation files, there and back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from ceo.cli import main
from questionnaires.loading import load_questionnaire, load_shipped
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire


def ceo(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_questionnaire_goes_to_a_workbook_and_back_without_loss(folder: Path) -> None:
    assert ceo("questionnaire", "export", "wmo@2", "wmo.xlsx").exit_code == 0
    assert ceo("questionnaire", "import", "wmo.xlsx", "--folder", "terug").exit_code == 0
    files = {file.name: file.read_text() for file in (folder / "terug").iterdir()}
    loaded = load_questionnaire(files, "nl.ceo.wmo@2")
    assert isinstance(loaded, Questionnaire), loaded
    assert publish(loaded).content_hash == publish(load_shipped("wmo@2")).content_hash


def test_mistakes_in_a_workbook_are_told_by_sheet_and_cell_and_nothing_is_written(folder: Path) -> None:
    assert ceo("questionnaire", "export", "wmo@2", "wmo.xlsx").exit_code == 0
    book = openpyxl.load_workbook("wmo.xlsx")
    sheet = book["Pagina's"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    [column] = [number for head, number in heads.items() if "oorwaarde" in str(head) or "tonen" in str(head).lower()][
        :1
    ]
    sheet.cell(row=3, column=column, value="GES01 = jaa")
    book.save("wmo.xlsx")
    result = ceo("questionnaire", "import", "wmo.xlsx", "--folder", "terug")
    assert result.exit_code == 1
    assert "wmo.xlsx" in result.stderr
    assert "Pagina's!" in result.stderr
    assert not (folder / "terug").exists()


@pytest.mark.parametrize("ending", ["po", "xlsx"])
def test_a_translation_file_comes_back_as_the_texts_that_there_were(folder: Path, ending: str) -> None:
    assert ceo("texts", "export", "participatie@1", "ar", f"vertaling.{ending}").exit_code == 0
    assert ceo("texts", "import", "participatie@1", f"vertaling.{ending}", "--folder", "terug").exit_code == 0
    loaded = load_questionnaire(
        {file.name: file.read_text() for file in (folder / "terug").iterdir()}, "participatie@1"
    )
    assert isinstance(loaded, Questionnaire), loaded
    assert publish(loaded).content_hash == publish(load_shipped("participatie@1")).content_hash


def test_a_language_that_is_new_begins_with_empty_translations(folder: Path) -> None:
    assert ceo("texts", "export", "verhaal@1", "so", "somalisch.xlsx").exit_code == 0
    result = ceo("texts", "import", "verhaal@1", "somalisch.xlsx", "--folder", "terug")
    assert (result.exit_code, "niets nieuws" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("questionnaire", "export", "niets@1", "x.xlsx"), "niet gevonden"),
        (("questionnaire", "export", "wmo@2", "x.ods"), ".xlsx"),
        (("texts", "export", "wmo@2", "nl", "x.po"), "Naar nl"),
        (("texts", "export", "wmo@2", "klingon", "x.po"), "Naar klingon"),
        (("texts", "export", "wmo@2", "tr", "x.docx"), ".xlsx of .po"),
    ],
)
def test_what_cannot_be_made_is_told_with_its_cure(arguments: tuple[str, ...], told: str) -> None:
    result = ceo(*arguments)
    assert (result.exit_code, told in result.stderr) == (1, True), result.stderr


def test_no_file_is_written_over(folder: Path) -> None:
    (folder / "wmo.xlsx").write_text("van mij")
    result = ceo("questionnaire", "export", "wmo@2", "wmo.xlsx")
    assert (result.exit_code, "is er al" in result.stderr) == (1, True)
    assert (folder / "wmo.xlsx").read_text() == "van mij"


def test_own_definitions_count_beside_the_shipped_ones(folder: Path) -> None:
    (folder / "fout.yaml").write_text("kind: module\nkind: module\n")
    result = ceo("questionnaire", "export", "wmo@2", "wmo.xlsx", "--with", "fout.yaml")
    assert (result.exit_code, "fout.yaml:2" in result.stderr) == (1, True)
    (folder / "eigen.yaml").write_text(EXTENSION)
    assert ceo("questionnaire", "export", "gm0001.eigen@1", "eigen.xlsx", "--with", "eigen.yaml").exit_code == 0
    assert ceo("questionnaire", "import", "eigen.xlsx", "--folder", "terug", "--with", "eigen.yaml").exit_code == 0
    assert (folder / "terug/gm0001.eigen-1.yaml").exists()


def xlsform(file: str, *rows: tuple[str, str, str]) -> None:
    book = openpyxl.Workbook()
    survey = book.worksheets[0]
    survey.title = "survey"
    for row in (("type", "name", "label"), *rows):
        survey.append(row)
    book.save(file)


def test_an_xlsform_is_taken_over_and_what_was_left_is_named(folder: Path) -> None:
    xlsform("wijk.xlsx", ("text", "naam_straat", "In welke straat woont u?"), ("geopoint", "plek", "Waar bent u?"))
    result = ceo("questionnaire", "xlsform", "wijk.xlsx", "--id", "nl.voorbeeld.wijk", "--folder", "terug")
    assert result.exit_code == 0, result.stderr
    assert "naam_straat" in result.output
    assert "survey!3" in result.output
    assert sorted(file.name for file in (folder / "terug").iterdir()) == [
        "nl.voorbeeld.wijk-1.yaml",
        "nl.voorbeeld.wijk-vragen.yaml",
    ]


def test_an_xlsform_of_which_nothing_can_be_held_writes_nothing(folder: Path) -> None:
    xlsform("plek.xlsx", ("geopoint", "plek", "Waar bent u?"))
    result = ceo("questionnaire", "xlsform", "plek.xlsx", "--id", "nl.voorbeeld.plek", "--folder", "terug")
    assert (result.exit_code, "Er is niets geschreven" in result.stderr) == (1, True)
    assert "survey!2" in result.output
    assert not (folder / "terug").exists()


def test_a_file_that_is_no_xlsform_is_told(folder: Path) -> None:
    (folder / "geen.xlsx").write_text("geen werkmap")
    result = ceo("questionnaire", "xlsform", "geen.xlsx", "--id", "nl.voorbeeld.plek")
    assert (result.exit_code, "geen.xlsx" in result.stderr) == (1, True)


EXTENSION = """
format: "ceo-def/1"
kind: extension
id: "gm0001.eigen"
owner: "gm0001"
version: 1
title: "Eigen vragen"
extends: "nl.ceo.wmo@2"
languages: [nl]
items:
  gm0001.BUU01@1:
    concept: local
    title: "Buurt"
    type: {scale: "eens5@1"}
    reference_period: "now"
    text: {stem: "Ik woon fijn in mijn buurt.", stem_easy: "Mijn buurt is fijn."}
    disclosure: {quasi_identifier: false}
slots:
  lokaal:
    - id: buurt
      items: [gm0001.BUU01@1]
"""
