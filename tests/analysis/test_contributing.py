"""A total that one person makes is not shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.dataset import Dataset
from analysis.disclosure import protect
from analysis.engine import analyse
from analysis.plan import AnalysisPlan
from analysis.reading.frames import read_frame
from analysis.results import Cell, Contributions, Estimate, Measure, Suppressed
from analysis.tabulation.contributing import contributions_of, largest_two

COSTS = [4.0] * 14 + [900.0] + [20.0] * 15


@pytest.fixture
def read() -> tuple[Dataset, AnalysisPlan]:
    frame = pd.DataFrame({"kosten": COSTS, "wijk": ["a"] * 15 + ["b"] * 15, "gemeente": "g", "N": 60})
    plan = AnalysisPlan.model_validate(
        {
            "design": {"unit": "gemeente", "population": "N"},
            "items": {"kosten": {"kind": "number", "total": True}},
            "subgroups": ["wijk"],
        }
    )
    dataset = read_frame(frame, plan, "data")
    assert isinstance(dataset, Dataset)
    return dataset, plan


def test_contributions_are_weighted_and_by_cell(read: tuple[Dataset, AnalysisPlan]) -> None:
    found = contributions_of(*read)
    assert found[Cell(Measure.TOTAL, "kosten", "", "", "wijk", "a")] == Contributions(2 * 956.0, 2 * 900.0, 2 * 4.0)
    assert found[Cell(Measure.TOTAL, "kosten", "", "g", "wijk", "b")] == Contributions(2 * 300.0, 2 * 20.0, 2 * 20.0)
    assert set(found) == {cell for cell in analyse(*read).figures if cell.measure is Measure.TOTAL}


def test_a_total_that_one_person_makes_is_hidden(read: tuple[Dataset, AnalysisPlan]) -> None:
    results = analyse(*read)
    shown = protect(results, read[1].policy).figures
    assert isinstance(shown[Cell(Measure.TOTAL, "kosten", "", "", "wijk", "a")], Suppressed)
    without = protect(replace(results, contributions={}), read[1].policy).figures
    assert isinstance(without[Cell(Measure.TOTAL, "kosten", "", "", "wijk", "a")], Estimate)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1e6)), max_size=30))
def test_the_largest_two_are_those_of_sorting(rows: list[tuple[int, float]]) -> None:
    cell, amounts = np.array([it for it, _ in rows], dtype=np.int64), np.array([it for _, it in rows])
    found = largest_two(amounts, cell, 4)
    for number in range(4):
        own = sorted((amount for it, amount in rows if it == number), reverse=True)
        assert found[number] == pytest.approx([sum(own), *[*own, 0.0, 0.0][:2]])
