from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from questionnaires.answers import Answer, Missing
from questionnaires.condition_tree import items_read, walk
from questionnaires.conditions import AnswerOf, Expression, Facts, evaluate

EXPRESSION: TypeAdapter[Expression] = TypeAdapter(Expression)


def written(condition: object) -> Expression:
    return EXPRESSION.validate_json(json.dumps(condition))


def answers(**values: object) -> Mapping[str, Answer]:
    return {
        item: Answer(item, 1, missing=value) if isinstance(value, Missing) else Answer(item, 1, value=value)  # type: ignore[arg-type]  # values of tests
        for item, value in values.items()
    }


def holds(condition: object, **values: object) -> bool | None:
    return evaluate(written(condition), Facts(answers(**values), {"H": frozenset({"geen"})}))


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
    assert holds({"all": [left, right]}, **KNOWN) is both
    assert holds({"any": [left, right]}, **KNOWN) is either


@pytest.mark.parametrize(("part", "opposite"), [(TRUE, False), (FALSE, True), (UNKNOWN, None)])
def test_not_turns_true_and_false_and_leaves_unknown(part: object, opposite: bool | None) -> None:  # noqa: FBT001  # a table of truth
    assert holds({"not": part}, **KNOWN) is opposite


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
def test_numbers_are_compared(operator: str, below: bool, same: bool, above: bool) -> None:  # noqa: FBT001  # a table of truth
    condition = {operator: [{"answer": "W"}, 6]}
    assert [holds(condition, W=weeks) for weeks in (5, 6, 7)] == [below, same, above]


@pytest.mark.parametrize("reason", list(Missing))
@pytest.mark.parametrize(
    "condition",
    [
        {"eq": [{"answer": "A"}, {"code": "ja"}]},
        {"ne": [{"answer": "A"}, {"code": "ja"}]},
        {"ge": [{"answer": "A"}, 1]},
        {"lt": [1, {"answer": "A"}]},
        {"in": [{"answer": "A"}, [{"code": "ja"}]]},
        {"includes": [{"answer": "A"}, {"code": "ja"}]},
        {"ge": [{"count_selected": {"answer": "A"}}, 1]},
    ],
)
def test_an_answer_without_value_is_unknown_to_every_comparison(condition: object, reason: Missing) -> None:
    assert holds(condition, A=reason) is None
    assert holds(condition) is None


def test_in_looks_for_one_code_in_a_list() -> None:
    condition = {"in": [{"answer": "A"}, [{"code": "x"}, {"code": "y"}]]}
    assert [holds(condition, A=code) for code in ("x", "y", "z")] == [True, True, False]


def test_includes_looks_in_a_multiple_choice() -> None:
    condition = {"includes": [{"answer": "H"}, {"code": "a"}]}
    assert [holds(condition, H=codes) for codes in (("a",), ("a", "b"), ("b",))] == [True, True, False]


def test_exclusive_codes_are_not_counted_as_selected() -> None:
    condition = {"ge": [{"count_selected": {"answer": "H"}}, 1]}
    assert [holds(condition, H=codes) for codes in (("geen",), ("a",), ("a", "b"))] == [False, True, True]


def test_answered_is_never_unknown() -> None:
    condition = {"answered": {"answer": "A"}}
    assert [holds(condition, A="ja"), holds(condition, A=Missing.SKIPPED), holds(condition)] == [True, False, False]


def test_reason_is_tells_reasons_apart() -> None:
    condition = {"reason_is": [{"answer": "A"}, "dont_know"]}
    assert [holds(condition, A=reason) for reason in (Missing.DONT_KNOW, Missing.SKIPPED, "ja")] == [True, False, False]


def test_an_item_off_the_path_was_not_asked() -> None:
    condition = {"reason_is": [{"answer": "A"}, "not_asked"]}
    assert [holds(condition), holds(condition, A="ja"), holds(condition, A=Missing.SKIPPED)] == [True, False, False]


@pytest.mark.parametrize("condition", [{"answered": {"answer": "A"}}, {"reason_is": [{"answer": "A"}, "skipped"]}])
def test_nothing_is_known_of_an_item_that_waits_for_its_answer(condition: object) -> None:
    assert evaluate(written(condition), Facts({}, pending=frozenset({"A"}))) is None


@pytest.mark.parametrize("literal", [True, False])
def test_true_and_false_are_themselves(literal: bool) -> None:  # noqa: FBT001  # a table of truth
    assert holds(literal) is literal


@pytest.mark.parametrize(
    "condition",
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
        "ja",
        [],
        None,
    ],
)
def test_anything_else_is_no_condition(condition: object) -> None:
    with pytest.raises(ValidationError):
        written(condition)


NESTED = {
    "all": [
        {"not": {"in": [{"answer": "A"}, [{"code": "x"}, {"code": "y"}]]}},
        {"any": [{"ge": [{"count_selected": {"answer": "B"}}, 2]}, True]},
    ]
}


def test_a_condition_is_written_back_as_it_was_read() -> None:
    assert EXPRESSION.dump_python(written(NESTED), mode="json") == NESTED


def test_walking_visits_every_node_with_its_place_and_depth() -> None:
    visited = [(".".join(map(str, place)), depth) for place, depth, _ in walk(written(NESTED))]
    assert visited == [
        ("", 1),
        ("all.0", 2),
        ("all.0.not", 3),
        ("all.0.not.in.0", 4),
        ("all.0.not.in.1.0", 4),
        ("all.0.not.in.1.1", 4),
        ("all.1", 2),
        ("all.1.any.0", 3),
        ("all.1.any.0.ge.0", 4),
        ("all.1.any.0.ge.0.count_selected", 5),
        ("all.1.any.0.ge.1", 4),
        ("all.1.any.1", 3),
    ]


def test_the_items_that_a_condition_reads_are_known() -> None:
    assert items_read(written(NESTED)) == {"A", "B"}
    assert items_read(AnswerOf(item="C")) == {"C"}


def conditions() -> st.SearchStrategy[object]:
    leaves = st.sampled_from(
        [TRUE, FALSE, UNKNOWN, True, False, {"answered": {"answer": "U"}}, {"reason_is": [{"answer": "U"}, "skipped"]}]
    )
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=3).map(lambda some: {"all": some}),
            st.lists(parts, min_size=1, max_size=3).map(lambda some: {"any": some}),
            parts.map(lambda part: {"not": part}),
        ),
        max_leaves=8,
    )


@given(st.lists(conditions(), min_size=1, max_size=3))
def test_not_all_is_any_not(parts: list[object]) -> None:
    negations = [{"not": part} for part in parts]
    assert holds({"not": {"all": parts}}, **KNOWN) is holds({"any": negations}, **KNOWN)


@given(conditions())
def test_learning_an_unknown_answer_never_turns_a_decided_condition(condition: object) -> None:
    """True for conditions without presence tests, which look at the very fact that an answer is missing."""
    text = json.dumps(condition)
    if "answered" not in text and "reason_is" not in text:
        before = holds(condition, **KNOWN)
        after = {holds(condition, **{**KNOWN, "U": learned}) for learned in ("ja", "nee")}
        assert before is None or after == {before}
