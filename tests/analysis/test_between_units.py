"""Between units: variances, intraclass correlation and reliability, against likelihoods and other people's programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import NotEstimable
from analysis.units.between_units import (
    BetweenUnits,
    analysis_of_variance,
    between_units,
    reliabilities,
    score_root,
    unit_moments,
)


def drawn(seed: int, sizes: list[int], *, between: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(sizes)), sizes)
    return 70 + rng.normal(0, np.sqrt(between), len(sizes))[unit] + rng.normal(0, 2, unit.size), unit


def minus_log_likelihood(between: float, within: float, y: np.ndarray, unit: np.ndarray) -> float:
    """Minus twice the restricted log-likelihood, with full matrices."""
    same = (unit[:, None] == unit[None, :]).astype(float)
    v = within * np.eye(y.size) + between * same
    inverse, one = np.linalg.inv(v), np.ones(y.size)
    information = one @ inverse @ one
    residual = y - one @ inverse @ y / information
    return float(np.linalg.slogdet(v)[1] + np.log(information) + residual @ inverse @ residual)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 12), min_size=3, max_size=8), st.sampled_from([0.0, 0.5, 4.0]))
def test_no_variances_nearby_are_more_likely(seed: int, sizes: list[int], between: float) -> None:
    y, unit = drawn(seed, [*sizes, 2], between=between)
    found = between_units(unit_moments(y, unit, len(sizes) + 1))
    assert isinstance(found, BetweenUnits)
    best = minus_log_likelihood(found.between, found.within, y, unit)
    for b in (0.98, 1.0, 1.02):
        for w in (0.98, 1.0, 1.02):
            beside = minus_log_likelihood(max(found.between, 0.01 * (b > 1)) * b, found.within * w, y, unit)
            assert beside >= best - 1e-9


def test_a_mixed_model_of_statsmodels_has_the_same_variances() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    y, unit = drawn(5, [4, 9, 15, 3, 7, 20, 11], between=3.0)
    model = MixedLM(y, np.ones((y.size, 1)), groups=unit).fit(reml=True)
    found = between_units(unit_moments(y, unit, 7))
    assert isinstance(found, BetweenUnits)
    assert found.between == pytest.approx(model.cov_re[0, 0], rel=1e-3)
    assert found.within == pytest.approx(model.scale, rel=1e-4)


def test_analysis_of_variance_equals_that_of_scipy() -> None:
    from scipy.stats import f_oneway

    y, unit = drawn(6, [5, 8, 13], between=1.0)
    found = analysis_of_variance(unit_moments(y, unit, 3))
    expected = f_oneway(*(y[unit == place] for place in range(3)))
    assert (found.f, found.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)


@given(st.integers(0, 10_000))
def test_with_equal_sizes_analysis_of_variance_gives_the_correlation_of_reml(seed: int) -> None:
    y, unit = drawn(seed, [6, 6, 6, 6], between=30.0)
    moments = unit_moments(y, unit, 4)
    found, table = between_units(moments), analysis_of_variance(moments)
    assert found.icc == pytest.approx(max(table.icc, 0.0), rel=1e-6, abs=1e-9)


def test_units_that_differ_less_than_by_chance_have_no_variance_between_them() -> None:
    y, unit = np.array([1.0, 9.0, 2.0, 8.0, 0.0, 10.0]), np.array([0, 0, 1, 1, 2, 2])
    found = between_units(unit_moments(y, unit, 3))
    assert isinstance(found, BetweenUnits)
    assert found.between == 0
    assert found.respondents_for(0.7) == NotEstimable("no_difference_between_units", 0)


@pytest.mark.parametrize(
    ("y", "unit", "reason"),
    [
        ([1.0, 2.0], [0, 0], "too_few_units"),
        ([], [], "too_few_units"),
        ([1.0, 2.0], [0, 1], "no_degrees_of_freedom"),
        ([1.0, 1.0, 2.0, 2.0], [0, 0, 1, 1], "no_variation"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(y: list[float], unit: list[int], reason: str) -> None:
    moments = unit_moments(np.array(y), np.array(unit, dtype=np.int64), 2)
    assert between_units(moments) == NotEstimable(reason, len(y))


@given(st.integers(0, 10_000), st.floats(-1e6, 1e6), st.floats(0.01, 100))
def test_shifting_moves_nothing_and_scaling_moves_variances_by_its_square(seed: int, shift: float, by: float) -> None:
    y, unit = drawn(seed, [4, 6, 9, 5], between=2.0)
    found = between_units(unit_moments(y, unit, 4))
    moved = between_units(unit_moments(shift + by * y, unit, 4))
    assert isinstance(found, BetweenUnits)
    assert isinstance(moved, BetweenUnits)
    assert moved.between == pytest.approx(by**2 * found.between, rel=1e-5, abs=1e-6)
    assert moved.within == pytest.approx(by**2 * found.within, rel=1e-5)


@given(st.integers(0, 10_000), st.permutations(range(4)))
def test_the_order_of_units_changes_nothing(seed: int, order: list[int]) -> None:
    y, unit = drawn(seed, [4, 6, 9, 5], between=2.0)
    found, other = (between_units(unit_moments(y, it, 4)) for it in (unit, np.array(order)[unit]))
    assert found.between == pytest.approx(other.between, rel=1e-9, abs=1e-12)


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(0.1, 0.95))
def test_the_respondents_for_a_reliability_give_that_reliability(between: float, within: float, goal: float) -> None:
    found = BetweenUnits(between, within)
    needed = found.respondents_for(goal)
    assert found.reliability(np.array([needed]))[0] == pytest.approx(goal)


@given(st.floats(0.001, 10), st.floats(0.001, 10), st.integers(1, 500))
def test_spearman_and_brown_give_the_reliability_of_a_unit_with_that_variance(
    tau2: float, sigma2: float, n: int
) -> None:
    by_size = BetweenUnits(tau2, sigma2).reliability(np.array([n]))
    assert by_size == pytest.approx(reliabilities(tau2, np.array([sigma2 / n])))


def test_a_unit_that_is_known_is_reliable_though_units_do_not_differ() -> None:
    assert reliabilities(0.0, np.array([0.0, 1.0])).tolist() == [1.0, 0.0]


def test_an_offset_of_a_billion_keeps_the_variance_of_a_mean() -> None:
    y = 1e9 + np.array([1.0, 2.0, 3.0, 6.0])
    moments = unit_moments(y, np.zeros(4, dtype=np.int64), 1)
    assert moments.variances() == pytest.approx([14 / 3 / 4])


def test_a_unit_of_one_or_without_respondents_has_a_variance_of_nothing() -> None:
    moments = unit_moments(np.array([5.0, np.nan]), np.array([0, 1]), 2)
    assert moments.variances(np.array([10.0, 10.0])).tolist() == [0.0, 0.0]
    assert moments.n.tolist() == [1, 0]
    assert moments.mean.tolist() == [5.0, 0.0]


def test_a_step_that_jumps_over_the_root_is_halved() -> None:
    visited: list[float] = []

    def wild(at: float) -> float:
        visited.append(at)
        return 100.0 if at < 3 else -100.0

    assert score_root(wild, 1.0) == pytest.approx(3.0, rel=1e-12)
    assert max(visited) <= 101
