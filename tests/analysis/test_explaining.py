"""A figure is explained by sums that add up to it, and that show no person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.dataset import Dataset
from analysis.engine import analyse
from analysis.explaining import Explanation, explain
from analysis.plan import AnalysisPlan
from analysis.reading.frames import read_frame
from analysis.results import Cell, Estimate, Measure

SCALE = {"kind": "scale", "codes": {"1": {"score": 0}, "2": {"score": 50}, "3": {"score": 100, "positive": True}}}


def made(sizes: list[int], seed: int = 1, **changes: object) -> tuple[Dataset, AnalysisPlan]:
    rng = np.random.default_rng(seed)
    strata = [name for name, size in enumerate(sizes) for _ in range(size)]
    frame = pd.DataFrame(
        {
            "wijk": [f"w{it}" for it in strata],
            "gemeente": [f"g{it // 2}" for it in strata],
            "N": [sizes[it] * 3.0 for it in strata],
            "q": rng.integers(1, 4, len(strata)).astype(str),
            "dagen": rng.integers(1, 60, len(strata)),
            "uren": rng.integers(1, 9, len(strata)),
            "groep": rng.choice(["a", "b"], len(strata)),
        }
    )
    plan = AnalysisPlan.model_validate(
        {
            "design": {"strata": "wijk", "unit": "gemeente", "population": "N"},
            "items": {"q": SCALE, "dagen": {"kind": "number", "total": True}, "uren": {"kind": "number"}},
            "subgroups": ["groep"],
            **changes,
        }
    )
    dataset = read_frame(frame, plan, "data")
    assert isinstance(dataset, Dataset), dataset
    return dataset, plan


def explained(dataset: Dataset, plan: AnalysisPlan, cell: Cell) -> Explanation:
    estimate = analyse(dataset, plan).figures[cell]
    assert isinstance(estimate, Estimate), estimate
    return explain(dataset, plan, cell, estimate)


CELLS = [
    Cell(Measure.SCORE, "q"),
    Cell(Measure.SHARE, "q", unit="g1"),
    Cell(Measure.CATEGORY, "q", "2", breakdown="groep", level="a"),
    Cell(Measure.TOTAL, "dagen", unit="g0", breakdown="groep", level="b"),
    Cell(Measure.MEAN, "dagen"),
]


@pytest.mark.parametrize("cell", CELLS)
def test_the_sums_of_the_strata_are_the_figure(cell: Cell) -> None:
    found = explained(*made([60, 45, 70, 52]), cell)
    weights, weighted = (sum(getattr(it, name) for it in found.parts) for name in ("weights", "weighted"))
    value = weighted if cell.measure is Measure.TOTAL else weighted / weights
    assert value == pytest.approx(found.estimate.value, rel=1e-12)
    assert sum(it.variance for it in found.parts) == pytest.approx(found.estimate.se**2, rel=1e-9)
    assert sum(it.respondents for it in found.parts) == found.estimate.respondents


def test_a_ratio_and_a_quantile_are_explained_too() -> None:
    ratios = {"dagen_per_uur": {"numerator": "dagen", "denominator": "uren"}}
    items = {"q": SCALE, "uren": {"kind": "number"}, "dagen": {"kind": "number", "quantiles": [0.5]}}
    dataset, plan = made([60, 45], ratios=ratios, items=items)
    ratio = explained(dataset, plan, Cell(Measure.RATIO, "dagen_per_uur"))
    assert sum(it.variance for it in ratio.parts) == pytest.approx(ratio.estimate.se**2, rel=1e-9)
    median = explained(dataset, plan, Cell(Measure.QUANTILE, "dagen", "0.5"))
    below = sum(it.weighted for it in median.parts) / sum(it.weights for it in median.parts)
    assert 0.5 <= below < 0.6


@given(st.lists(st.integers(2, 30), min_size=2, max_size=5), st.integers(0, 50))
def test_no_part_shows_fewer_people_than_the_floor_unless_all_are_fewer(sizes: list[int], seed: int) -> None:
    dataset, plan = made(sizes, seed)
    cell = Cell(Measure.MEAN, "dagen")
    estimate = analyse(dataset, plan).figures[cell]
    if not isinstance(estimate, Estimate):
        return
    found = explain(dataset, plan, cell, estimate)
    assert all(it.respondents >= plan.policy.floor for it in found.parts) or len(found.parts) == 1
    assert sum(it.variance for it in found.parts) == pytest.approx(estimate.se**2, rel=1e-9, abs=1e-12)


def test_the_average_for_lonely_strata_is_a_factor() -> None:
    found = explained(*made([1, 40, 40, 40], lonely="average"), Cell(Measure.MEAN, "dagen"))
    assert found.factor == pytest.approx(4 / 3)
    known = sum(it.variance for it in found.parts)
    assert known * found.factor == pytest.approx(found.estimate.se**2)


def test_clusters_are_counted_as_what_was_drawn() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"huis": np.repeat(np.arange(20), 4), "q": rng.integers(1, 9, 80), "M": 50})
    plan = AnalysisPlan.model_validate(
        {"design": {"stages": [{"cluster": "huis", "population": "M"}]}, "items": {"q": {"kind": "number"}}}
    )
    dataset = read_frame(frame, plan, "data")
    assert isinstance(dataset, Dataset)
    found = explained(dataset, plan, Cell(Measure.MEAN, "q"))
    assert (found.clustered, found.parts[0].drawn, found.parts[0].population) == (True, 20, 50)
    assert found.parts[0].variance == pytest.approx(found.estimate.se**2)
