from __future__ import annotations

import json

import pytest
from expressing import assembled
from hypothesis import given
from small_worlds import SCALES, TYPES, small_worlds, world

from questionnaires.checks.definitions import Candidate
from questionnaires.checks.paper import check_paper, printed_instruction, question_numbers
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import resolve
from questionnaires.sources import read_sources

GES01, GES02, HUL01, WEK01, VER01 = ({"answer": item} for item in ("GES01", "GES02", "HUL01", "WEK01", "VER01"))
YES = {"eq": [GES01, {"code": "ja"}]}
SOMETIMES = {"eq": [GES02, {"code": "soms"}]}
HOUSE = {"includes": [HUL01, {"code": "huis"}]}
# One more option than is named one by one.
SCALE = {**SCALES["ja_nee"], "codes": [{"code": code, "text": code.title()} for code in ("ja", "nee", "soms", "vaak")]}


def printed(condition: object, when_unknown: str | None = "hide", **page: object) -> str | None:
    """What a form says above a page with a condition; questions are GES01 (1), GES02, HUL01, WEK01, VER01 and DAG01 (6)."""
    last = {"items": ["EIN01"], "show_if": condition, "when_unknown": when_unknown, **page}
    first = ["GES01", "GES02", "HUL01", "WEK01", "VER01", "DAG01"]
    questionnaire = world(
        {"items": first}, last, scales={"soms": SCALE}, sample={"brief": {"type": {"scale": "ja_nee@1"}}}
    )
    return printed_instruction(questionnaire, questionnaire.pages[-1])


def test_a_page_for_everyone_needs_no_instruction() -> None:
    questionnaire = world({"items": ["GES01"]})
    assert printed_instruction(questionnaire, questionnaire.pages[0]) == ""


def test_the_words_of_the_author_stand_first() -> None:
    assert printed(YES, paper="Alleen na een gesprek.") == "Alleen na een gesprek."


def test_questions_count_from_one_in_the_order_of_the_pages() -> None:
    assert question_numbers(world({"items": ["WEK01"]}, {"items": ["GES01", "HUL01"]})) == {
        "WEK01": 1,
        "GES01": 2,
        "HUL01": 3,
    }


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (YES, "bij vraag 1 ‘Ja’ is ingevuld"),
        ({"eq": [{"code": "ja"}, GES01]}, "bij vraag 1 ‘Ja’ is ingevuld"),
        ({"ne": [GES01, {"code": "ja"}]}, "bij vraag 1 ‘Nee’ is ingevuld"),
        ({"not": YES}, "bij vraag 1 ‘Nee’ is ingevuld"),
        (
            {"in": [GES02, [{"code": "ja"}, {"code": "nee"}, {"code": "vaak"}]]},
            "bij vraag 2 ‘Ja’, ‘Nee’ of ‘Vaak’ is ingevuld",
        ),
        ({"not": SOMETIMES}, "bij vraag 2 iets anders dan ‘Soms’ of ‘Weet ik niet’ is ingevuld"),
        (HOUSE, "bij vraag 3 ‘huis’ is ingevuld"),
        ({"not": HOUSE}, "bij vraag 3 wel iets, maar niet ‘huis’ is ingevuld"),
        ({"gt": [WEK01, 1]}, "bij vraag 4 meer dan 1 is ingevuld"),
        ({"gt": [1.5, WEK01]}, "bij vraag 4 minder dan 1,5 is ingevuld"),
        ({"not": {"gt": [WEK01, 1]}}, "bij vraag 4 hoogstens 1 is ingevuld"),
        ({"eq": [WEK01, 2]}, "bij vraag 4 het getal 2 is ingevuld"),
        ({"answered": VER01}, "vraag 5 is ingevuld"),
        ({"not": {"answered": VER01}}, "vraag 5 niet is ingevuld"),
        ({"all": [YES, HOUSE]}, "bij vraag 1 ‘Ja’ is ingevuld en bij vraag 3 ‘huis’ is ingevuld"),
        ({"any": [YES, {"not": {"not": HOUSE}}]}, "bij vraag 1 ‘Ja’ is ingevuld of bij vraag 3 ‘huis’ is ingevuld"),
        (
            {"not": {"all": [YES, HOUSE]}},
            "bij vraag 1 ‘Nee’ is ingevuld of bij vraag 3 wel iets, maar niet ‘huis’ is ingevuld",
        ),
    ],
)
def test_a_simple_condition_is_printed_by_itself(condition: object, sentence: str) -> None:
    assert printed(condition) == f"Alleen invullen als {sentence}."


def test_where_the_unknown_shows_a_page_the_form_says_who_leaves_it_empty() -> None:
    assert printed(YES, "show") == "Niet invullen als bij vraag 1 ‘Nee’ is ingevuld."
    assert printed({"all": [YES, {"gt": [WEK01, 1]}]}, "show") == (
        "Niet invullen als bij vraag 1 ‘Nee’ is ingevuld of bij vraag 4 hoogstens 1 is ingevuld."
    )
    assert printed({"any": [YES, {"gt": [WEK01, 1]}]}, "show") == (
        "Niet invullen als bij vraag 1 ‘Nee’ is ingevuld en bij vraag 4 hoogstens 1 is ingevuld."
    )


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [YES, HOUSE, SOMETIMES, {"gt": [WEK01, 1]}]},
        {"all": [YES, {"any": [HOUSE, SOMETIMES]}]},
        {"eq": [GES01, {"answer": "GES01"}]},
        {"gt": [{"mul": [WEK01, 7]}, 10]},
        {"gt": [WEK01, {"count_selected": HUL01}]},
        {"ge": [{"count_selected": HUL01}, 1]},
        {"lt": [{"answer": "DAG01"}, {"date": "2026-02-01"}]},
        {"eq": [{"response": "mode"}, {"code": "web"}]},
        {"in": [{"sample": "brief"}, [{"code": "ja"}]]},
        {"answered": GES01},
        {"reason_is": [GES01, "dont_know"]},
        {"if": [YES, True, False]},
    ],
)
def test_what_a_reader_cannot_work_out_is_left_to_the_author(condition: object) -> None:
    assert printed(condition) is None


def problems(files: dict[str, str], condition: str, more: str = "modes: [web, paper]\n") -> list[Problem]:
    module = (
        'format: "ceo-def/1"\nkind: module\nid: "nl.proef.kern"\nversion: 1\ntitle: "Proef"\nrole: core\n'
        f'uses: {{libraries: ["nl.proef.bibliotheek"]}}\n{more}pages:\n  - {{id: start, items: [GES01@1, TOE02@1]}}\n'
        f"  - {{id: later, {condition}, items: [EFF01@1]}}\n"
    )
    found = {"bibliotheek.yaml": files["bibliotheek.yaml"], "kern.yaml": module}
    assembly, definitions = assembled(found), read_sources(found)
    return list(check_paper(Candidate(assembly, resolve(assembly, definitions), definitions)))


TOO_MUCH = "show_if: {gt: [{mul: [{answer: TOE02}, 7]}, 30]}, when_unknown: hide"


def test_where_forms_are_printed_each_condition_has_an_instruction(files: dict[str, str]) -> None:
    (one,) = problems(files, TOO_MUCH)
    assert (one.code, one.place, one.warning) == ("D18", "pages[1].show_if", False)
    assert one.cure.startswith("Voeg paper toe")
    assert problems(files, f'{TOO_MUCH}, paper: "Alleen als u langer dan een maand wachtte."') == []
    assert problems(files, "show_if: {eq: [{answer: GES01}, {code: ja}]}, when_unknown: hide") == []


def test_where_no_forms_are_printed_a_condition_may_be_anything(files: dict[str, str]) -> None:
    assert problems(files, TOO_MUCH, "modes: [web, phone]\n") == []


def test_an_earlier_answer_in_a_text_is_printed_as_its_fallback() -> None:
    piped = {"hulp": {"answer": "GES01", "fallback": "de hulp"}}
    plain = world({"items": ["GES01"]}, {"items": ["WEK01"]}, types={"WEK01": TYPES["WEK01"]})
    written = json.loads(plain.model_dump_json(exclude_none=True))
    written["items"][1] |= {"pipes": piped, "text": {"stem": "Hoe lang wachtte u op {hulp}?"}}
    questionnaire = Questionnaire.model_validate_json(json.dumps(written))
    item = questionnaire.item("WEK01")
    assert questionnaire.wording().stem(item, {}) == "Hoe lang wachtte u op de hulp?"


@given(small_worlds())
def test_an_instruction_is_one_sentence_for_those_who_fill_in_or_for_those_who_do_not(
    questionnaire: Questionnaire,
) -> None:
    for page in questionnaire.pages:
        instruction = printed_instruction(questionnaire, page)
        if page.show_if is None:
            assert instruction == ""
        elif instruction is not None:
            assert instruction.startswith(
                "Niet invullen als " if page.when_unknown == "show" else "Alleen invullen als "
            )
            assert instruction.count(".") == 1
