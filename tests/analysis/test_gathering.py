"""Stored submissions become coded columns; what does not fit is told all at once."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import pytest

from analysis.dataset import FIRST_CODE, MISSING_CODES, VALID, CodedColumn, Dataset
from analysis.design import Stratum
from analysis.gathering import Record, gather
from questionnaires.answers import JsonAnswers, Missing
from questionnaires.codebook import Codebook
from questionnaires.problems import Problem

Strata: TypeAlias = tuple[Stratum, ...]


def said(**values: str | int | list[str]) -> JsonAnswers:
    return {item: {"version": 1, "value": value} for item, value in values.items()}


def unsaid(reason: str, *items: str) -> JsonAnswers:
    return {item: {"version": 1, "missing": reason} for item in items}


def gathered(codebook: Codebook, strata: Strata, *records: Record) -> Dataset:
    dataset = gather(records, codebook, strata)
    assert isinstance(dataset, Dataset), dataset
    return dataset


def problems(codebook: Codebook, strata: Strata, *records: Record) -> tuple[Problem, ...]:
    found = gather(records, codebook, strata)
    assert isinstance(found, tuple)
    return found


def row(dataset: Dataset, item: str, option: str = "") -> list[int]:
    place = [(column.item, column.option) for column in dataset.coded].index((item, option))
    return [int(code) for code in dataset.codes[place]]


def test_rows_are_sorted_by_unit_and_weigh_population_by_respondents(codebook: Codebook, strata: Strata) -> None:
    records = [Record("b", said(TOE01="eens")), Record("a", said(TOE01="oneens")), Record("b", said(TOE01="neutraal"))]
    dataset = gathered(codebook, strata, *records)
    assert [stratum.name for stratum in dataset.strata] == ["a", "b"]
    assert row(dataset, "TOE01") == [FIRST_CODE, FIRST_CODE + 2, FIRST_CODE + 1]
    assert dataset.weights.tolist() == [40.0, 30.0, 30.0]
    assert dataset.respondents.tolist() == [1, 2]


def test_every_reason_for_no_answer_has_a_code_of_its_own(codebook: Codebook, strata: Strata) -> None:
    records = [Record("a", unsaid(reason.value, "TOE01", "SOO01", "WEK01")) for reason in Missing]
    dataset = gathered(codebook, strata, *records, Record("a", {}))
    expected = [*(MISSING_CODES[reason] for reason in Missing), MISSING_CODES[Missing.NOT_ASKED]]
    assert row(dataset, "TOE01") == row(dataset, "SOO01", "hulp") == expected
    assert dataset.status[0].tolist() == expected


def test_each_option_of_a_multiple_choice_is_a_column_of_no_and_yes(codebook: Codebook, strata: Strata) -> None:
    dataset = gathered(codebook, strata, Record("a", said(SOO01=["vervoer"])), Record("a", said(SOO01=[])))
    assert CodedColumn("SOO01", ("", "vervoer"), "vervoer") in dataset.coded
    assert row(dataset, "SOO01", "hulp") == [FIRST_CODE, FIRST_CODE]
    assert row(dataset, "SOO01", "vervoer") == [FIRST_CODE + 1, FIRST_CODE]


def test_a_composite_is_the_mean_of_enough_scores(codebook: Codebook, strata: Strata) -> None:
    records = [
        Record("a", said(TOE01="eens", TOE02="neutraal")),
        Record("a", said(TOE01="eens") | unsaid("dont_know", "TOE02")),
        Record("a", {}),
    ]
    dataset = gathered(codebook, strata, *records)
    composite = dataset.numbers.index("TOE")
    assert dataset.status[composite].tolist() == [VALID, MISSING_CODES[Missing.NOT_APPLICABLE], 0]
    assert dataset.deviations[composite, 0] + dataset.pilots[composite, 0] == 75.0


def test_breakdowns_give_every_row_its_level(codebook: Codebook, strata: Strata) -> None:
    records = [Record("a", said(SEX01="vrouw", SOO01=["hulp", "vervoer"])), Record("a", said(SOO01=["hulp"]))]
    groupings = gathered(codebook, strata, *records).groupings
    shown = [(it.breakdown, it.levels, it.member.tolist()) for it in groupings]
    assert shown == [
        ("SEX01", ("man", "vrouw"), [1, -1]),
        ("SOO01", ("hulp",), [0, 0]),
        ("SOO01", ("vervoer",), [0, -1]),
    ]


def test_grades_are_categories_and_other_whole_numbers_are_numbers(codebook: Codebook, strata: Strata) -> None:
    dataset = gathered(codebook, strata, Record("a", said(LEV01=8, WEK01=8)), Record("a", said(LEV01=10)))
    assert row(dataset, "LEV01") == [FIRST_CODE + 7, FIRST_CODE + 9]
    assert dataset.status[dataset.numbers.index("WEK01")].tolist() == [VALID, MISSING_CODES[Missing.NOT_ASKED]]


def test_told_stories_are_no_data(codebook: Codebook, strata: Strata) -> None:
    dataset = gathered(codebook, strata, Record("a", said(VER01="Het ging goed.", TOE01="eens")))
    assert "VER01" not in {column.item for column in dataset.coded}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (said(TOE01="Eens"), "A16"),
        (said(TOE01=["eens"]), "A16"),
        (said(TOE01=3), "A16"),
        (said(SOO01=["auto"]), "A16"),
        (said(SOO01="hulp"), "A16"),
        (said(WEK01=53), "A16"),
        (said(LEV01=11), "A16"),
        (said(WEK01="drie"), "A16"),
        (unsaid("vergeten", "TOE01"), "A16"),
        ({"TOE01": {"version": 1}}, "A16"),
        ({"TOE01": {"version": 2, "value": "eens"}}, "A15"),
        (said(TOE99="eens"), "A14"),
    ],
)
def test_an_answer_that_does_not_exist_is_a_problem(
    answers: JsonAnswers, code: str, codebook: Codebook, strata: Strata
) -> None:
    (found,) = problems(codebook, strata, Record("a", said(TOE01="eens")), Record("a", answers))
    assert (found.file, found.line, found.code) == ("inzendingen", 2, code)


def test_a_mistake_that_occurs_often_is_told_once(codebook: Codebook, strata: Strata) -> None:
    (found,) = problems(codebook, strata, *[Record("a", said(TOE01="ja"))] * 3)
    assert found.cause == "Het antwoord ja bestaat niet bij TOE01. Dit komt 3 keer voor."
    assert found.line == 1


def test_all_mistakes_come_at_once(codebook: Codebook) -> None:
    wrong = (Stratum("a", "GM1", 1.0), Stratum("a", "GM1", 40.0), Stratum("c", "GM3", math.nan))
    records = [Record("a", said(TOE01="ja")), Record("a", {}), Record("z", {})]
    assert {problem.code for problem in problems(codebook, wrong, *records)} == {"A11", "A12", "A13", "A16"}


def test_a_population_smaller_than_its_respondents_is_a_problem(codebook: Codebook) -> None:
    (found,) = problems(codebook, (Stratum("a", "GM1", 1.0),), Record("a", {}), Record("a", {}))
    assert str(found).startswith("strata:1: A13 bij stratum a: De populatie is 1, maar er deden 2 mensen mee.")


def test_no_submissions_are_a_problem(codebook: Codebook, strata: Strata) -> None:
    (found,) = problems(codebook, strata)
    assert found.code == "A10"


def test_a_stratum_without_submissions_keeps_its_place(codebook: Codebook, strata: Strata) -> None:
    dataset = gathered(codebook, strata, Record("b", said(TOE01="eens")))
    assert dataset.respondents.tolist() == [0, 1]
    assert np.isfinite(dataset.weights).all()
