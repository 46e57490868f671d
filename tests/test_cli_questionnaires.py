"""The commands for authors: show, walk, compare, rehearse, withdraw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ceo.cli import main
from questionnaires.loading import load_questionnaire
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire

WMO = Path(__file__).parents[1] / "questionnaires/definitions/vragenlijsten/wmo-1.yaml"


def ceo(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with data of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "data"))
    return tmp_path


def test_a_version_shows_its_pages_themes_languages_and_minutes() -> None:
    shown = ceo("show", "wmo@2").output
    for words in (
        "nl.ceo.wmo@2",
        "16 op 16 pagina's",
        "toegang 3, kwaliteit 4, effect 3",
        "ar (concept)",
        "minuten",
        "Alleen als: ‘Gesprek met de gemeente’ is ‘Ja’",
    ):
        assert words in shown


def test_a_library_by_itself_is_checked_without_an_overview(folder: Path) -> None:
    (folder / "bibliotheek.yaml").write_text(DAYS["bibliotheek.yaml"])
    assert ceo("check", "bibliotheek.yaml").output == "1 bestanden gecontroleerd, geen fouten, geen waarschuwingen.\n"


def test_a_module_outside_the_themes_says_what_it_does_not_cover() -> None:
    assert "Niet gedekt      toegang, kwaliteit, effect" in ceo("show", "kwaliteit-van-leven@1").output


def test_local_names_stand_in_the_questions_that_are_shown() -> None:
    shown = ceo("show", "participatie@1").output
    assert "{loket}" not in shown
    assert "de gemeente" in shown


@pytest.mark.parametrize("name", ["wmo", "wmo@9", "niets", "nl.ceo.wmo"])
def test_a_name_that_is_not_clear_is_told_with_what_there_is(folder: Path, name: str) -> None:
    result = ceo("show", name)
    assert result.exit_code == 1
    assert "nl.ceo.wmo@1" in result.stderr


def test_two_versions_are_compared_in_words_with_a_letter_for_each_question() -> None:
    told = ceo("diff", "wmo@1", "wmo@2").output
    assert "nl.ceo.wmo@1 naast nl.ceo.wmo@2" in told
    assert "Er begint een nieuwe reeks." in told
    assert "is gesplitst in" in told
    assert "Wat verandert er voor wie de vragenlijst invult?" in told


def test_two_versions_are_compared_for_other_programs() -> None:
    told = json.loads(ceo("diff", "wmo@1", "wmo@2", "--json").output)
    verdicts = {one["item"]: one["verdict"] for one in told["verdicts"]}
    assert [verdicts[item] for item in ("GES01", "KWA02", "LEV01", "HUL01", "TOE02")] == ["A", "B", "C", "D", "E"]


def test_an_own_file_is_compared_with_a_shipped_version(folder: Path) -> None:
    (folder / "eigen.yaml").write_text(WMO.read_text().replace("breakdowns: [HUL01]", "breakdowns: [GES01]"))
    told = ceo("diff", "wmo@1", "eigen.yaml").output
    assert "19 keer" in told  # everything is the same


def test_a_crosswalk_with_mistakes_is_refused_before_anything_is_compared(folder: Path) -> None:
    (folder / "brug.yaml").write_text('format: "ceo-def/1"\nkind: crosswalk\nid: "nl.x.y"\n')
    result = ceo("diff", "wmo@1", "wmo@2", "--crosswalk", "brug.yaml")
    assert (result.exit_code, "brug.yaml:1" in result.stderr) == (1, True)


def test_a_walk_says_why_each_page_comes_or_does_not() -> None:
    walked = ceo("walk", "wmo@2", typed="2\n" + "o\n" * 20).output
    assert "(na-het-gesprek) Deze pagina komt niet, want ‘Gesprek met de gemeente’ is ‘Nee’." in walked
    assert "Vraag 14 van 14" in walked
    assert "GES01: Nee" in walked
    assert "TOE01: overgeslagen" in walked


def test_a_walk_goes_back_and_an_answer_that_is_not_asked_any_more_is_not_sent() -> None:
    # Yes, three answers, back to the start three times, no.
    walked = ceo("walk", "wmo@2", typed="1\n2\n2\n2\nt\nt\nt\nt\n2\no\n" + "s\n").output
    assert "Gestopt. Uw antwoorden tot nu toe" in walked
    assert "Niet verstuurd, want niet meer gevraagd: 1 antwoorden." in walked


def test_a_walk_asks_again_after_a_mistake() -> None:
    walked = ceo("walk", "wmo@2", typed="9\n1\ns\n").output
    assert "Kies een antwoord uit de lijst." in walked
    assert walked.count("Vraag 1 van 16") == 2


def test_a_walk_asks_once_about_an_unlikely_answer() -> None:
    walked = ceo("walk", "wachten@1", typed="1\n80\nn\n80\ny\ns\n").output
    assert walked.count("[Y/n]") == 2
    assert "WAC02: 80" in walked


DAYS = {
    "bibliotheek.yaml": """
format: "ceo-def/1"
kind: library
id: "nl.proef.dagen"
source_language: "nl"
concepts: {"toegang.dag": {domain: toegang, definition: "Dag van het gesprek"}}
items:
  DAG01@1:
    concept: "toegang.dag"
    title: "Dag van het gesprek"
    type: {date: {earliest: "2026-01-01"}}
    reference_period: "P12M"
    text: {stem: "Op welke dag was het gesprek?"}
""",
    "module.yaml": """
format: "ceo-def/1"
kind: module
id: "nl.proef.dag"
version: 1
title: "Dag"
role: core
uses: {libraries: ["nl.proef.dagen"]}
pages: [{id: dag, items: [DAG01@1]}]
""",
}


@pytest.mark.parametrize(("typed", "told"), [("3-2-2026", "DAG01: 2026-02-03"), ("3/2/2026", "DAG01: 2026-02-03")])
def test_a_day_is_typed_with_hyphens_or_slashes(folder: Path, typed: str, told: str) -> None:
    questionnaire = load_questionnaire(DAYS)
    assert isinstance(questionnaire, Questionnaire), questionnaire
    (folder / "dag.json").write_text(publish(questionnaire).content)
    assert told in ceo("walk", "dag.json", typed=f"31-2-2026\n{typed}\n").output


def test_a_walk_in_another_language_and_in_easy_words() -> None:
    assert "هل" in ceo("walk", "wmo@2", "--language", "ar", typed="s\n").output
    easy = ceo("walk", "wmo@2", "--easy", typed="s\n").output
    assert "Het gaat om de laatste 12 maanden." in easy


def test_a_language_that_is_not_there_is_told_with_those_that_are() -> None:
    result = ceo("walk", "wmo@2", "--language", "fr")
    assert (result.exit_code, "nl, ar, en, pl, tr, uk" in result.stderr) == (1, True)


def test_a_rehearsal_ends_in_a_finished_report(folder: Path) -> None:
    result = ceo("rehearse", "participatie@1", "--clients", "40", "--output", "proef.pdf")
    assert "120 gesimuleerde cliënten" in result.output
    assert "kans-op-werk" in result.output
    assert (folder / "proef.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_seed_gives_the_same_rehearsal() -> None:
    rehearsal = ("rehearse", "kwaliteit-van-leven@1", "--clients", "40", "--seed")
    first, second, other = (ceo(*rehearsal, seed).output for seed in "112")
    assert "120 gesimuleerde cliënten" in first
    assert first == second != other


def test_a_version_is_sealed_in_a_file_that_can_be_compared(folder: Path) -> None:
    assert ceo("migrate").exit_code == 0
    assert ceo("publish", "wmo@1", "--output", "wmo.json").exit_code == 0
    assert "19 keer" in ceo("diff", "wmo.json", "wmo@1").output


def test_a_file_that_is_no_sealed_version_is_told(folder: Path) -> None:
    (folder / "wmo.json").write_text("{}")
    result = ceo("show", "wmo.json")
    assert (result.exit_code, "geen vastgestelde vragenlijst" in result.stderr) == (1, True)


def test_a_version_is_withdrawn_with_a_reason_and_stays_readable(folder: Path) -> None:
    assert ceo("migrate").exit_code == 0
    assert ceo("publish", "wmo@1").exit_code == 0
    result = ceo("withdraw", "nl.ceo.wmo@1", "--reason", "Een fout in vraag 3.")
    assert (result.exit_code, "Ingetrokken: nl.ceo.wmo@1" in result.output) == (0, True)
    assert ceo("withdraw", "nl.ceo.wmo@7", "--reason", "Weg.").exit_code == 1
    assert ceo("withdraw", "wmo", "--reason", "Weg.").exit_code == 1


def test_a_version_with_open_warnings_is_not_published(folder: Path) -> None:
    (folder / "wmo.yaml").write_text(WMO.read_text().replace("code: D12", "code: D15"))
    result = ceo("publish", "wmo.yaml")
    assert (result.exit_code, "D12 (waarschuwing)" in result.stderr) == (1, True)


def test_a_version_of_this_installation_is_found_by_its_name(folder: Path) -> None:
    own = (
        WMO.read_text()
        .replace('id: "nl.ceo.wmo"', 'id: "nl.eigen.wmo"')
        .replace("languages: [nl, en, tr, ar, pl, uk]", "languages: [nl]")
    )
    (folder / "eigen.yaml").write_text(own)
    assert ceo("show", "nl.eigen.wmo@1").exit_code == 1  # there is no database yet
    assert ceo("migrate").exit_code == 0
    assert ceo("publish", "eigen.yaml").exit_code == 0
    assert "nl.eigen.wmo@1" in ceo("show", "nl.eigen.wmo@1").output
