"""R expressions on a table: what is unknown stays unknown, and what has levels keeps them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_language import Name, read_r
from r_values import evaluate, holds, is_number, levels_of, shown, with_gradient

TABLE = pd.DataFrame(
    {
        "age": [20.0, np.nan, 60.0, 40.0],
        "kind": ["a", "b", np.nan, "c"],
        "code": np.array([10, 9, 9, 10], dtype=object),
        "yes": [True, False, True, True],
    }
)


def chosen(condition: str) -> list[int]:
    return np.flatnonzero(holds(read_r(condition), TABLE)).tolist()


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("age > 30", [2, 3]),
        ("!(age > 30)", [0]),
        ("age > 30 | kind == 'b'", [1, 2, 3]),
        ("age > 30 & kind != 'a'", [3]),
        ("!(age > 30 & kind == 'a')", [0, 1, 3]),
        ("is.na(age)", [1]),
        ("!is.na(kind)", [0, 1, 3]),
        ("kind %in% c('a', 'c')", [0, 3]),
        ("!(kind %in% c('a', 'c'))", [1, 2]),
        ("(age/20) %in% 1:2", [0, 3]),
        ("code == 9", [1, 2]),
        ("code == '9'", [1, 2]),
        ("yes & age < 50", [0, 3]),
        ("TRUE", [0, 1, 2, 3]),
    ],
)
def test_a_condition_chooses_the_rows_for_which_it_is_known_to_hold(condition: str, rows: list[int]) -> None:
    assert chosen(condition) == rows


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        *((it, True) for it in ("age", "age + 1", "as.numeric(yes)", "ifelse(yes, 1, 0)")),
        *((it, False) for it in ("kind", "age > 30", "yes", "code", "factor(age)")),
    ],
)
def test_what_is_no_number_has_levels(expression: str, number: bool) -> None:  # noqa: FBT001 - as expected
    assert is_number(pd.Series(evaluate(read_r(expression), TABLE))) is number


def test_the_choice_of_an_unknown_condition_is_unknown() -> None:
    words = evaluate(read_r("ifelse(age > 30, 'old', 'young')"), TABLE)
    assert pd.Series(words).fillna("?").tolist() == ["young", "?", "old", "old"]
    numbers = evaluate(read_r("ifelse(age > 30, age, 0)"), TABLE)
    np.testing.assert_array_equal(numbers, [0.0, np.nan, 60.0, 40.0])


def test_levels_of_numbers_are_ordered_by_size_and_those_of_words_by_their_bytes() -> None:
    assert levels_of(TABLE["code"]) == [9, 10]
    assert levels_of(["Échternach", "aa", "'s", "Z", "10", "9"]) == ["'s", "10", "9", "Z", "aa", "Échternach"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(np.True_, "TRUE"), (False, "FALSE"), (2.0, "2"), (0.1 + 0.2, "0.3"), (float("nan"), ""), (7, "7"), ("x", "x")],
)
def test_a_level_is_written_as_r_does(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_quotation_mark_in_a_text_is_one() -> None:
    assert evaluate(read_r(r'"De \"Friese\" Meren"'), TABLE) == 'De "Friese" Meren'


@pytest.mark.parametrize(
    ("expression", "derivative"),
    [("a^2*b", 2 * 3 * 5), ("a/b - b/a", 1 / 5 + 5 / 9), ("log(a) + exp(-b)", 1 / 3), ("sqrt((a+b)/2)", 1 / 8)],
)
def test_the_gradient_of_an_expression_is_exact(expression: str, derivative: float) -> None:
    unit = np.eye(2)
    known = {"a": (3.0, unit[0]), "b": (5.0, unit[1])}
    assert with_gradient(Name("a"), known, 2) == known["a"]
    assert with_gradient(read_r(expression), known, 2)[1][0] == pytest.approx(derivative)
