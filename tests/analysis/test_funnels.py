"""Funnels: limits contain the target, narrow with size, and hold the part of units that they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.units.funnels import (
    Expected,
    binomial_limit,
    funnel_of_means,
    funnel_of_shares,
    normal_limit,
    share_expected,
)

SIZES = st.lists(st.integers(1, 3000), min_size=1, max_size=6).map(np.array)


@given(SIZES, st.floats(0, 1), st.floats(0, 0.02), st.floats(1, 3))
def test_a_funnel_of_shares_contains_its_target_within_0_and_1(
    n: np.ndarray, target: float, between: float, deff: float
) -> None:
    for point in funnel_of_shares(n, share_expected(target, deff=deff, between=between)):
        assert 0 <= point.alarm.low <= point.warning.low <= target + 1e-12
        assert target - 1e-12 <= point.warning.high <= point.alarm.high <= 1


@given(SIZES, st.floats(-100, 100), st.floats(0, 500), st.floats(0, 20))
def test_a_funnel_of_means_contains_its_target(n: np.ndarray, target: float, spread: float, between: float) -> None:
    for point in funnel_of_means(n, Expected(target, spread, between=between)):
        assert point.alarm.low <= point.warning.low <= target <= point.warning.high <= point.alarm.high


@given(st.floats(0.05, 0.95), st.integers(100, 1000))
def test_a_funnel_narrows_as_units_grow(target: float, n: int) -> None:
    smaller, larger = funnel_of_shares(np.array([n, 2 * n]), share_expected(target))
    assert smaller.warning.low < larger.warning.low
    assert larger.alarm.high < smaller.alarm.high


@given(st.integers(1, 400), st.floats(0.02, 0.98), st.sampled_from([0.001, 0.025, 0.975, 0.999]))
def test_an_exact_limit_lies_between_the_counts_that_hold_the_tail(n: int, target: float, tail: float) -> None:
    from scipy.stats import binom

    count = float(binomial_limit(np.array([n]), target, tail)[0]) * n
    above = int(np.ceil(count - 1e-9))
    assert binom.cdf(above, n, target) >= tail - 1e-9
    assert above == 0 or binom.cdf(above - 1, n, target) <= tail + 1e-9


@given(st.floats(0.2, 0.8), st.sampled_from([0.025, 0.975]))
def test_for_many_respondents_exact_limits_are_normal_ones(target: float, tail: float) -> None:
    n = np.array([20_000])
    assert binomial_limit(n, target, tail) == pytest.approx(normal_limit(n, share_expected(target), tail), abs=2e-4)


@given(st.integers(1, 300), st.floats(0, 1))
def test_a_funnel_of_no_is_the_mirror_of_a_funnel_of_yes(n: int, target: float) -> None:
    yes, no = (funnel_of_shares(np.array([n]), share_expected(it))[0] for it in (target, 1 - target))
    assert no.warning.low == pytest.approx(1 - yes.warning.high, abs=1e-6)
    assert no.alarm.high == pytest.approx(1 - yes.alarm.low, abs=1e-6)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_a_target_that_everyone_or_nobody_meets_has_no_chance_around_it(target: float) -> None:
    assert binomial_limit(np.array([3, 300]), target, 0.025).tolist() == [target, target]


def test_one_answer_that_hardly_anyone_gives_lies_outside() -> None:
    point = funnel_of_shares(np.array([1]), share_expected(0.0005))[0]
    assert point.warning.low == 0 <= point.alarm.high < 1


@given(st.integers(1, 60), st.floats(0.01, 0.08))
def test_limits_of_small_units_leave_out_no_more_than_they_promise(n: int, target: float) -> None:
    from scipy.stats import binom

    counts = np.arange(n + 1)
    point = funnel_of_shares(np.array([n]), share_expected(target))[0]
    for limits, tail in ((point.warning, 0.025), (point.alarm, 0.001)):
        for outside in (counts / n < limits.low - 1e-9, counts / n > limits.high + 1e-9):
            assert binom.pmf(counts[outside], n, target).sum() <= tail + 1e-9


def test_a_unit_that_answered_completely_has_no_chance_left() -> None:
    point = funnel_of_means(np.array([50]), Expected(70.0, 400.0), np.array([50.0]))[0]
    assert (point.alarm.low, point.alarm.high) == (70.0, 70.0)


def test_design_effect_and_ordinary_differences_widen_a_funnel() -> None:
    n = np.array([100])
    widths = [
        point.warning.high - point.warning.low
        for expected in (Expected(70.0, 400.0), Expected(70.0, 400.0, deff=4.0), Expected(70.0, 400.0, between=12.0))
        for point in funnel_of_means(n, expected)
    ]
    assert widths[1] == pytest.approx(2 * widths[0])
    assert widths[2] == pytest.approx(2 * widths[0])


def test_ordinary_differences_widen_exact_limits_too() -> None:
    n = np.array([10])
    plain, wide = (funnel_of_shares(n, share_expected(0.6, between=it))[0] for it in (0.0, 0.01))
    exact = 0.6 - plain.warning.low
    assert 0.6 - wide.warning.low == pytest.approx(np.sqrt(exact**2 + (1.96 * 0.1) ** 2), rel=1e-4)
