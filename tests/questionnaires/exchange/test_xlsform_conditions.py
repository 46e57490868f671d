from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from questionnaires.exchange.xlsform.conditions import NotSayable, read_condition
from questionnaires.exchange.xlsform.trees import Asked, Joined, Leaf, Not, Tree, fits, join, write_condition
from questionnaires.expressions.nodes import Expression

ASKED: Mapping[str, Asked] = {
    "hulp": Asked("XLA01", "one", {"ja": "ja", "1": "c1"}),
    "soorten": Asked("XLA02", "many", {"huis": "huis", "geld": "geld"}),
    "weken": Asked("XLA03", "integer", {}),
    "dag": Asked("XLA04", "date", {}),
    "naam": Asked("XLA05", "text", {}),
}


def said(text: str) -> Any:
    tree = read_condition(text, ASKED)
    assert not isinstance(tree, NotSayable), tree.why
    return write_condition(tree)


IS_JA = {"eq": [{"answer": "XLA01"}, {"code": "ja"}]}


@pytest.mark.parametrize(
    ("text", "written", "when_unknown"),
    [
        ("${hulp} = 'ja'", IS_JA, "hide"),
        ('"ja" = ${hulp}', IS_JA, "hide"),
        ("selected(${hulp}, 'ja')", IS_JA, "hide"),
        ("(${hulp} = 1)", {"eq": [{"answer": "XLA01"}, {"code": "c1"}]}, "hide"),
        ("${hulp} != 'ja'", {"ne": [{"answer": "XLA01"}, {"code": "ja"}]}, "show"),
        ("not(${hulp} = 'ja')", {"not": IS_JA}, "show"),
        ("selected(${soorten}, 'huis')", {"includes": [{"answer": "XLA02"}, {"code": "huis"}]}, "hide"),
        ("count-selected(${soorten}) >= 2", {"ge": [{"count_selected": {"answer": "XLA02"}}, 2]}, "hide"),
        ("count-selected(${soorten}) < 2", {"lt": [{"count_selected": {"answer": "XLA02"}}, 2]}, "show"),
        ("${weken} > 6", {"gt": [{"answer": "XLA03"}, 6]}, "hide"),
        ("-2.5 < ${weken}", {"gt": [{"answer": "XLA03"}, -2.5]}, "hide"),
        ("${weken} = '6'", {"eq": [{"answer": "XLA03"}, 6]}, "hide"),
        ("${dag} <= date('2027-01-31')", {"le": [{"answer": "XLA04"}, {"date": "2027-01-31"}]}, "hide"),
        ("${naam} != ''", {"answered": {"answer": "XLA05"}}, "hide"),
        ("${hulp} = ''", {"not": {"answered": {"answer": "XLA01"}}}, "hide"),
        ("string-length(${naam}) > 0", {"answered": {"answer": "XLA05"}}, "hide"),
        ("string-length(${naam}) = 0", {"not": {"answered": {"answer": "XLA05"}}}, "hide"),
        ("${hulp}='ja' and ${weken}>6", {"all": [IS_JA, {"gt": [{"answer": "XLA03"}, 6]}]}, "hide"),
        ("${hulp}='ja' or(${weken}>6)", {"any": [IS_JA, {"gt": [{"answer": "XLA03"}, 6]}]}, "hide"),
    ],
)
def test_a_condition_says_the_same(text: str, written: Any, when_unknown: str) -> None:
    assert said(text) == (written, when_unknown)


def test_what_skipping_makes_true_is_said_where_the_rest_goes_the_other_way() -> None:
    written, when_unknown = said("${hulp} != 'ja' and ${weken} > 6")
    skipped = {"not": {"answered": {"answer": "XLA01"}}}
    differs = {"ne": [{"answer": "XLA01"}, {"code": "ja"}]}
    assert written == {"all": [{"any": [skipped, differs]}, {"gt": [{"answer": "XLA03"}, 6]}]}
    assert when_unknown == "hide"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("${later} = 'x'", "De vraag later komt later, staat op een plek die niet is overgenomen, of bestaat niet."),
        ("${hulp} = 'misschien'", "Het antwoord misschien staat niet in de lijst."),
        ("${hulp} > 'ja'", "Deze vergelijking past niet bij het soort vraag."),
        ("${soorten} = 'huis'", "Deze vergelijking past niet bij het soort vraag."),
        ("selected(${naam}, 'x')", "Deze vergelijking past niet bij het soort vraag."),
        ("${dag} > '2027-01-31'", "Deze vergelijking past niet bij het soort vraag."),
        ("${weken} > 'veel'", "Hier hoort een getal."),
        ("${weken} = ${weken}", "Alleen een vraag en een vaste waarde zijn hier te vergelijken."),
        ("1 = 1", "Alleen een vraag en een vaste waarde zijn hier te vergelijken."),
        ("string-length(${naam}) > 5", "De lengte van een tekst is hier niet te vergelijken."),
        ("${dag} > today()", "De functie today() bestaat hier niet."),
        ("regex(${naam}, 'a')", "De functie regex() bestaat hier niet."),
        ("${dag} > date(today())", "De functie today() bestaat hier niet."),
        ("${dag} > date('morgen')", "Bij date() hoort een dag, zoals '2027-01-31'."),
        ("selected('x', 'y')", "Bij selected() hoort een vraag."),
        ("selected(${hulp})", "Hier ontbreekt ,."),
        ("count-selected(${soorten}, 2) > 1", "Hier ontbreekt )."),
        ("${weken} + 1 > 6", "Hier ontbreekt een vergelijking."),
        ("${weken} > 1 + 6", "Dit deel is hier niet te lezen: +."),
        ("${weken} > 1234567890", "Dit deel is hier niet te lezen: 1."),
        (". > 5", "Dit deel is hier niet te lezen: .."),
        ("${hulp}", "Hier ontbreekt een vergelijking."),
        ("${hulp} =", "De voorwaarde is niet af."),
        ("(${hulp} = 'ja'", "Hier ontbreekt )."),
        ("not(" * 30, "Er staan te veel haakjes in elkaar."),
        ("${hulp} = 'ja' and " * 200, "De voorwaarde is te lang."),
    ],
)
def test_what_cannot_be_said_has_a_reason(text: str, why: str) -> None:
    assert read_condition(text, ASKED) == NotSayable(why)


def test_a_condition_that_is_too_large_does_not_fit() -> None:
    assert fits(IS_JA)
    assert not fits({"any": [IS_JA] * 30})
    assert not fits({"not": {"not": {"not": {"not": {"not": IS_JA}}}}})


def test_conditions_of_groups_come_together_in_one() -> None:
    one, two = Leaf(True, "XLA01", None), Leaf(False, "XLA02", None)
    assert join([]) is None
    assert join([one]) == one
    assert join([Joined("all", (one, two)), one]) == Joined("all", (one, two, one))


# Questions that are answered with a number or skipped: what XPath makes of a condition, and what we make of it.
LEAVES = st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["=", "!=", "<", ">="]), st.integers(0, 2)).map(
    lambda one: f"${{{one[0]}}} {one[1]} {one[2]}"
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        parts.map(lambda part: f"not({part})"),
        st.tuples(parts, parts).map(lambda sides: f"({sides[0]} and {sides[1]})"),
        st.tuples(parts, parts).map(lambda sides: f"({sides[0]} or {sides[1]})"),
    ),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(dict.fromkeys("abc", st.none() | st.integers(0, 2)))
NUMBERS = {name: Asked(f"XLA0{number}", "integer", {}) for number, name in enumerate("abc")}


@given(CONDITIONS, ANSWERS)
def test_who_skips_a_question_gets_the_same_questions(text: str, answers: dict[str, int | None]) -> None:
    tree = read_condition(text, NUMBERS)
    assert not isinstance(tree, NotSayable)
    written, when_unknown = write_condition(tree)
    by_item = {NUMBERS[name].item: answer for name, answer in answers.items()}
    worth = ours(written, by_item)
    assert (when_unknown == "show" if worth is None else worth) == xpath(tree, by_item)


def xpath(tree: Tree, answers: Mapping[str, int | None]) -> bool:
    """XPath: a comparison with nothing is false, and unequal to everything."""
    if isinstance(tree, Not):
        return not xpath(tree.part, answers)
    if isinstance(tree, Joined):
        parts = [xpath(part, answers) for part in tree.parts]
        return all(parts) if tree.key == "all" else any(parts)
    worth = ours(tree.written, answers)
    return bool(tree.empty) if worth is None else worth


def ours(written: Any, answers: Mapping[str, int | None]) -> bool | None:
    """Three-valued logic, written out for these few nodes: the evaluator needs a whole questionnaire."""
    ((key, inside),) = written.items()
    if key == "not":
        part = ours(inside, answers)
        return None if part is None else not part
    if key in {"all", "any"}:
        parts = [ours(part, answers) for part in inside]
        if (key == "any") in parts:
            return key == "any"
        return None if None in parts else key == "all"
    if key == "answered":
        return answers[inside["answer"]] is not None
    answer, number = answers[inside[0]["answer"]], inside[1]
    if answer is None:
        return None
    return {"eq": answer == number, "ne": answer != number, "lt": answer < number, "ge": answer >= number}[key]


@given(CONDITIONS)
def test_every_condition_has_the_form_of_ours(text: str) -> None:
    tree = read_condition(text, NUMBERS)
    assert not isinstance(tree, NotSayable)
    adapter: TypeAdapter[Any] = TypeAdapter(Expression)
    adapter.validate_python(write_condition(tree)[0], strict=False)
