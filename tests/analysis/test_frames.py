"""A CSV and a plan become a data set; every way in which they do not fit is told, with its line."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.dataset import FIRST_CODE, MISSING_CODES, SKIPPED, VALID, Dataset
from analysis.plan import AnalysisPlan
from analysis.plan_reading import read_plan
from analysis.reading.files import read_csv
from analysis.reading.frames import read_frame
from questionnaires.answers import Missing
from questionnaires.problems import Problem

PLAN = """
design: {strata: wijk, unit: gemeente, population: N, weights: w}
items:
  tevreden:
    kind: scale
    codes: {"1": {score: 0}, "2": {score: 100, positive: true}}
    missing: {"9": not_applicable}
  hulp:
    kind: choices
    codes: {vervoer: {}, huishouden: {}}
    missing: {"9": dont_know}
  cijfer: {kind: number, minimum: 1, maximum: 10, missing: {"99": dont_know}}
subgroups: [leeftijd, tevreden]
"""
HEAD = "wijk,gemeente,N,w,tevreden,hulp,cijfer,leeftijd\n"


def plan(text: str = PLAN) -> AnalysisPlan:
    found = read_plan(text, "plan.yaml")
    assert isinstance(found, AnalysisPlan), found
    return found


def read(rows: str, text: str = PLAN) -> Dataset | tuple[Problem, ...]:
    frame = read_csv((HEAD + rows).encode(), "data.csv")
    assert isinstance(frame, pd.DataFrame), frame
    return read_frame(frame, plan(text), "data.csv")


def dataset(rows: str, text: str = PLAN) -> Dataset:
    found = read(rows, text)
    assert isinstance(found, Dataset), found
    return found


def told(rows: str, text: str = PLAN) -> list[tuple[int, str, str]]:
    found = read(rows, text)
    assert isinstance(found, tuple)
    return [(problem.line, problem.place, problem.code) for problem in found]


def test_answers_reasons_and_gaps_are_coded_apart() -> None:
    rows = "A,G,30,10,1,vervoer; huishouden,7.5,oud\nA,G,30,10,9,9,99,jong\nA,G,30,10,,,,\n"
    found = dataset(rows)
    not_applicable, dont_know = MISSING_CODES[Missing.NOT_APPLICABLE], MISSING_CODES[Missing.DONT_KNOW]
    assert found.codes[0].tolist() == [FIRST_CODE, not_applicable, SKIPPED]
    assert found.codes[1:].T.tolist() == [[FIRST_CODE + 1] * 2, [dont_know] * 2, [SKIPPED] * 2]
    assert found.status[0].tolist() == [VALID, dont_know, SKIPPED]
    assert found.pilots[0, 0] == 7.5


def test_a_subgroup_may_be_an_item_or_any_other_column() -> None:
    other, item = dataset("A,G,30,10,1,,7,oud\nA,G,30,10,2,,7,jong\nA,G,30,10,9,,7,\n").groupings
    assert (other.levels, other.member.tolist()) == (("jong", "oud"), [1, 0, -1])
    assert (item.levels, item.member.tolist()) == (("1", "2"), [0, 1, -1])


def test_numbers_are_written_with_a_point_or_a_comma() -> None:
    rows = 'A,G,30,"1,5",1,,"7,5",\nA,G,30,2.5,1,,8,\n'
    found = dataset(rows)
    assert found.weights.tolist() == [1.5, 2.5]
    assert (found.deviations[0] + found.pilots[0, 0]).tolist() == [7.5, 8.0]


def test_a_semicolon_separates_when_the_head_has_more_of_them() -> None:
    frame = read_csv("\ufeffa;b\n1,5;2\n".encode(), "data.csv")
    assert isinstance(frame, pd.DataFrame)
    assert frame.to_dict("records") == [{"a": "1,5", "b": "2"}]


def test_populations_may_stand_in_the_plan() -> None:
    text = PLAN.replace("population: N, weights: w", "populations: {A: 30, B: 50}")
    found = dataset("A,G,,,1,,7,\nB,G,,,1,,7,\nB,G,,,1,,7,\n", text)
    assert [stratum.population for stratum in found.strata] == [30.0, 50.0]
    assert found.weights.tolist() == [30.0, 25.0, 25.0]


def test_without_any_design_rows_are_one_stratum_of_weight_one() -> None:
    found = dataset(
        "A,G,30,10,1,,7,\n", PLAN.replace("{strata: wijk, unit: gemeente, population: N, weights: w}", "{}")
    )
    assert [stratum.name for stratum in found.strata] == [""]
    assert found.weights.tolist() == [1.0]


def test_numeric_columns_of_a_frame_are_read_like_text() -> None:
    frame = pd.DataFrame({"tevreden": [1.0, None, 9.0], "cijfer": [7, 8, 9]})
    text = "items: {tevreden: {kind: scale, codes: {'1': {}}, missing: {'9': skipped}}, cijfer: {kind: number}}"
    found = read_frame(frame, plan(text), "frame")
    assert isinstance(found, Dataset)
    assert found.codes[0].tolist() == [FIRST_CODE, SKIPPED, SKIPPED]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (",G,30,10,1,,7,", (2, "wijk", "A27")),
        ("A,,30,10,1,,7,", (2, "gemeente", "A27")),
        ("A,G,,10,1,,7,", (2, "N", "A28")),
        ("A,G,-1,10,1,,7,", (2, "N", "A28")),
        ("A,G,30,,1,,7,", (2, "w", "A26")),
        ("A,G,30,-1,1,,7,", (2, "w", "A26")),
        ("A,G,30,10,3,,7,", (2, "tevreden", "A24")),
        ("A,G,30,10,1,auto,7,", (2, "hulp", "A24")),
        ("A,G,30,10,1,,11,", (2, "cijfer", "A25")),
        ("A,G,30,10,1,,inf,", (2, "cijfer", "A25")),
        ("A,G,30,10,1,,zeven,", (2, "cijfer", "A25")),
        ("A,G,30,10,1,,7,\nA,H,30,10,1,,7,", (3, "stratum A", "A30")),
        ("A,G,30,10,1,,7,\nA,G,31,10,1,,7,", (3, "stratum A", "A31")),
        ("A,G,1,10,1,,7,\nA,G,1,10,1,,7,", (2, "stratum A", "A13")),
        ("", (1, "", "A10")),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(rows: str, expected: tuple[int, str, str]) -> None:
    assert told(rows + "\n" if rows else "") == [expected]


def test_a_stratum_without_a_population_in_the_plan_is_told() -> None:
    text = PLAN.replace("population: N, weights: w", "populations: {B: 30}")
    assert told("A,G,30,10,1,,7,\n", text) == [(2, "design.populations", "A29")]


def test_columns_that_are_absent_are_told_all_at_once() -> None:
    frame = read_csv(b"gemeente,N\nG,3\n", "data.csv")
    assert isinstance(frame, pd.DataFrame)
    found = read_frame(frame, plan(), "data.csv")
    assert isinstance(found, tuple)
    places = sorted((problem.place, problem.code) for problem in found)
    design, items = ["design.strata", "design.weights"], ["items"] * 3
    assert places == [(place, "A22") for place in [*design, *items, "subgroups"]]


def test_lines_are_those_of_the_file_whatever_its_cells_hold() -> None:
    rows = '\nA,G,30,10,1,,7,"twee\nregels"\n\nA,G,30,10,3,,7,\n'
    assert told(rows) == [(6, "tevreden", "A24")]


def test_mistakes_in_answers_and_in_strata_come_together() -> None:
    assert told("A,G,1,10,1,,7,\nA,G,1,10,3,,7,\n") == [(2, "stratum A", "A13"), (3, "tevreden", "A24")]


def test_a_column_that_stands_there_twice_is_told() -> None:
    frame = read_csv(b"cijfer,cijfer\n1,1\n", "frame")
    assert isinstance(frame, pd.DataFrame)
    (found,) = read_frame(frame, plan("items: {cijfer: {kind: number}}"), "frame")  # type: ignore[misc] # a tuple
    assert found.code == "A23"


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"a,b\n1,\xff\n", 2, "A20"),
        (b"", 1, "A21"),
        (b"a,b\n1,2\n1,2,3\n", 3, "A21"),
        (b"a,b\n\n1,2\n1\n", 4, "A21"),
        (b'a,b\n"1,2\n', 2, "A21"),
    ],
)
def test_a_file_that_is_no_csv_is_a_problem(content: bytes, line: int, code: str) -> None:
    (found,) = read_csv(content, "data.csv")  # type: ignore[misc] # a tuple of problems
    assert (found.line, found.code) == (line, code)
