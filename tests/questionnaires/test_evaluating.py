from __future__ import annotations

import json
from datetime import date

import pytest
from expressing import answers, written
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from random_expressions import CIRCUMSTANCES, ITEMS, random_answers, truths

from questionnaires.answers import Answer, Missing
from questionnaires.expressions.evaluating import evaluate
from questionnaires.expressions.facts import Circumstances, Facts, Known, Scope

SCOPE = Scope(
    exclusive={"H": frozenset({"geen"})},
    scores={"K": {"eens": 100.0, "oneens": 0.0}, "L": {"eens": 100.0, "oneens": 0.0}, "C": {1: 0.0, 10: 100.0}},
    calculations={"lang": written({"gt": [{"answer": "W"}, 6]}), "niet_lang": written({"not": {"calc": "lang"}})},
)
AROUND = Circumstances("tr", "paper", "easy", date(2027, 3, 1), {"wet": "wmo", "leeftijd": 70})


def worth(expression: object, **values: object) -> Known | None:
    return evaluate(written(expression), Facts(answers(**values), AROUND), SCOPE)


# An answer that is skipped is unknown; `Y` is yes, `N` is no.
TRUE, FALSE, UNKNOWN = ({"eq": [{"answer": item}, {"code": "ja"}]} for item in ("Y", "N", "U"))
KNOWN = {"Y": "ja", "N": "nee", "U": Missing.SKIPPED}


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (TRUE, TRUE, True, True),
        (TRUE, FALSE, False, True),
        (TRUE, UNKNOWN, None, True),
        (FALSE, TRUE, False, True),
        (FALSE, FALSE, False, False),
        (FALSE, UNKNOWN, False, None),
        (UNKNOWN, TRUE, None, True),
        (UNKNOWN, FALSE, False, None),
        (UNKNOWN, UNKNOWN, None, None),
    ],
)
def test_all_and_any_follow_the_three_valued_tables(
    left: object,
    right: object,
    both: bool | None,  # noqa: FBT001  # a table of truth
    either: bool | None,  # noqa: FBT001  # a table of truth
) -> None:
    assert worth({"all": [left, right]}, **KNOWN) is both
    assert worth({"any": [left, right]}, **KNOWN) is either


@pytest.mark.parametrize(("part", "opposite"), [(TRUE, False), (FALSE, True), (UNKNOWN, None)])
def test_not_turns_true_and_false_and_leaves_unknown(part: object, opposite: bool | None) -> None:  # noqa: FBT001  # a table of truth
    assert worth({"not": part}, **KNOWN) is opposite


@pytest.mark.parametrize(
    ("operator", "below", "same", "above"),
    [
        ("eq", False, True, False),
        ("ne", True, False, True),
        ("lt", True, False, False),
        ("le", True, True, False),
        ("gt", False, False, True),
        ("ge", False, True, True),
    ],
)
def test_numbers_and_days_are_compared(operator: str, below: bool, same: bool, above: bool) -> None:  # noqa: FBT001  # a table of truth
    numbers = {operator: [{"answer": "W"}, 6]}
    assert [worth(numbers, W=weeks) for weeks in (5, 6, 7)] == [below, same, above]
    days = {operator: [{"answer": "D"}, {"date": "2027-02-28"}]}
    around = (date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1))
    assert [worth(days, D=day) for day in around] == [below, same, above]


@pytest.mark.parametrize("reason", list(Missing))
@pytest.mark.parametrize(
    "expression",
    [
        {"answer": "A"},
        {"eq": [{"answer": "A"}, {"code": "ja"}]},
        {"ne": [{"answer": "A"}, {"code": "ja"}]},
        {"ge": [{"answer": "A"}, 1]},
        {"lt": [1, {"answer": "A"}]},
        {"in": [{"answer": "A"}, [{"code": "ja"}]]},
        {"includes": [{"answer": "A"}, {"code": "ja"}]},
        {"ge": [{"count_selected": {"answer": "A"}}, 1]},
        {"add": [1, {"answer": "A"}]},
        {"sub": [{"answer": "A"}, 1]},
        {"mul": [0, {"answer": "A"}]},
        {"min": [1, {"answer": "A"}]},
        {"max": [{"answer": "A"}, 1]},
        {"sum": {"of": ["A", "B"], "as": "value", "min_valid": 1}},
        {"mean": {"of": ["A"], "as": "score", "min_valid": 1}},
        {"months_between": [{"answer": "A"}, {"date": "2027-01-01"}]},
        {"years_between": [{"date": "2027-01-01"}, {"answer": "A"}]},
        {"if": [{"eq": [{"answer": "A"}, 1]}, 2, 2]},
        {"first_known": [{"answer": "A"}, {"answer": "B"}]},
    ],
)
def test_an_answer_without_value_is_unknown_to_everything_but_presence(expression: object, reason: Missing) -> None:
    assert worth(expression, A=reason) is None
    assert worth(expression) is None


def test_in_looks_for_one_code_in_a_list() -> None:
    condition = {"in": [{"answer": "A"}, [{"code": "x"}, {"code": "y"}]]}
    assert [worth(condition, A=code) for code in ("x", "y", "z")] == [True, True, False]


def test_in_takes_every_expression_that_is_a_code() -> None:
    condition = {"in": [{"first_known": [{"answer": "A"}, {"response": "mode"}]}, [{"code": "paper"}]]}
    assert [worth(condition, A=code) for code in ("paper", "web", None)] == [True, False, True]


def test_includes_looks_in_a_multiple_choice() -> None:
    condition = {"includes": [{"answer": "H"}, {"code": "a"}]}
    assert [worth(condition, H=codes) for codes in (("a",), ("a", "b"), ("b",))] == [True, True, False]


def test_exclusive_codes_are_not_counted_as_selected() -> None:
    assert [worth({"count_selected": {"answer": "H"}}, H=codes) for codes in (("geen",), ("a",), ("a", "b"))] == [
        0,
        1,
        2,
    ]


def test_answered_is_never_unknown() -> None:
    condition = {"answered": {"answer": "A"}}
    assert [worth(condition, A="ja"), worth(condition, A=Missing.SKIPPED), worth(condition)] == [True, False, False]


def test_reason_is_tells_reasons_apart() -> None:
    condition = {"reason_is": [{"answer": "A"}, "dont_know"]}
    assert [worth(condition, A=found) for found in (Missing.DONT_KNOW, Missing.SKIPPED, "ja")] == [True, False, False]


def test_an_item_off_the_path_was_not_asked() -> None:
    condition = {"reason_is": [{"answer": "A"}, "not_asked"]}
    assert [worth(condition), worth(condition, A="ja"), worth(condition, A=Missing.SKIPPED)] == [True, False, False]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ({"add": [{"answer": "W"}, {"answer": "V"}, 1]}, 12),
        ({"sub": [{"answer": "W"}, {"answer": "V"}]}, 5),
        ({"mul": [{"answer": "W"}, 2, 0.5]}, 8),
        ({"min": [{"answer": "W"}, {"answer": "V"}]}, 3),
        ({"max": [{"answer": "W"}, {"answer": "V"}]}, 8),
        ({"max": [{"date": "2026-12-31"}, {"response": "started_on"}]}, date(2027, 3, 1)),
        (2.5, 2.5),
        (True, True),
        (False, False),
        ({"code": "x"}, "x"),
        ({"date": "2028-02-29"}, date(2028, 2, 29)),
    ],
)
def test_numbers_and_days_are_worked_out(expression: object, found: Known) -> None:
    assert worth(expression, W=8, V=3) == found


@pytest.mark.parametrize(
    ("take", "min_valid", "total", "mean"), [("value", 2, 9, 4.5), ("value", 3, None, None), ("score", 1, 100, 50)]
)
def test_sum_and_mean_take_what_is_known_when_enough_is(
    take: str, min_valid: int, total: float | None, mean: float | None
) -> None:
    of = ["W", "V", "X"] if take == "value" else ["K", "L", "M"]
    known = {"W": 8, "V": 1, "X": None, "K": "eens", "L": "oneens", "M": "eens"}
    gathered = {"of": of, "as": take, "min_valid": min_valid}
    assert worth({"sum": gathered}, **known) == total
    assert worth({"mean": gathered}, **known) == mean


def test_the_score_of_a_grade_is_that_of_its_number() -> None:
    assert worth({"mean": {"of": ["C", "K"], "as": "score", "min_valid": 2}}, C=10, K="oneens") == 50


@pytest.mark.parametrize(
    ("first", "second", "months", "years"),
    [
        ("2026-01-15", "2026-01-15", 0, 0),
        ("2026-01-15", "2026-02-14", 0, 0),
        ("2026-01-15", "2026-02-15", 1, 0),
        ("2026-01-31", "2026-02-28", 0, 0),
        ("2026-01-31", "2026-03-01", 1, 0),
        ("2024-02-29", "2025-02-28", 11, 0),
        ("2024-02-29", "2025-03-01", 12, 1),
        ("1990-06-01", "2027-05-31", 443, 36),
        ("2026-02-15", "2026-01-15", -1, 0),
        ("2027-01-01", "2025-06-30", -18, -1),
    ],
)
def test_only_whole_months_and_years_count(first: str, second: str, months: int, years: int) -> None:
    sides = [{"date": first}, {"date": second}]
    assert (worth({"months_between": sides}), worth({"years_between": sides})) == (months, years)


def test_if_looks_at_the_branch_that_is_chosen_only() -> None:
    choose = {"if": [TRUE, {"answer": "A"}, {"answer": "B"}]}
    assert [worth(choose, A=1, **{**KNOWN, "Y": code}) for code in ("ja", "nee", None)] == [1, None, None]


def test_first_known_is_the_first_that_is_known() -> None:
    first = {"first_known": [{"answer": "A"}, {"answer": "B"}, 0]}
    assert [worth(first, A=2, B=1), worth(first, A=None, B=1), worth(first)] == [2, 1, 0]


def test_the_circumstances_of_the_response_are_read() -> None:
    read = [worth({"response": what}) for what in ("language", "mode", "register", "started_on")]
    assert read == ["tr", "paper", "easy", date(2027, 3, 1)]


def test_what_the_sample_does_not_say_is_unknown() -> None:
    assert [worth({"sample": name}) for name in ("wet", "leeftijd", "wijk")] == ["wmo", 70, None]


def test_a_calculation_is_worked_out_also_by_way_of_another() -> None:
    assert [worth({"calc": "niet_lang"}, W=weeks) for weeks in (6, 7, None)] == [True, False, None]


def test_a_calculation_is_worked_out_once_for_the_same_facts() -> None:
    facts = Facts(answers(W=7), AROUND)
    assert evaluate(written({"calc": "lang"}), facts, SCOPE) is True
    assert facts.calculated == {"lang": True}
    facts.calculated["lang"] = False
    assert evaluate(written({"calc": "niet_lang"}), facts, SCOPE) is True


@pytest.mark.parametrize(
    "expression",
    [
        {"answered": {"answer": "A"}},
        {"reason_is": [{"answer": "A"}, "skipped"]},
        {"first_known": [{"answer": "A"}, 0]},
        {"first_known": [{"calc": "lees"}, {"answer": "B"}]},
        {"sum": {"of": ["A", "B"], "as": "value", "min_valid": 1}},
    ],
)
def test_nothing_is_known_of_an_item_that_waits_for_its_answer(expression: object) -> None:
    scope = Scope(calculations={"lees": written({"answer": "A"})})
    waiting = Facts(answers(B=1), pending=frozenset({"A"}))
    assert evaluate(written(expression), waiting, scope) is None
    assert evaluate(written(expression), Facts(answers(B=1)), scope) is not None


@pytest.mark.parametrize(
    "expression",
    [
        {"answer": "A", "code": "x"},
        {},
        {"regex": "a"},
        {"all": []},
        {"eq": [1]},
        {"eq": [1, 2, 3]},
        {"in": [{"answer": "A"}, []]},
        {"includes": [{"code": "x"}, {"answer": "A"}]},
        {"reason_is": [{"answer": "A"}, "moe"]},
        {"answered": "A"},
        {"not": "A"},
        {"response": "weather"},
        {"date": "1 mei"},
        {"sub": [1]},
        {"sum": {"of": [], "as": "value", "min_valid": 1}},
        {"sum": {"of": ["A"], "as": "value", "min_valid": 0}},
        {"mean": {"of": ["A"], "as": "text", "min_valid": 1}},
        {"mean": ["A"]},
        {"if": [True, 1]},
        {"first_known": []},
        "ja",
        [],
        None,
    ],
)
def test_anything_else_is_no_expression(expression: object) -> None:
    with pytest.raises(ValidationError):
        written(expression)


TRUTHS = truths(ITEMS, {})
SOME_FACTS = st.builds(Facts, random_answers(ITEMS), CIRCUMSTANCES)
SCORES = {"KWA01": {"eens": 100.0}, "KWA02": {"eens": 0.0}, "CIJ01": {3: 50.0}}


def found(expression: object, facts: Facts) -> Known | None:
    scope = Scope(exclusive={"HUL01": frozenset({"geen"})}, scores=SCORES)
    return evaluate(written(expression), facts, scope)


@given(st.lists(TRUTHS, min_size=1, max_size=3), SOME_FACTS)
def test_not_all_is_any_not(parts: list[object], facts: Facts) -> None:
    negations = [{"not": part} for part in parts]
    assert found({"not": {"all": parts}}, facts) is found({"any": negations}, facts)
    assert found({"not": {"any": parts}}, facts) is found({"all": negations}, facts)


@given(TRUTHS, SOME_FACTS)
def test_not_not_is_the_same(part: object, facts: Facts) -> None:
    assert found({"not": {"not": part}}, facts) is found(part, facts)


@given(TRUTHS, TRUTHS, SOME_FACTS)
def test_the_order_of_parts_does_not_matter(one: object, other: object, facts: Facts) -> None:
    for logic in ("all", "any"):
        assert found({logic: [one, other]}, facts) is found({logic: [other, one]}, facts)


@given(TRUTHS, SOME_FACTS)
def test_the_same_facts_always_give_the_same(condition: object, facts: Facts) -> None:
    assert found(condition, facts) is found(condition, facts)


@given(TRUTHS, random_answers(ITEMS), random_answers(ITEMS), CIRCUMSTANCES)
def test_what_is_decided_while_answers_are_open_stays_when_they_come(
    condition: object, given_answers: dict[str, Answer], later: dict[str, Answer], circumstances: Circumstances
) -> None:
    pending = frozenset(item for item in ITEMS if item not in given_answers)
    decided = found(condition, Facts(given_answers, circumstances, pending))
    if decided is not None:
        assert found(condition, Facts({**later, **given_answers}, circumstances)) is decided


@given(TRUTHS)
def test_an_expression_is_written_back_as_it_was_read(condition: object) -> None:
    from expressing import EXPRESSION

    assert EXPRESSION.dump_python(written(condition), mode="json") == json.loads(json.dumps(condition))
