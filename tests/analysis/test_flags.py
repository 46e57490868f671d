"""Flags: what a reader must know about a figure, each at its threshold."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rounds import estimate, plan, round_of, some_answers
from rowwise import simulated

from analysis.dataset import MISSING_CODES
from analysis.engine import analyse
from analysis.gathering import Record
from analysis.results import Cell, Flag, Measure
from questionnaires.answers import Missing
from questionnaires.codebook import Codebook


def test_flags_tell_what_a_reader_must_know(codebook: Codebook) -> None:
    skipped = [Record("a", {"TOE01": {"version": 1, "missing": "skipped"}})] * 5
    not_asked = [Record("a", {})] * 30
    results = round_of(codebook, *some_answers("a", *["eens"] * 4, *["oneens"] * 4), *skipped, *not_asked)
    found = estimate(results, Cell(Measure.SHARE, "TOE01", unit="GM1"))
    assert found.flags == {
        *(Flag.LOW_DF, Flag.SMALL, Flag.ITEM_NONRESPONSE),
        *(Flag.IMPRECISE, Flag.UNRELIABLE),
    }


def test_an_item_that_does_not_apply_to_many_is_flagged() -> None:
    dataset = simulated(3, [40, 30], [0, 9])
    codes = dataset.codes.copy()
    codes[0, :25] = MISSING_CODES[Missing.NOT_APPLICABLE]
    results = analyse(replace(dataset, codes=codes), plan())
    assert Flag.NOT_APPLICABLE in estimate(results, Cell(Measure.SCORE, "q1")).flags
    assert Flag.NOT_APPLICABLE not in estimate(results, Cell(Measure.CATEGORY, "q2", "a")).flags


def test_one_respondent_with_more_than_a_fifth_of_the_weight_is_flagged() -> None:
    dataset = simulated(3, [40, 30], [0, 9])
    weights = np.ones(70)
    weights[0] = 30.0
    cell = Cell(Measure.CATEGORY, "q2", "a")
    assert Flag.HEAVY in estimate(analyse(replace(dataset, weights=weights), plan()), cell).flags
    assert Flag.HEAVY not in estimate(analyse(dataset, plan()), cell).flags


def test_units_of_which_cells_were_taken_together_are_flagged() -> None:
    dataset = replace(simulated(3, [40, 30, 20], [0, 9, 9]), collapsed=frozenset({"GM1"}))
    results = analyse(dataset, plan())
    flagged = {unit for unit in ("", "GM0", "GM1") if Flag.COLLAPSED in estimate(results, cell_of(unit)).flags}
    assert flagged == {"GM1"}


def cell_of(unit: str) -> Cell:
    return Cell(Measure.CATEGORY, "q2", "a", unit=unit)


@pytest.mark.parametrize(
    ("events", "n", "expected"),
    [
        (20, 40, {Flag.IMPRECISE, Flag.UNRELIABLE}),
        (40, 100, set()),
        (3, 100, {Flag.IMPRECISE, Flag.UNRELIABLE}),
        (1, 1000, set()),
    ],
)
def test_a_share_is_unreliable_by_the_width_of_its_exact_interval(
    events: int, n: int, expected: set[Flag], codebook: Codebook
) -> None:
    # 31 points wide; 20 points, half the share; 8 points, nearly three times the share; less than 5 points.
    results = round_of(
        codebook, *some_answers("a", *["eens"] * events, *["oneens"] * (n - events)), population=math.inf
    )
    flags = estimate(results, Cell(Measure.SHARE, "TOE01")).flags
    assert flags & {Flag.IMPRECISE, Flag.UNRELIABLE} == expected


def test_unequal_weights_are_flagged_when_they_cost_precision(codebook: Codebook) -> None:
    dataset = simulated(2, [40, 4], [0, 900])
    found = estimate(analyse(dataset, plan()), Cell(Measure.SCORE, "q1"))
    assert found.deff is not None
    assert found.deff > 3
    assert Flag.HIGH_DEFF in found.flags
    assert found.effective_n == pytest.approx(found.respondents / found.deff)
