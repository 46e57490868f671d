"""Data, weighting scheme and register that do not fit: every way is told at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from towns import grouping, register, respondents

from analysis.dataset import Dataset
from analysis.weighting.register import Register
from analysis.weighting.scheme import WeightingScheme
from analysis.weighting.weighing import weigh
from questionnaires.problems import Problem

PLAIN = WeightingScheme(version="1")


def problems(dataset: Dataset, scheme: WeightingScheme, of: Register) -> tuple[Problem, ...]:
    found = weigh(dataset, scheme, of, file="plan.yaml")
    assert isinstance(found, tuple)
    return found


def test_columns_that_are_not_there_are_told_all_at_once() -> None:
    dataset = respondents(("A", "a1", "18", "m", 2))
    of = register(("A", "a1", "18", "m", 4))
    without = replace(of, variables=(*of.variables, grouping("work", ("ja", "nee"), ["ja"])))
    scheme = WeightingScheme(version="1", cells=("sexe",), margins=(("work",), ("age", "sex")))
    assert [str(it) for it in problems(dataset, scheme, without)] == [
        "plan.yaml:1: A70 bij weighting.cells: Het register heeft geen kolom sexe. Bedoelt u sex?",
        "plan.yaml:1: A71 bij weighting.margins.0: De antwoorden hebben geen kolom work. U kunt kiezen uit: age, sex.",
    ]


def test_a_question_with_several_answers_is_no_margin() -> None:
    dataset = respondents(("A", "a1", "18", "m", 2))
    twice = replace(dataset, groupings=(*dataset.groupings, *dataset.groupings))
    found = problems(twice, WeightingScheme(version="1", margins=(("age",),)), register(("A", "a1", "18", "m", 4)))
    assert [it.code for it in found] == ["A71"]


def test_a_margin_of_too_many_combinations_is_told() -> None:
    dataset, of = respondents(("A", "a1", "18", "m", 2)), register(("A", "a1", "18", "m", 4))
    many = tuple(str(number) for number in range(400))
    days = [grouping(name, many, ["7", "7"]) for name in ("day", "month")]
    listed = [grouping(name, many, ["7"]) for name in ("day", "month")]
    scheme = WeightingScheme(version="1", margins=(("day", "month"),))
    found = problems(replace(dataset, auxiliaries=tuple(days)), scheme, replace(of, variables=(*of.variables, *listed)))
    assert [it.code for it in found] == ["A72"]


def test_a_level_that_the_register_does_not_know_is_told() -> None:
    dataset = respondents(("A", "a1", "18", "m", 2))
    found = problems(dataset, WeightingScheme(version="1", margins=(("age",),)), register(("A", "a1", "18-", "m", 4)))
    assert [it.code for it in found] == ["A73"]
    assert found[0].cause == "Bij 2 mensen die meededen is age: 18. Dat staat niet in het register."


def test_strata_that_do_not_fit_are_told() -> None:
    dataset = respondents(
        *[("A", stratum, "18", "m", 2) for stratum in ("a1", "a2", "a3", "a4")], populations={"a3": 5.0, "a4": 9.0}
    )
    of = register(("A", "a2", "18", "m", 1), ("A", "a3", "18", "m", 6), ("A", "a4", "18", "m", 9))
    assert [(it.place, it.code) for it in problems(dataset, PLAIN, of)] == [
        ("stratum a1 van A", "A74"),
        ("stratum a2 van A", "A75"),
        ("stratum a3 van A", "A76"),
    ]


def test_a_unit_in_which_all_weights_are_zero_is_told() -> None:
    dataset = respondents(("A", "a1", "18", "m", 2), ("B", "b1", "18", "m", 2))
    weightless = replace(dataset, weights=np.array([0.0, 0.0, 1.0, 1.0]))
    found = problems(weightless, PLAIN, register(("A", "a1", "18", "m", 4), ("B", "b1", "18", "m", 4)))
    assert [it.cause for it in found] == ["Alle gewichten van A zijn 0."]
