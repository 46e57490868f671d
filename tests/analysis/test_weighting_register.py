"""Reading a register: counts by stratum and variables, or everything that is wrong with it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.reading.files import LINE
from analysis.weighting.register import Register, read_register

GOOD = {"town": ["A", "A", "B"], "district": ["a1", "a1", "b1"], "sex": ["m", "v", ""], "population": ["10", "12,5", 7]}


def codes(frame: pd.DataFrame) -> list[str]:
    problems = read_register(frame, "register.csv", strata="district", unit="town")
    assert isinstance(problems, tuple)
    return [problem.code for problem in problems]


def test_a_register_counts_people_by_stratum_and_variable() -> None:
    found = read_register(pd.DataFrame(GOOD), "register.csv", strata="district", unit="town")
    assert isinstance(found, Register)
    assert [(it.unit, it.name, it.population) for it in found.strata] == [("A", "a1", 22.5), ("B", "b1", 7.0)]
    assert found.stratum.tolist() == [0, 0, 1]
    assert found.variables[0].levels == ("m", "v")
    assert found.variables[0].member.tolist() == [0, 1, -1]  # an empty cell: unknown


def test_without_strata_and_units_the_register_is_one_stratum() -> None:
    found = read_register(pd.DataFrame({"sex": ["m", "v"], "population": [1, 2]}), "register.csv")
    assert isinstance(found, Register)
    assert [(it.unit, it.name, it.population) for it in found.strata] == [("", "", 3.0)]


def test_a_register_of_one_number_has_no_doubles() -> None:
    found = read_register(pd.DataFrame({"population": [5]}), "register.csv")
    assert isinstance(found, Register)
    assert found.counts.tolist() == [5.0]


def test_a_missing_column_is_told_with_the_likely_one() -> None:
    problems = read_register(pd.DataFrame({"populatie": [1]}), "register.csv")
    assert isinstance(problems, tuple)
    assert [str(it) for it in problems] == [
        "register.csv:1: A65 bij population: De kolom population staat niet in het register. Bedoelt u populatie?"
    ]


def test_a_column_that_stands_twice_is_told() -> None:
    assert codes(pd.DataFrame([["A", "a1", 1, 2]], columns=["town", "district", "population", "population"])) == ["A65"]


def test_an_empty_register_is_told() -> None:
    assert codes(pd.DataFrame(columns=["town", "district", "population"])) == ["A66"]


@pytest.mark.parametrize(
    ("column", "cell", "code"), [("town", "", "A67"), ("population", "veel", "A68"), ("population", -1, "A68")]
)
def test_a_cell_that_cannot_be_counted_is_told(column: str, cell: str | int, code: str) -> None:
    frame = pd.DataFrame(GOOD, dtype=object)
    frame.loc[2, column] = cell
    assert codes(frame) == [code]


def test_a_combination_that_stands_twice_is_told_at_its_line_in_the_file() -> None:
    frame = pd.DataFrame(GOOD, index=pd.Index([2, 5, 9], name=LINE))
    frame.loc[5, "sex"] = "m"
    problems = read_register(frame, "register.csv", strata="district", unit="town")
    assert isinstance(problems, tuple)
    assert [(it.line, it.code) for it in problems] == [(5, "A69")]
