from __future__ import annotations

import re
import sys
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_definitions import TEXT
from openpyxl import Workbook, load_workbook

from questionnaires.exchange.xlsform.importing import Imported, read_xlsform
from questionnaires.exchange.xlsform.limits import DayBounds, day_bounds, number_bounds
from questionnaires.loading import load_questionnaire
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import read_sources
from questionnaires.texts import TextsFile

Rows = list[list[object]]
ID = "nl.proef.wijk"


def form(survey: Rows, choices: Rows | None = None, settings: Rows | None = None, **others: Rows) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **others}.items():
        if rows is not None:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def imported(content: bytes) -> Imported:
    found = read_xlsform(content, "map/wijk.xlsx", ID)
    assert isinstance(found, Imported), [str(problem) for problem in found]
    return found


def loaded(found: Imported) -> Questionnaire:
    questionnaire = load_questionnaire(found.files, ID)
    assert isinstance(questionnaire, Questionnaire), [str(problem) for problem in questionnaire]
    return questionnaire


def lost(found: Imported) -> dict[str, str]:
    """What was not held, by place, without what is said of the survey as a whole."""
    return {one.place: one.why for one in found.not_held if one.place != one.sheet or one.sheet != "survey"}


def texts(found: Imported, name: str) -> TextsFile:
    return read_sources(found.files).texts[name].content


YES_NO: Rows = [["list_name", "name", "label"], ["ja_nee", "ja", "Ja"], ["ja_nee", "nee", "Nee"]]

# All that can be held, in one form: groups, conditions, notes, bounds, and two languages.
SURVEY: Rows = [
    [
        "type",
        "name",
        "label::Nederlands (nl)",
        "label::Türkçe",
        "hint::Nederlands (nl)",
        "relevant",
        "constraint",
        "appearance",
    ],
    ["select_one ja_nee", "TOE01", "Had u hulp?", "Yardım aldınız mı?", "Van de gemeente."],
    ["begin group", "hulp", "Over de hulp", "Yardım", None, "${TOE01} = 'ja'", None, "field-list"],
    ["note", "uitleg", "Denk aan dit jaar.", "Bu yıl"],
    ["select_multiple soorten", "soorten", "Welke hulp?", "Hangi yardım?"],
    ["integer", "weken", "Hoeveel weken wachtte u?", None, None, None, ". >= 0 and . <= 104"],
    ["end group"],
    ["date", "dag", "Wanneer begon de hulp?", None, None, "selected(${soorten}, '2')", ". >= date('2020-01-01')"],
    ["text", "wens", "Wat wenst u?"],
]
CHOICES: Rows = [
    ["list_name", "name", "label::Nederlands (nl)", "label::Türkçe"],
    ["ja_nee", "ja", "Ja", "Evet"],
    ["ja_nee", "nee", "Nee", "Hayır"],
    ["soorten", "1", "In huis", "Evde"],
    ["soorten", "2", "Met geld", "Para"],
]
SETTINGS: Rows = [
    ["form_title", "form_id", "version", "default_language"],
    ["Wijkenquête", "wijk", "4", "Nederlands (nl)"],
]
WHOLE = form(SURVEY, CHOICES, SETTINGS)


def test_a_form_that_can_be_held_is_held_whole() -> None:
    found = imported(WHOLE)
    assert lost(found) == {}
    questionnaire = loaded(found)
    assert (questionnaire.reference, questionnaire.title) == ("nl.proef.wijk@4", "Wijkenquête")
    assert found.names == {"TOE01": "TOE01", "soorten": "XLA01", "weken": "XLA02", "dag": "XLA03", "wens": "XLA04"}
    assert list(found.files) == [
        "nl.proef.wijk-vragen.yaml",
        "nl.proef.wijk-4.yaml",
        "nl.proef.wijk-vragen.tr.yaml",
        "nl.proef.wijk-4.tr.yaml",
    ]


def test_questions_become_items_and_lists_become_scales() -> None:
    questionnaire = loaded(imported(WHOLE))
    kinds = {item.id: item.type.model_dump(mode="json", exclude_none=True) for item in questionnaire.items}
    assert kinds == {
        "TOE01": {"scale": "ja_nee@1"},
        "XLA01": {"scale": "soorten@1"},
        "XLA02": {"integer": {"min": 0, "max": 104, "unit": "keer"}},
        "XLA03": {"date": {"earliest": "2020-01-01"}},
        "XLA04": {"text": {"max_chars": 200}},
    }
    scales = {scale.id: (scale.type, [code.code for code in scale.codes]) for scale in questionnaire.scales}
    assert scales == {"ja_nee": ("nominal", ["ja", "nee"]), "soorten": ("multi", ["c1", "c2"])}


def test_a_group_on_one_screen_becomes_a_page_with_its_title_and_condition() -> None:
    pages = loaded(imported(WHOLE)).pages
    assert [(page.id, page.items, page.title) for page in pages] == [
        ("toe01", ("TOE01",), None),
        ("hulp", ("XLA01", "XLA02"), "Over de hulp"),
        ("dag", ("XLA03",), None),
        ("wens", ("XLA04",), None),
    ]
    assert [page.when_unknown for page in pages] == [None, "hide", "hide", None]


def test_a_note_becomes_the_help_of_the_next_question() -> None:
    questionnaire = loaded(imported(WHOLE))
    assert questionnaire.item("XLA01").text.help == "Denk aan dit jaar."
    assert questionnaire.item("TOE01").text.help == "Van de gemeente."


def test_other_languages_become_texts_files_and_what_is_missing_is_told() -> None:
    found = imported(WHOLE)
    turkish = texts(found, "nl.proef.wijk-vragen tr")
    assert {key: entry.text for key, entry in turkish.entries.items()} == {
        "item.TOE01@1.stem": "Yardım aldınız mı?",
        "item.XLA01@1.stem": "Hangi yardım?",
        "item.XLA01@1.help": "Bu yıl",
        "scale.ja_nee@1.ja": "Evet",
        "scale.ja_nee@1.nee": "Hayır",
        "scale.soorten@1.c1": "Evde",
        "scale.soorten@1.c2": "Para",
    }
    assert texts(found, "nl.proef.wijk@4 tr").entries["page.hulp.title"].text == "Yardım"
    assert [(one.place, one.what) for one in found.not_held] == [("survey", "begrippen"), ("survey", "taal tr")]
    assert "Er ontbreken er nog 6, zoals item.TOE01@1.help." in found.not_held[1].why


def test_every_cell_is_held_or_told() -> None:
    """Emptying a cell that is not told changes what is held, or makes the form unreadable."""
    content = form(
        [
            ["type", "name", "label", "hint", "relevant", "constraint", "required", "default", "image", "eigen"],
            ["start", "begin"],
            [
                "select_one ja_nee or_other",
                "hulp",
                "Had u hulp?",
                "Van wie ook.",
                None,
                None,
                "yes",
                "ja",
                "x.png",
                "a",
            ],
            ["begin group", "meer", "Meer", "Uitleg", "${hulp} = 'ja'"],
            ["note", "dank", "Fijn.", None, "${hulp} = 'nee'"],
            ["integer", "weken", "Hoeveel <b>weken</b>?", None, "${hulp} != 'nee'", ". mod 2 = 0", "no"],
            ["end group"],
            ["begin repeat", "huis", "Huis"],
            ["text", "straat", "Welke straat?"],
            ["end repeat"],
            ["decimal", "prijs", "Wat kostte het, ${hulp}?"],
            ["text", "wens", "Wat wenst u, ${hulp}?", None, "today() > ${weken}"],
        ],
        [*YES_NO, ["los", "a", "A"], ["los", "b", "B"]],
        [["form_title", "version", "style"], ["Wijk", "2024-a", "pages"]],
        entities=[["list_name", "label"], ["boom", "${wens}"]],
    )
    found = imported(content)
    told = {one.place for one in found.not_held}
    book = load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in (cell for cell in row if cell.value is not None):
                places = {f"{sheet.title}!{cell.coordinate}", f"{sheet.title}!{cell.row}", sheet.title}
                if not places & told and not str(cell.value).startswith("end "):
                    assert outcome(without(content, sheet.title, cell.coordinate)) != found.files, cell


def without(content: bytes, sheet: str, coordinate: str) -> bytes:
    book = load_workbook(BytesIO(content))
    book[sheet][coordinate].value = None
    return saved(book)


def outcome(content: bytes) -> object:
    found = read_xlsform(content, "map/wijk.xlsx", ID)
    return found.files if isinstance(found, Imported) else found


CALCULATED = "Rekenen gaat hier anders: maak zelf een berekening in de module."
FROM_FILE = "Een keuzelijst uit een bestand of uit eerdere antwoorden is er hier niet."
NO_BOUNDS = "Een getal heeft hier altijd een laagste en een hoogste: nu 0 tot en met 999999."
PULLED = "De functie pulldata() bestaat hier niet. De voorwaarde is weggelaten: nu komt dit ook bij anderen."


@pytest.mark.parametrize(
    ("row", "place", "why"),
    [
        (["decimal", "x", "Prijs?"], "survey!2", "Een vraag van de soort decimal is er hier niet."),
        (["geopoint", "x", "Waar?"], "survey!2", "Een vraag van de soort geopoint is er hier niet."),
        (["calculate", "x", None, None, "1 + 1"], "survey!2", CALCULATED),
        (["deviceid", "x"], "survey!2", "Gegevens over het toestel of het moment bewaren wij niet."),
        (["rank ja_nee", "x", "Rij?"], "survey!2", "Antwoorden op volgorde zetten kan hier niet."),
        (["select_one_from_file x.csv", "x", "Wie?"], "survey!2", FROM_FILE),
        (["text", "x", "Wat?", "false()"], "survey!2", "Dit wordt nooit getoond."),
        (["text", "x", "Wat?", None, None, "yes"], "survey!G2", "Een vraag mag hier altijd worden overgeslagen."),
        (["text", "x", "Wat?", None, None, None, "a"], "survey!H2", "Een antwoord staat hier nooit vooraf ingevuld."),
        (["text", "x", "Wat?", "pulldata('a', 'b', 'c', 'd') = 1"], "survey!D2", PULLED),
        (["integer", "x", "Hoeveel?"], "survey!A2", NO_BOUNDS),
    ],
)
def test_what_cannot_be_held_is_told_with_the_reason(row: list[object], place: str, why: str) -> None:
    head = ["type", "name", "label", "relevant", "calculation", "_", "required", "default"]
    written = [*row[:5], None, *row[5:]]
    found = imported(form([head, written, ["text", "rest", "Verder?"]], YES_NO))
    assert lost(found)[place] == why


def test_a_repeat_is_told_row_by_row() -> None:
    survey: Rows = [
        ["type", "name", "label"],
        ["begin repeat", "huis", "Huis"],
        ["begin group", "kamer", "Kamer"],
        ["text", "muur", "Muur?"],
        ["end group"],
        ["end repeat", "huis"],
        ["text", "rest", "Verder?"],
    ]
    found = imported(form(survey))
    why = "Een herhaling is er hier niet: elke vraag staat er één keer."
    assert lost(found) == {"survey!2": why, "survey!3": why, "survey!4": why, **HEADING}
    assert found.names == {"rest": "XLA01"}


HEADING = {"survey!C1": "Dit is niet als Nederlands herkend; de teksten staan nu wel als Nederlands in het bestand."}


def test_a_group_that_is_never_shown_is_told_whole() -> None:
    survey: Rows = [
        ["type", "name", "label", "relevant"],
        ["begin group", "uit", "Uit", "false()"],
        ["text", "muur", "Muur?"],
        ["end group"],
        ["text", "rest", "Verder?", "true()"],
    ]
    found = imported(form(survey))
    assert {place for place in lost(found) if place != "survey!C1"} == {"survey!2", "survey!3"}
    assert loaded(found).pages[0].show_if is None


def test_a_question_whose_answers_depend_on_another_is_told_and_so_is_what_depends_on_it() -> None:
    survey: Rows = [
        ["type", "name", "label", "choice_filter", "relevant"],
        ["select_one ja_nee", "land", "Welk land?"],
        ["select_one ja_nee", "stad", "Welke stad?", "land = ${land}"],
        ["text", "straat", "Welke straat?", None, "${stad} = 'ja'"],
    ]
    found = imported(form(survey, [[*YES_NO[0], "land"], *YES_NO[1:]]))
    assert set(found.names) == {"land", "straat"}
    assert lost(found)["survey!3"] == "Antwoorden die van een eerder antwoord afhangen, zijn er hier niet."
    assert lost(found)["survey!E4"].startswith("De vraag stad komt later, staat op een plek")


def test_a_list_with_one_answer_is_no_scale() -> None:
    survey: Rows = [["type", "name", "label"], ["select_one een", "x", "Dit?"], ["text", "rest", "Verder?"]]
    found = imported(form(survey, [["list_name", "name", "label"], ["een", "a", "A"]]))
    assert lost(found)["survey!2"] == "Een keuzelijst heeft hier ten minste twee antwoorden."
    assert lost(found)["choices!2"] == "Deze lijst hoort niet bij een vraag die is overgenomen."


def test_one_list_can_be_a_choice_of_one_and_of_several() -> None:
    survey: Rows = [
        ["type", "name", "label"],
        ["select_one ja_nee", "een", "Een?"],
        ["select_multiple ja_nee", "meer", "Meer?"],
        ["select_one ja_nee", "weer", "Weer?"],
    ]
    scales = loaded(imported(form(survey, YES_NO))).scales
    assert [(scale.reference, scale.type) for scale in scales] == [("ja_nee@1", "nominal"), ("ja_nee_2@1", "multi")]


def test_names_and_texts_that_are_the_same_are_told_apart() -> None:
    choices: Rows = [
        ["list_name", "name", "label"],
        ["l", "Ja!", "Ja"],
        ["l", "ja", "Ja"],
        ["l", "?", None],
        ["l", "9", "9"],
    ]
    found = imported(form([["type", "name", "label"], ["select_one l", "x", "Wat?"]], choices))
    (scale,) = loaded(found).scales
    assert [(code.code, code.text) for code in scale.codes] == [("ja", "Ja"), ("ja_2", "Ja_2"), ("c", "?"), ("c9", "9")]
    assert lost(found)["choices!B3"] == "Er was al een antwoord met deze tekst; dit heet nu Ja_2."


def test_a_text_is_held_as_far_as_it_can_be() -> None:
    survey: Rows = [
        ["type", "name", "label"],
        ["text", "a", "Hoe heet u?"],
        ["text", "b", "Dag <b>${a}</b>, {wat} wilt u?"],
        ["text", "c", "x" * 600],
        ["text", "d", "<br>"],
    ]
    found = imported(form(survey))
    stems = [item.text.stem for item in loaded(found).items]
    assert stems == ["Hoe heet u?", "Dag …, (wat) wilt u?", "x" * 499 + "…", "d"]
    assert [(one.place, one.what) for one in found.not_held if one.row == 3] == [
        ("survey!C3", "label: Dag <b>${a}</b>, {wat} wilt u?")
    ] * 3
    assert lost(found)["survey!C4"] == "Een tekst heeft hoogstens 500 tekens; de rest is weggelaten."


def test_notes_without_a_question_of_the_same_people_are_told() -> None:
    survey: Rows = [
        ["type", "name", "label", "relevant"],
        ["text", "a", "Hoe heet u?"],
        ["note", "n1", "Alleen voor sommigen.", "${a} != ''"],
        ["text", "b", "En verder?"],
        ["note", "n2", "x" * 450],
        ["note", "n3", "y" * 450],
        ["text", "c", "Nog iets?"],
        ["note", "n4", "Voor een kaart."],
        ["geopoint", "d", "Waar?"],
        ["note", "n5", "Einde."],
    ]
    found = imported(form(survey))
    why = "Tekst zonder vraag is er hier niet, en er volgt geen vraag waar dit de uitleg van is."
    assert {place: lost(found)[place] for place in ("survey!3", "survey!6", "survey!8", "survey!10")} == {
        "survey!3": why,
        "survey!6": "Een uitleg heeft hier hoogstens 500 tekens.",
        "survey!8": why,
        "survey!10": why,
    }
    assert [item.text.help for item in loaded(found).items] == [None, None, "x" * 450]


def test_a_hint_or_title_without_dutch_has_nothing_to_belong_to() -> None:
    survey: Rows = [
        ["type", "name", "label::Nederlands (nl)", "label::en", "hint::en"],
        ["begin group", "g", None, "Help"],
        ["text", "a", "Hoe heet u?", "Your name?", "First name"],
        ["end group"],
    ]
    found = imported(form(survey))
    why = "Er is geen Nederlandse tekst waar deze bij hoort."
    assert lost(found) == {"survey!D2": why, "survey!E3": why}
    assert texts(found, "nl.proef.wijk-vragen en").entries["item.XLA01@1.stem"].text == "Your name?"


def test_a_language_that_is_not_known_is_told_for_each_text() -> None:
    survey: Rows = [
        ["type", "name", "label::Nederlands (nl)", "label::Elfentaal", "label::nl"],
        ["text", "a", "Hoe heet u?", "nuqneH", "Wie bent u?"],
    ]
    why = "Deze taal is niet herkend. Zet de code erachter, zoals label::Türkçe (tr)."
    assert lost(imported(form(survey))) == {"survey!D2": why, "survey!E2": why}


def test_without_dutch_the_form_s_own_language_stands_for_it() -> None:
    survey: Rows = [
        ["type", "name", "label::English (en)", "label::Français (fr)", "hint"],
        ["text", "a", "Your name?", "Votre nom ?", "First name"],
    ]
    found = imported(form(survey, None, [["default_language"], ["Français (fr)"]]))
    item = loaded(found).item("XLA01")
    assert (item.text.stem, item.text.help) == ("Votre nom ?", "First name")
    assert lost(found) == {"survey!D1": HEADING["survey!C1"]}
    assert texts(found, "nl.proef.wijk-vragen en").entries["item.XLA01@1.stem"].text == "Your name?"


def test_two_texts_in_the_first_language_are_told() -> None:
    survey: Rows = [
        ["type", "name", "label::English (en)", "hint::English (en)", "hint"],
        ["text", "a", "Your name?", "First name", "Given name"],
    ]
    found = imported(form(survey))
    assert loaded(found).item("XLA01").text.help == "First name"
    assert lost(found)["survey!E2"] == "In deze taal staat er al een tekst."


def test_a_condition_that_grows_too_large_is_told() -> None:
    survey: Rows = [["type", "name", "label", "relevant"], ["select_one ja_nee", "a", "Wat?"]]
    many = " or ".join(["${a} = 'ja'"] * 20)
    survey += [["begin group", "g", "Groep", many], ["text", "b", "Wie?"], ["end group"]]
    found = imported(form(survey, YES_NO))
    assert lost(found)["survey!A4"].startswith("De voorwaarde is met die van de groep samen te groot.")
    assert loaded(found).pages[1].show_if is None


def test_what_stands_under_no_heading_or_on_a_sheet_of_its_own_is_told() -> None:
    survey: Rows = [["type", "name", "label"], ["text", "a", "Wat?", "zomaar"]]
    survey += [[None]] * 70
    survey += [["text", "b", "Ver weg?"]]
    found = imported(form(survey, settings=None, aantekeningen=[["bellen"]], leeg=[]))
    assert lost(found) == {
        **HEADING,
        "survey!D2": "Deze cel staat onder geen kolom van de lijst, of ver onder de rest.",
        **{
            f"survey!{column}73": "Deze cel staat onder geen kolom van de lijst, of ver onder de rest."
            for column in "ABC"
        },
        "aantekeningen": "Dit blad heeft hier geen plek.",
    }


def test_rows_that_are_switched_off_are_told() -> None:
    survey: Rows = [["type", "name", "label", "disabled"], ["text", "a", "Wat?", "yes"], ["text", "b", "Wie?", "no"]]
    found = imported(form(survey))
    assert lost(found)["survey!2"] == "Deze rij staat uit."
    assert found.names == {"b": "XLA01"}


def test_a_form_of_one_sheet_may_have_any_name() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Blad1"
    for row in (["type", "name", "label"], ["text", "a", "Wat?"]):
        sheet.append(row)
    assert imported(saved(book)).names == {"a": "XLA01"}


def test_a_form_without_a_question_that_can_be_held_gives_no_files() -> None:
    found = imported(form([["type", "name", "label"], ["geopoint", "a", "Waar?"]]))
    assert (found.files, found.names) == ({}, {})
    assert [one.place for one in found.not_held] == ["survey!C1", "survey!2"]


def test_a_title_may_be_missing() -> None:
    found = imported(form([["type", "name", "label"], ["text", "a", "Wat?"]]))
    module = read_sources(found.files).modules["nl.proef.wijk@1"].content
    assert (module.title, module.changes) == ("wijk", ("Overgenomen uit het XLSForm wijk.xlsx.",))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x", "W01"),
        (form([["naam", "vraag"], ["a", "b"]]), "X02"),
        (form([["type", "name", "label"], ["text", "a b", "Wat?"]]), "X02"),
        (form([["type", "name", "label"], ["begin group", "a", "Wat?"]]), "X02"),
    ],
    ids=["no workbook", "no form", "a name with a space", "a group without an end"],
)
def test_what_is_no_form_is_told(content: bytes, code: str) -> None:
    found = read_xlsform(content, "x.xlsx", ID)
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == [code]


def test_a_name_that_no_questionnaire_can_have_is_told() -> None:
    found = read_xlsform(WHOLE, "x.xlsx", "Wijk 1")
    assert isinstance(found, tuple)
    assert [(problem.code, problem.cause) for problem in found] == [
        ("X03", "Wijk 1 is geen naam voor een vragenlijst.")
    ]


def test_without_pyxform_its_cure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyxform.xls2json", None)
    found = read_xlsform(WHOLE, "x.xlsx", ID)
    assert isinstance(found, tuple)
    assert [(problem.code, problem.cure) for problem in found] == [
        ("X01", "Installeer haar met: pip install -c constraints.txt '.[xlsform]'.")
    ]


@pytest.mark.parametrize(
    ("constraint", "lowest", "highest"),
    [
        (". > 0 and . < 10", 1, 9),
        ("0 <= . and 9.5 >= .", 0, 9),
        ("(.>=18)and(.<=99)", 18, 99),
        (". <= 0", -1, 0),
        (". >= 2000000", 2_000_000, 2_000_001),
    ],
)
def test_bounds_of_numbers_are_held(constraint: str, lowest: int, highest: int) -> None:
    bounds = number_bounds(constraint)
    assert bounds is not None
    assert (bounds.lowest, bounds.highest) == (lowest, highest)


@pytest.mark.parametrize(
    "constraint",
    [". = 5", ". > 5 and . < 3", ". > 0 or . < 9", ". != 3", ". > ${a}", ". > date('2020-01-01')", ". < 9999999999"],
)
def test_other_constraints_on_numbers_are_not(constraint: str) -> None:
    assert number_bounds(constraint) is None


@pytest.mark.parametrize(
    "constraint", [". > 5", ". <= today()", ". > date('2020-02-31')", "not(. = date('2020-01-01'))"]
)
def test_other_constraints_on_days_are_not_held(constraint: str) -> None:
    assert day_bounds(constraint) is None


def test_a_day_with_another_constraint_is_asked_without() -> None:
    survey: Rows = [["type", "name", "label", "constraint"], ["date", "a", "Wanneer?", ". <= today()"]]
    found = imported(form(survey))
    assert loaded(found).item("XLA01").type.model_dump(mode="json", exclude_none=True) == {"date": {}}
    assert lost(found)["survey!D2"] == "Deze eis aan het antwoord is hier niet te stellen."


def test_questions_without_a_text_are_asked_by_their_name() -> None:
    found = imported(form([["type", "name", "hint"], ["text", "naam", "Van u zelf."]]))
    assert loaded(found).item("XLA01").text.stem == "naam"
    assert lost(found) == {}


def test_a_row_with_nothing_in_the_columns_of_the_list_is_no_row() -> None:
    survey: Rows = [["type", "name", "label"], [], ["text", "a", "Wat?"], [None, None, None, "los"]]
    assert lost(imported(form(survey)))["survey!D4"].startswith("Deze cel staat onder geen kolom")


# Anything that a form may hold, in any order; names that are there twice and groups that stay open are for pyxform.
BASE = [["select_one l", "a", "A?"], ["integer", "b", "B?"], ["date", "en", "C?"]]
NAMES = st.sampled_from(["TOE01", "toe01", "x" * 600, "Ünï", "_1", "d", "e"])
TYPES = st.sampled_from(
    [
        "text",
        "integer",
        "date",
        "note",
        "select_one l",
        "select_multiple l",
        "select_one m",
        "decimal",
        "start",
        "image",
    ]
)
RELEVANT = st.sampled_from(
    [
        None,
        "true()",
        "false()",
        "${a} = 'ja'",
        "${a} != '' and ${b} > 3",
        "not(selected(${a}, 'nee'))",
        "${en} = today()",
    ]
)
CONSTRAINTS = st.sampled_from([None, ". > 3 and . < 9", ". <= 1", ". > date('2020-01-01')", "${a}"])
ROWS = st.tuples(TYPES, NAMES, st.none() | TEXT, st.none() | TEXT, st.none() | TEXT, RELEVANT, CONSTRAINTS)
OPTIONS = st.tuples(
    st.sampled_from(["l", "m"]), st.sampled_from(["ja", "nee", "1", "Ja!", "{x}", "<b>", "y" * 600]), TEXT
)


# A case of this law is a workbook to write and to read: half of the usual number is enough for every day.
@settings(max_examples=settings().max_examples // 2)
@given(
    rows=st.lists(ROWS, min_size=1, max_size=6, unique_by=lambda row: row[1].lower()),
    options=st.lists(OPTIONS, min_size=1, max_size=6, unique_by=lambda one: one[:2]),
    grouped=st.booleans(),
)
def test_every_form_is_held_as_far_as_it_goes_or_told(*, rows: Any, options: Any, grouped: bool) -> None:
    inside = [["begin group", "groep", "Groep", None, None, "${a} = 'ja'"], *rows, ["end group"]] if grouped else rows
    head = [
        "type",
        "name",
        "label::Nederlands (nl)",
        "label::English (en)",
        "hint::Nederlands (nl)",
        "relevant",
        "constraint",
    ]
    options = [["m", "ja", "Ja"], ["l", "nu", None], *options]
    content = form([head, *BASE, *map(plain, inside)], [["list_name", "name", "label"], *map(plain, options)])
    found = read_xlsform(content, "wijk.xlsx", ID)
    if isinstance(found, Imported):
        assert read_sources(found.files).problems == []
    else:
        assert [problem.code for problem in found] == ["X02"]


def plain(row: list[Any]) -> list[Any]:
    """Openpyxl writes no control characters, and takes = for a formula."""
    return [re.sub(r"[\x00-\x1f\ufffe\uffff]|^=", "", value) if isinstance(value, str) else value for value in row]


def test_no_constraint_on_days_has_no_bounds() -> None:
    assert day_bounds("") == DayBounds(None, None)
