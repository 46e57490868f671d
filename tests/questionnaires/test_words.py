from __future__ import annotations

import pytest
from expressing import resolved, rich, rich_declared, rich_questionnaire, written
from hypothesis import given
from random_expressions import ITEMS, truths

from questionnaires.expressions.kinds import CodeList
from questionnaires.expressions.words import describe_universe, say, say_code, speech_of

JA, WEKEN, BEGIN = {"code": "ja"}, {"answer": "WEK01"}, {"answer": "DAG01"}
GES, HULP, DAY = {"answer": "GES01"}, {"answer": "HUL01"}, {"date": "2027-01-31"}
TRUTH, SOON = {"answered": {"answer": "VER01"}}, {"gt": [{"answer": "WEK02"}, 2]}
UNKNOWN = " Ook wie een vraag uit deze voorwaarde niet beantwoordde."


def words(expression: object) -> str:
    return say(written(expression), speech_of(rich_questionnaire()))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (True, "altijd"),
        (False, "nooit"),
        (3, "3"),
        (2.5, "2,5"),
        (DAY, "31 januari 2027"),
        (GES, "‘Gesprek’"),
        ({"sample": "brief"}, "‘brief’ uit de steekproef"),
        ({"response": "started_on"}, "de dag waarop het invullen begon"),
        ({"all": [TRUTH, SOON]}, "(‘Verhaal’ is beantwoord en ‘Uren’ is hoger dan 2)"),
        ({"any": [TRUTH, SOON]}, "(‘Verhaal’ is beantwoord of ‘Uren’ is hoger dan 2)"),
        ({"all": [TRUTH]}, "‘Verhaal’ is beantwoord"),
        ({"not": TRUTH}, "niet (‘Verhaal’ is beantwoord)"),
        ({"eq": [GES, JA]}, "‘Gesprek’ is ‘Ja’"),
        ({"ne": [GES, JA]}, "‘Gesprek’ is niet ‘Ja’"),
        ({"eq": [JA, GES]}, "‘Gesprek’ is ‘Ja’"),
        ({"eq": [{"answer": "KWA01"}, {"answer": "KWA02"}]}, "‘Goed’ is ‘Aardig’"),
        ({"eq": [{"sample": "brief"}, JA]}, "‘brief’ uit de steekproef is ‘Ja’"),
        ({"eq": [{"response": "language"}, {"code": "tr"}]}, "de taal is ‘Turks’"),
        ({"eq": [{"response": "mode"}, {"code": "paper"}]}, "de manier van invullen is ‘Op papier’"),
        ({"ne": [{"response": "register"}, {"code": "easy"}]}, "het leesniveau is niet ‘Makkelijke tekst’"),
        ({"eq": [TRUTH, True]}, "‘Verhaal’ is beantwoord"),
        ({"ne": [False, TRUTH]}, "‘Verhaal’ is beantwoord"),
        ({"eq": [TRUTH, False]}, "niet (‘Verhaal’ is beantwoord)"),
        ({"ne": [TRUTH, True]}, "niet (‘Verhaal’ is beantwoord)"),
        ({"eq": [TRUTH, SOON]}, "(‘Verhaal’ is beantwoord) is net zo waar als (‘Uren’ is hoger dan 2)"),
        ({"ne": [TRUTH, SOON]}, "(‘Verhaal’ is beantwoord) is niet net zo waar als (‘Uren’ is hoger dan 2)"),
        ({"lt": [WEKEN, 2.5]}, "‘Weken’ is lager dan 2,5"),
        ({"le": [WEKEN, 2]}, "‘Weken’ is hoogstens 2"),
        ({"gt": [WEKEN, 2]}, "‘Weken’ is hoger dan 2"),
        ({"ge": [WEKEN, 2]}, "‘Weken’ is ten minste 2"),
        ({"lt": [2, WEKEN]}, "‘Weken’ is hoger dan 2"),
        ({"le": [2, WEKEN]}, "‘Weken’ is ten minste 2"),
        ({"gt": [2, WEKEN]}, "‘Weken’ is lager dan 2"),
        ({"ge": [2, WEKEN]}, "‘Weken’ is hoogstens 2"),
        ({"lt": [BEGIN, DAY]}, "‘Begin’ is voor 31 januari 2027"),
        ({"le": [BEGIN, DAY]}, "‘Begin’ is op of voor 31 januari 2027"),
        ({"gt": [BEGIN, {"answer": "DAG02"}]}, "‘Begin’ is na ‘Einde’"),
        ({"ge": [BEGIN, DAY]}, "‘Begin’ is op of na 31 januari 2027"),
        ({"in": [GES, [JA, {"code": "nee"}]]}, "‘Gesprek’ is ‘Ja’ of ‘Nee’"),
        ({"in": [{"response": "mode"}, [{"code": "web"}]]}, "de manier van invullen is ‘Via internet’"),
        ({"includes": [HULP, {"code": "geen"}]}, "bij ‘Hulp’ is ‘Geen hulp’ gekozen"),
        ({"ge": [{"count_selected": HULP}, 1]}, "het aantal keuzes bij ‘Hulp’ is ten minste 1"),
        (TRUTH, "‘Verhaal’ is beantwoord"),
        ({"reason_is": [GES, "skipped"]}, "‘Gesprek’ heeft als reden ‘Overgeslagen’"),
        ({"add": [WEKEN, 1, 2]}, "(‘Weken’ plus 1 plus 2)"),
        ({"sub": [WEKEN, 1]}, "(‘Weken’ min 1)"),
        ({"mul": [2, WEKEN]}, "(2 keer ‘Weken’)"),
        ({"min": [WEKEN, 1, 2]}, "het laagste van ‘Weken’, 1 en 2"),
        ({"max": [WEKEN, 1]}, "het hoogste van ‘Weken’ en 1"),
        ({"min": [BEGIN, DAY]}, "de eerste van ‘Begin’ en 31 januari 2027"),
        ({"max": [BEGIN]}, "de laatste van ‘Begin’"),
        ({"sum": {"of": ["WEK01", "WEK02"], "as": "value", "min_valid": 1}},
         "de som van ‘Weken’ en ‘Uren’ (ten minste 1 beantwoord)"),
        ({"mean": {"of": ["KWA01", "KWA02"], "as": "score", "min_valid": 2}},
         "het gemiddelde van de scores van ‘Goed’ en ‘Aardig’ (alle beantwoord)"),
        ({"months_between": [BEGIN, DAY]}, "het aantal maanden van ‘Begin’ tot 31 januari 2027"),
        ({"years_between": [BEGIN, DAY]}, "het aantal jaren van ‘Begin’ tot 31 januari 2027"),
        ({"if": [TRUTH, WEKEN, 0]}, "(‘Weken’ als ‘Verhaal’ is beantwoord, en anders 0)"),
        ({"eq": [{"if": [TRUTH, JA, GES]}, GES]}, "(‘Ja’ als ‘Verhaal’ is beantwoord, en anders ‘Gesprek’) is ‘Gesprek’"),
        ({"first_known": [WEKEN, 0]}, "(‘Weken’, of als dat onbekend is 0)"),
    ],
)  # fmt: skip  # one node a line
def test_every_node_can_be_said(expression: object, said: str) -> None:
    assert words(expression) == said


def test_calculations_are_said_by_what_they_work_out() -> None:
    assert words({"calc": "lang"}) == "‘Weken’ is hoger dan 6"
    assert words({"ge": [{"calc": "eerste"}, DAY]}) == "de eerste van ‘Begin’ en ‘Einde’ is op of na 31 januari 2027"


def test_a_language_without_a_dutch_name_keeps_its_code() -> None:
    assert say_code("xyz", CodeList("language", ("xyz",)), rich_questionnaire()) == "‘xyz’"


def universe(condition: object, when_unknown: str = "show") -> str:
    questionnaire = resolved(rich(condition))
    page = questionnaire.pages[-1].model_copy(update={"when_unknown": when_unknown})
    return describe_universe(questionnaire, page)


def test_a_page_without_condition_is_for_everyone() -> None:
    questionnaire = rich_questionnaire()
    assert describe_universe(questionnaire, questionnaire.pages[0]) == "Iedereen."


@pytest.mark.parametrize(("when_unknown", "behind"), [("show", UNKNOWN), ("hide", "")])
def test_who_is_asked_is_a_sentence(when_unknown: str, behind: str) -> None:
    assert universe({"calc": "lang"}, when_unknown) == f"Alleen als: ‘Weken’ is hoger dan 6.{behind}"


def test_nothing_is_said_of_unknown_where_all_is_known() -> None:
    assert universe(TRUTH) == "Alleen als: ‘Verhaal’ is beantwoord."


@given(truths(ITEMS, {name: one.type for name, one in rich_declared().calculations.items()}))
def test_every_condition_can_be_said(condition: object) -> None:
    said = words(condition)
    assert said
    assert "None" not in said
    assert said.count("(") == said.count(")")
