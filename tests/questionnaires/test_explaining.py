from __future__ import annotations

from datetime import date

import pytest
from expressing import answers, resolved, rich, rich_declared
from hypothesis import given
from random_expressions import CIRCUMSTANCES, ITEMS, random_answers, truths

from questionnaires.answers import Answer, Missing
from questionnaires.expressions.explaining import ExplainedPart, Explanation, Worth, explain
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import Reason, reason_to_show, route

TALK = {"eq": [{"answer": "GES01"}, {"code": "ja"}]}
LONG = {"gt": [{"answer": "WEK01"}, 6]}
HELP = {"includes": [{"answer": "HUL01"}, {"code": "geen"}]}


def explained(condition: object, when_unknown: str = "show", **values: object) -> Explanation:
    """Explain the last page of the module to someone who answered so."""
    questionnaire = resolved(rich(condition))
    page = questionnaire.pages[-1].model_copy(update={"when_unknown": when_unknown})
    around = Circumstances("tr", "paper", "easy", date(2027, 3, 1), {"brief": "nee"})
    return explain(questionnaire, page, Facts(answers(**values), around))


def test_a_page_without_condition_is_for_everyone() -> None:
    questionnaire = resolved(rich())
    explanation = explain(questionnaire, questionnaire.pages[0], Facts({}))
    assert explanation == Explanation("keuzes", shown=True)
    assert explanation.lines == ("Deze pagina komt: die is voor iedereen.",)


def test_a_part_says_what_it_was_worth_and_what_it_read() -> None:
    part = explained(TALK, GES01="ja").condition
    assert part == ExplainedPart("‘Gesprek’ is ‘Ja’", Worth.TRUE, ("‘Gesprek’ is ‘Ja’",))


@pytest.mark.parametrize(
    ("condition", "values", "sentence"),
    [
        (TALK, {"GES01": "ja"}, "Deze pagina komt, want ‘Gesprek’ is ‘Ja’."),
        (TALK, {"GES01": "nee"}, "Deze pagina komt niet, want ‘Gesprek’ is ‘Nee’."),
        ({"not": TALK}, {"GES01": "nee"}, "Deze pagina komt, want ‘Gesprek’ is ‘Nee’."),
        ({"all": [TALK, LONG]}, {"GES01": "ja", "WEK01": 9}, "Deze pagina komt, want ‘Gesprek’ is ‘Ja’ en ‘Weken’ is 9."),
        ({"all": [TALK, LONG]}, {"GES01": "ja", "WEK01": 3}, "Deze pagina komt niet, want ‘Weken’ is 3."),
        ({"any": [TALK, LONG]}, {"GES01": "nee", "WEK01": 9}, "Deze pagina komt, want ‘Weken’ is 9."),
        ({"all": [TALK, {"not": {"any": [HELP, LONG]}}]}, {"GES01": "ja", "HUL01": ("huis", "vervoer"), "WEK01": 9},
         "Deze pagina komt niet, want ‘Weken’ is 9."),
        (HELP, {"HUL01": ("huis", "vervoer")}, "Deze pagina komt niet, want ‘Hulp’ is ‘Huishouden’ en ‘Vervoer’."),
        ({"calc": "lang"}, {"WEK01": 9}, "Deze pagina komt, want ‘Weken’ is 9."),
        ({"gt": [{"calc": "samen"}, 5]}, {"WEK01": 1, "WEK02": 2}, "Deze pagina komt niet, want ‘Weken’ is 1 en ‘Uren’ is 2."),
        ({"eq": [{"sample": "brief"}, {"code": "ja"}]}, {}, "Deze pagina komt niet, want ‘brief’ uit de steekproef is ‘Nee’."),
        ({"gt": [{"response": "started_on"}, {"date": "2027-01-01"}]}, {},
         "Deze pagina komt, want de dag waarop het invullen begon is 1 maart 2027."),
        ({"eq": [{"response": "language"}, {"code": "nl"}]}, {}, "Deze pagina komt niet, want de taal is ‘Turks’."),
        ({"answered": {"answer": "GES01"}}, {}, "Deze pagina komt niet, want ‘Gesprek’ heeft geen antwoord."),
        ({"reason_is": [{"answer": "GES01"}, "dont_know"]}, {"GES01": Missing.DONT_KNOW},
         "Deze pagina komt, want ‘Gesprek’ is ‘Weet ik niet’."),
        (True, {}, "Deze pagina komt, want altijd."),
    ],
)  # fmt: skip  # one reason a line
def test_the_reason_is_what_decided(condition: object, values: dict[str, object], sentence: str) -> None:
    assert explained(condition, **values).sentence == sentence


@pytest.mark.parametrize(("when_unknown", "shown", "rule"), [("show", True, "wel"), ("hide", False, "niet")])
def test_of_the_unknown_the_rule_is_told(when_unknown: str, shown: bool, rule: str) -> None:  # noqa: FBT001  # both cases
    explanation = explained({"all": [TALK, LONG]}, when_unknown, GES01="ja", WEK01=None)
    verdict = "Deze pagina komt" if shown else "Deze pagina komt niet"
    assert explanation.shown is shown
    assert (
        explanation.sentence
        == f"{verdict}, want ‘Weken’ is ‘Overgeslagen’; als dat onbekend is, komt de pagina {rule}."
    )


def test_what_the_sample_does_not_say_is_told() -> None:
    explanation = explained({"gt": [{"sample": "leeftijd"}, 65]})
    assert explanation.sentence.startswith("Deze pagina komt, want ‘leeftijd’ uit de steekproef is onbekend;")


def test_a_story_is_never_repeated() -> None:
    explanation = explained({"answered": {"answer": "VER01"}}, VER01="Mijn buurman heet Piet.")
    assert explanation.sentence == "Deze pagina komt, want ‘Verhaal’ is ingevuld."


def test_each_part_has_a_line() -> None:
    explanation = explained({"all": [{"not": TALK}, {"any": [LONG, HELP]}]}, GES01="nee", WEK01=9)
    assert explanation.lines == (
        "Deze pagina komt, want ‘Gesprek’ is ‘Nee’ en ‘Weken’ is 9.",
        "  waar: (niet (‘Gesprek’ is ‘Ja’) en (‘Weken’ is hoger dan 6 of bij ‘Hulp’ is ‘Geen hulp’ gekozen))",
        "    waar: niet (‘Gesprek’ is ‘Ja’)",
        "      niet waar: ‘Gesprek’ is ‘Ja’ (‘Gesprek’ is ‘Nee’)",
        "    waar: (‘Weken’ is hoger dan 6 of bij ‘Hulp’ is ‘Geen hulp’ gekozen)",
        "      waar: ‘Weken’ is hoger dan 6 (‘Weken’ is 9)",
        "      onbekend: bij ‘Hulp’ is ‘Geen hulp’ gekozen (‘Hulp’ heeft geen antwoord)",
    )


def test_every_page_of_a_walk_is_explained_as_it_was_routed(worked: Questionnaire) -> None:
    path = route(worked, answers(GES01="ja", TOE01="eens", TOE02=3, PRO01=None))
    told = {page.id: explain(worked, page, Facts(path.environment)) for page in worked.pages}
    assert {name: one.shown for name, one in told.items()} == {page.id: path.shows(page.id) for page in worked.pages}
    assert told["wachten"].sentence == "Deze pagina komt, want ‘Gesprek’ is ‘Ja’."
    assert told["contact"].sentence == (
        "Deze pagina komt, want ‘Hulp’ is ‘Overgeslagen’; als dat onbekend is, komt de pagina wel."
    )


@given(
    truths(ITEMS, {name: one.type for name, one in rich_declared().calculations.items()}),
    random_answers(ITEMS),
    CIRCUMSTANCES,
)
def test_an_explanation_always_agrees_with_the_route(
    condition: object, given_answers: dict[str, Answer], circumstances: Circumstances
) -> None:
    questionnaire = resolved(rich(condition))
    facts = Facts(given_answers, circumstances)
    reason = reason_to_show(questionnaire.routes.pages[-1], facts)
    explanation = explain(questionnaire, questionnaire.pages[-1], Facts(given_answers, circumstances))
    assert explanation.condition is not None
    assert explanation.shown is (reason is not None)
    assert (explanation.condition.worth is Worth.TRUE) is (reason is Reason.CONDITION)
