"""Calibration: totals are met, weights stay near and within bounds, and calibrated totals have no variance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.rows.linearising import totals
from analysis.rows.sample import one_stage
from analysis.weighting.calibration import Distance, Exponential, Linear, Logit, calibrate
from analysis.weighting.raking import Margin, poststratify, rake
from analysis.weighting.residuals import fitted_to_margins, fitted_to_numbers
from analysis.weighting.sums import total_by

seeds = st.integers(0, 2**32 - 1)
DISTANCES = (Linear(), Exponential(), Linear(0.3, 3.0), Exponential(0.2, 4.0), Logit(0.2, 4.0))


def people(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return weights, a constant with two numbers, and totals that slightly other weights have."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(1, 3, 60)
    x = np.column_stack([np.ones(60), rng.normal(50, 10, 60), rng.integers(0, 2, 60)])
    return weights, x, x.T @ (weights * rng.uniform(0.8, 1.25, 60))


@given(seeds, st.sampled_from(DISTANCES))
def test_calibrated_weights_meet_the_totals(seed: int, distance: Distance) -> None:
    weights, x, wanted = people(seed)
    found = calibrate(weights, x, wanted, distance)
    assert found.converged
    assert x.T @ found.weights == pytest.approx(wanted, rel=1e-8)


@given(seeds, st.sampled_from([Linear(0.9, 1.1), Exponential(0.9, 1.1), Logit(0.9, 1.1)]))
def test_weights_stay_within_the_bounds_even_when_the_totals_cannot_be_met(seed: int, distance: Distance) -> None:
    weights, x, wanted = people(seed)
    found = calibrate(weights, x, wanted * 1.5, distance)
    assert not found.converged
    assert found.misfit > 0.1
    assert (found.weights >= 0.9 * weights - 1e-9).all()
    assert (found.weights <= 1.1 * weights + 1e-9).all()


@given(seeds, st.sampled_from([Linear(), Exponential(), Logit(0.2, 4.0)]))
def test_the_slope_of_a_distance_is_its_derivative(seed: int, distance: Distance) -> None:
    u = np.random.default_rng(seed).normal(0, 0.5, 20)
    by_difference = (distance.factor(u + 1e-6) - distance.factor(u - 1e-6)) / 2e-6
    assert distance.slope(u) == pytest.approx(by_difference, rel=1e-6)


@given(seeds)
def test_calibration_on_groups_equals_post_stratification(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = np.concatenate([[0, 1, 2], rng.integers(0, 3, 40)])
    weights, margin = rng.uniform(1, 3, 43), Margin(group, np.array([40.0, 60.0, 50.0]))
    dummies = (group[:, None] == np.arange(3)).astype(float)
    found = calibrate(weights, dummies, margin.population)
    assert found.weights == pytest.approx(poststratify(weights, margin), rel=1e-12)


@given(seeds)
def test_exponential_calibration_on_margins_equals_raking(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, hidden = rng.uniform(1, 3, 60), rng.uniform(1, 3, 60)
    codes = [rng.integers(0, levels, 60) for levels in (2, 3)]
    margins = [Margin(code, total_by(hidden, code, code.max() + 1)) for code in codes]
    x = np.column_stack([code == level for code in codes for level in range(code.max() + 1)]).astype(float)
    found = calibrate(weights, x, x.T @ hidden, Exponential())
    assert found.weights == pytest.approx(rake(weights, margins, tolerance=1e-13).weights, rel=1e-9)


@given(seeds)
def test_a_calibrated_total_has_no_variance(seed: int) -> None:
    weights, x, wanted = people(seed)
    found = calibrate(weights, x, wanted)
    sample = replace(one_stage(found.weights), calibrations=(found.calibration,))
    assert totals(x, sample).covariance(sample).variance == pytest.approx(0.0, abs=1e-12 * float((wanted**2).max()))


@given(seeds)
def test_a_total_of_a_margin_has_no_variance_after_raking(seed: int) -> None:
    weights, margins, unit = margins_of(seed)
    raked = rake(weights, margins, unit=unit, tolerance=1e-12).weights
    calibration = fitted_to_margins(weights, raked, margins, unit)
    sample = replace(one_stage(raked), calibrations=(calibration,))
    dummies = np.column_stack([it.part == part for it in margins for part in range(it.population.size)]).astype(float)
    assert totals(dummies, sample).covariance(sample).variance == pytest.approx(
        0.0, abs=1e-16 * float(raked.sum()) ** 2
    )


@given(seeds)
def test_residuals_of_margins_are_those_of_the_weighted_regression_on_rows(seed: int) -> None:
    weights, margins, unit = margins_of(seed)
    raked = rake(weights, margins, unit=unit).weights
    z = np.random.default_rng(seed + 1).normal(0, 1, (weights.size, 2))
    dummies = np.column_stack([it.part == part for it in margins for part in range(it.population.size)]).astype(float)
    root = np.sqrt(weights)[:, None]
    slopes = np.linalg.lstsq(root * dummies, root * z / raked[:, None], rcond=None)[0]
    by_row = z - raked[:, None] * (dummies @ slopes)
    assert fitted_to_margins(weights, raked, margins, unit).residuals(z) == pytest.approx(by_row, abs=1e-9)
    assert fitted_to_numbers(weights, raked, dummies).residuals(z) == pytest.approx(by_row, abs=1e-9)


def margins_of(seed: int) -> tuple[NDArray[np.float64], list[Margin], NDArray[np.int64]]:
    """Return weights of three units with two margins."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(3), (20, 25, 30))
    hidden, margins = rng.uniform(1, 3, 75), []
    for levels in (2, 3):
        kept, part = np.unique(unit * levels + rng.integers(0, levels, 75), return_inverse=True)
        margins.append(Margin(part, total_by(hidden, part, kept.size)))
    return rng.uniform(1, 3, 75), margins, unit


def test_a_respondent_without_weight_has_no_residual() -> None:
    margin = Margin(np.array([0, 0, 0]), np.array([6.0]))
    fitted = fitted_to_margins(np.array([1.0, 1.0, 0.0]), np.array([3.0, 3.0, 0.0]), [margin])
    assert fitted.residuals(np.array([[1.0], [-1.0], [0.0]])).ravel() == pytest.approx([1.0, -1.0, 0.0])


def test_a_variable_that_nobody_has_cannot_meet_its_total() -> None:
    found = calibrate(np.ones(2), np.zeros((2, 1)), np.array([3.0]))
    assert not found.converged
    assert found.weights.tolist() == [1.0, 1.0]


def test_calibration_stops_after_the_cycles_that_are_allowed() -> None:
    weights, x, wanted = people(1)
    assert not calibrate(weights, x, wanted, Exponential(), cycles=1).converged
