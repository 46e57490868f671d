"""Influences are derivatives: every estimator against what happens when one weight moves a little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.results import Inference
from analysis.rows.linearising import Linearised, by_level, means, ratios, simple_variances, totals, variances
from analysis.rows.sample import Sample, one_stage

STEP = 1e-6
X = np.array([2.0, 1.0, 4.0, 3.0, 2.0])[:, None]


def of_ratio(y: NDArray[np.float64], sample: Sample) -> Linearised:
    return ratios(y, X, sample)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[NDArray[np.float64], Sample]:
    """Five answers, one of which may be missing, with weights; the last respondent may lie outside the subgroup."""
    y = np.array(draw(st.lists(st.integers(0, 10), min_size=5, max_size=5)), dtype=float)
    weights = np.array(draw(st.lists(st.integers(1, 5), min_size=5, max_size=5)), dtype=float)
    if draw(st.booleans()):
        y[0] = np.nan
    return y[:, None], one_stage(weights).within(np.array([True] * 4 + [draw(st.booleans())]))


@pytest.mark.parametrize("estimator", [means, totals, variances, of_ratio])
@given(survey=surveys())
def test_an_influence_is_the_derivative_to_a_weight_times_that_weight(
    estimator: Callable[[NDArray[np.float64], Sample], Linearised], survey: tuple[NDArray[np.float64], Sample]
) -> None:
    y, sample = survey
    found = estimator(y, sample)
    for row, weight in enumerate(sample.weights):
        moved = replace(sample, weights=sample.weights + STEP * (np.arange(5) == row))
        derivative = (estimator(y, moved).value - found.value) / STEP
        assert found.influence[row] == pytest.approx(weight * derivative, abs=1e-3)


def test_an_estimate_over_nobody_is_nothing() -> None:
    found = means(np.full((2, 1), np.nan), one_stage(np.ones(2)))
    assert (found.value.tolist(), found.influence.ravel().tolist(), found.n.tolist()) == ([0.0], [0.0, 0.0], [0])


def test_a_weight_of_zero_is_nobody() -> None:
    found = means(np.array([[1.0], [9.0]]), one_stage(np.array([2.0, 0.0])))
    assert (found.value.tolist(), found.n.tolist()) == ([1.0], [1])


def test_an_offset_of_a_milliard_leaves_the_variance_of_a_mean_alone() -> None:
    y, sample = np.array([[0.1], [0.4], [0.2]]), one_stage(np.array([1.0, 2.0, 3.0]))
    plain, moved = (means(it, sample).covariance(sample).variance for it in (y, y + 1e9))
    assert moved == pytest.approx(plain, rel=1e-6)


def test_a_contrast_has_the_covariance_of_its_parts() -> None:
    sample = one_stage(np.ones(4))
    both = means(np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 5.0], [7.0, 4.0]]), sample)
    v = both.covariance(sample).matrix
    difference = both.combine(np.array([1.0, -1.0]))
    assert difference.value == pytest.approx(both.value[0] - both.value[1])
    assert difference.covariance(sample).variance == pytest.approx(v[0, 0] + v[1, 1] - 2 * v[0, 1])


def test_a_contrast_counts_the_respondents_of_its_smallest_part() -> None:
    y = np.array([[1.0, np.nan, 2.0], [3.0, 1.0, np.nan]])
    assert means(y, one_stage(np.ones(2))).combine(np.array([[1.0, 0.0, -1.0], [1.0, 0.0, 0.0]])).n.tolist() == [1, 2]


def test_the_ratio_of_two_totals_is_their_ratio() -> None:
    y, sample = np.array([[4.0], [1.0], [3.0], [5.0], [2.0]]), one_stage(np.array([1.0, 2.0, 1.0, 1.0, 3.0]))
    both = totals(np.hstack([y, X]), sample)
    top, bottom = both.value
    by_hand = both.transform(np.array(top / bottom), np.array([1 / bottom, -top / bottom**2]))
    ratio = ratios(y, X, sample)
    assert by_hand.value == pytest.approx(ratio.value)
    assert by_hand.influence == pytest.approx(ratio.influence)


def test_a_ratio_is_over_rows_that_have_both_numbers() -> None:
    y, x = np.array([[4.0], [np.nan], [9.0]]), np.array([[2.0], [5.0], [np.nan]])
    found = ratios(y, x, one_stage(np.ones(3)))
    assert (found.value.tolist(), found.n.tolist()) == ([2.0], [1])


def test_means_by_level_are_the_means_of_subgroups() -> None:
    y, sample, member = np.array([1.0, 2.0, 6.0]), one_stage(np.ones(3)), np.array([0, 1, 1])
    beside = means(by_level(y, member, 2), sample)
    assert beside.value.tolist() == [1.0, 4.0]
    alone = means(y[:, None], sample.within(member == 1))
    assert beside.influence[:, 1] == pytest.approx(alone.influence[:, 0])


def test_a_simple_random_sample_has_a_design_effect_of_one() -> None:
    y, sample = np.array([[1.0], [4.0], [2.0], [8.0]]), one_stage(np.full(4, 3.0), population=np.array([12.0]))
    for inference in Inference:
        variance = means(y, sample).covariance(sample, inference).variance
        assert variance == pytest.approx(simple_variances(y, sample, inference))


def test_weights_that_stand_for_fewer_people_than_answered_leave_no_design_effect() -> None:
    assert simple_variances(np.array([[1.0], [4.0]]), one_stage(np.full(2, 0.1))).tolist() == [0.0]
