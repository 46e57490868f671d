"""Estimates over rows: equal to those of tables where both apply, and to plain sums over rows everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rowwise import LEVELS, datasets, number, score, simulated

from analysis.dataset import Dataset
from analysis.design import Lonely
from analysis.engine import analyse
from analysis.plan import AnalysisPlan
from analysis.quantities import quantities
from analysis.results import Estimate, Inference, Measure
from analysis.rows.clustered import Cells, RowDesign
from analysis.rows.linearising import Linearised, means, ratios, totals
from analysis.rows.row_estimates import estimate_rows
from analysis.rows.sample import Stage
from analysis.weighting.raking import Margin
from analysis.weighting.residuals import fitted_to_margins, fitted_to_numbers

CODES = {"a": {"score": 0}, "b": {"score": 25}, "c": {"score": 50}, "d": {"score": 100, "positive": True}}
PLAN = AnalysisPlan.model_validate(
    {
        "items": {
            "q1": {"kind": "scale", "codes": CODES},
            "q2": {"kind": "scale", "codes": {code: {} for code in CODES}},
            "cost": {"kind": "number", "total": True},
        },
        "ratios": {"cost_over_itself": {"numerator": "cost", "denominator": "cost"}},
        "subgroups": ["age"],
    }
)
TOLERANCE = 1e-9


def one_stage(dataset: Dataset) -> Dataset:
    """The same design, written as a stage: so that it goes over rows."""
    population = np.array([stratum.population for stratum in dataset.strata])
    rows = np.arange(dataset.weights.size)
    return replace(dataset, stages=(Stage(rows, dataset.stratum.astype(np.int64), population),))


def clustered(dataset: Dataset, seed: int, *, stages: int) -> Dataset:
    """Clusters of about three rows within strata; a second stage has rows as clusters."""
    rng = np.random.default_rng(seed)
    strata = dataset.stratum.astype(np.int64)
    drawn = strata * 100 + rng.integers(0, 4, strata.size)
    _, cluster = np.unique(drawn, return_inverse=True)
    sizes = np.array([np.unique(cluster[strata == place]).size for place in range(len(dataset.strata))])
    first = Stage(cluster, strata, sizes + rng.integers(0, 5, sizes.size).astype(np.float64))
    inside = np.bincount(cluster)
    second = Stage(np.arange(strata.size), cluster, inside + rng.integers(0, 5, inside.size).astype(np.float64))
    return replace(dataset, stages=(first, second)[:stages])


def cells_of(dataset: Dataset) -> Cells:
    unit = dataset.design().unit_of_stratum()[dataset.stratum]
    level = dataset.groupings[0].member.astype(np.int64)
    return Cells(unit, level, len(dataset.design().units), len(LEVELS))


@given(datasets(), st.sampled_from(Lonely), st.sampled_from(Inference))
def test_tables_and_rows_give_the_same_figures(dataset: Dataset, lonely: Lonely, inference: Inference) -> None:
    plan = PLAN.model_copy(update={"lonely": lonely, "inference": inference, "ratios": {}})
    of_tables, of_rows = analyse(dataset, plan).figures, analyse(one_stage(dataset), plan).figures
    assert of_tables.keys() == of_rows.keys()
    for cell, expected in of_tables.items():
        found = of_rows[cell]
        if not isinstance(expected, Estimate):
            assert found == expected, cell
            continue
        assert isinstance(found, Estimate), cell
        size = abs(expected.value) + expected.se
        assert found.value == pytest.approx(expected.value, rel=TOLERANCE, abs=TOLERANCE * size)
        # With an offset of a million an answer keeps ten digits, and squares of nearly equal answers fewer.
        assert found.se == pytest.approx(expected.se, rel=1e-6, abs=1e-8 * size)
        assert found.effective_n == pytest.approx(expected.effective_n, rel=1e-4)
        assert (found.respondents, found.df) == (expected.respondents, expected.df)
        assert found.flags == expected.flags


def expected_of(measure: Measure, y: NDArray[np.float64], dataset: Dataset, inside: NDArray[np.bool_]) -> Linearised:
    sample = dataset.sample().within(inside)
    if measure is Measure.TOTAL:
        return totals(y[:, None], sample)
    if measure is Measure.RATIO:
        return ratios(y[:, None], np.abs(y[:, None]) + 1, sample)
    return means(y[:, None], sample)


@given(
    datasets(), st.integers(0, 2**32 - 1), st.sampled_from([1, 2]), st.sampled_from(Lonely), st.sampled_from(Inference)
)
def test_clusters_and_stages_equal_the_sample_seen_from_each_cell(
    dataset: Dataset, seed: int, stages: int, lonely: Lonely, inference: Inference
) -> None:
    drawn = clustered(dataset, seed, stages=stages)
    design = RowDesign(drawn.sample(lonely), cells_of(drawn), inference)
    asked = [it for it in quantities(drawn, PLAN) if it.item in ("q1", "cost") and it.measure is not Measure.RATIO]
    found = estimate_rows(drawn, asked, design)
    for row, it in enumerate(asked):
        y, valid = score(drawn) if it.item == "q1" else number(drawn)
        if it.measure in (Measure.SHARE, Measure.CATEGORY):
            continue
        for unit in range(design.cells.units):
            for level in range(len(LEVELS)):
                inside = valid & (design.cells.unit == unit) & (design.cells.level == level)
                at = (row, unit, level)
                assert found.n[at] == inside.sum()
                if not inside.any():
                    continue
                sample = drawn.sample(lonely).within(inside)
                linear = expected_of(it.measure, np.where(valid, y, np.nan), drawn, inside)
                covariance = linear.covariance(sample, inference)
                assert found.value[at] == pytest.approx(linear.value[0], rel=1e-9)
                assert found.df[at] == sample.degrees_of_freedom()
                assert found.failed[at] == covariance.failed
                if not covariance.failed:
                    size = float((linear.influence**2).sum())
                    assert found.variance[at] == pytest.approx(covariance.variance[0], rel=1e-6, abs=1e-9 * size)


@pytest.mark.parametrize("units", [1, 2])
@pytest.mark.parametrize("kind", ["within units", "over units", "numbers"])
def test_fitted_weights_have_the_variance_of_their_residuals(kind: str, units: int) -> None:
    dataset = simulated(3, [12, 9, 15, 11], [30, 40, 20, 30], weighted=True)
    unit = dataset.design().unit_of_stratum()[dataset.stratum]
    age = dataset.groupings[0].member.astype(np.int64) + 1
    after = dataset.weights * (1 + 0.2 * age)
    if kind == "numbers":
        fit = fitted_to_numbers(dataset.weights, after, np.stack([np.ones(age.size), age], axis=1))
    else:
        part, of_unit = (unit * 3 + age, unit) if kind == "within units" else (age, None)
        margin = Margin(part, np.bincount(part, weights=after))
        fit = fitted_to_margins(dataset.weights, after, [margin], of_unit)
    fitted = replace(dataset, weights=after, calibrations=(fit,))
    cells = cells_of(fitted)
    if units == 1:
        cells = replace(cells, unit=np.zeros_like(unit), units=1)
    asked = [it for it in quantities(fitted, PLAN) if it.item == "cost" and it.measure is not Measure.RATIO]
    found = estimate_rows(fitted, asked, RowDesign(fitted.sample(), cells, Inference.FINITE))
    y, valid = number(fitted)
    for row, it in enumerate(asked):
        for place in range(cells.units):
            for level in range(len(LEVELS)):
                inside = valid & (cells.unit == place) & (cells.level == level)
                linear = expected_of(it.measure, np.where(valid, y, np.nan), fitted, inside)
                expected = linear.covariance(fitted.sample().within(inside)).variance[0]
                assert found.variance[row, place, level] == pytest.approx(expected, rel=1e-9)


def test_a_ratio_is_that_of_two_totals_with_the_variance_of_the_sample() -> None:
    dataset = clustered(simulated(3, [12, 9, 15], [30, 40, 20]), 4, stages=2)
    doubled = replace(
        dataset,
        numbers=("cost", "days"),
        deviations=np.concatenate([dataset.deviations, dataset.deviations**2 + 3]),
        pilots=np.concatenate([dataset.pilots, 0 * dataset.pilots]),
        status=np.concatenate([dataset.status, dataset.status]),
    )
    plan = AnalysisPlan.model_validate(
        {
            "items": {**PLAN.model_dump()["items"], "days": {"kind": "number"}},
            "ratios": {"price": {"numerator": "cost", "denominator": "days"}},
            "subgroups": ["age"],
        }
    )
    (asked,) = (it for it in quantities(doubled, plan) if it.measure is Measure.RATIO)
    cells = cells_of(doubled)
    found = estimate_rows(doubled, [asked], RowDesign(doubled.sample(), cells, Inference.FINITE))
    y, valid = number(doubled)
    x = np.where(valid, doubled.deviations[1], np.nan)
    for level in range(len(LEVELS)):
        sample = doubled.sample().within((cells.unit == 0) & (cells.level == level))
        expected = ratios(np.where(valid, y, np.nan)[:, None], x[:, None], sample)
        assert found.value[0, 0, level] == pytest.approx(expected.value[0])
        assert found.variance[0, 0, level] == pytest.approx(expected.covariance(sample).variance[0])
    assert (Measure.RATIO, "price") in {(cell.measure, cell.item) for cell in analyse(doubled, plan).figures}
