"""t tests: what they equal without a design, and what may not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from surveys import answers

from analysis.design import Lonely
from analysis.models.mean_tests import MeanTest, difference_test, mean_test
from analysis.models.predictors import groups, intercept, side_by_side
from analysis.models.regression import Model, fit
from analysis.results import NotEstimable
from analysis.rows.sample import one_stage

SEEDS = st.integers(0, 2**32 - 1)


def test_without_weights_the_test_of_a_mean_is_students() -> None:
    from scipy.stats import ttest_1samp

    y = np.random.default_rng(1).normal(0.3, 1, 25)
    found, expected = mean_test(y, one_stage(np.ones(25))), ttest_1samp(y, 0.0)
    assert isinstance(found, MeanTest)
    assert found.outcome.statistic == pytest.approx(expected.statistic)
    assert found.outcome.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval()
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high))


@given(SEEDS)
def test_a_difference_is_the_coefficient_of_a_regression_on_the_group(seed: int) -> None:
    data = answers(seed)
    member = np.where(data.group == 2, -1, data.group)
    x = side_by_side(intercept(data.y.size), groups("groep", member, ("a", "b")))
    regression = fit(Model(data.y, x), data.sample)
    coefficient = regression.table()[-1]
    found = difference_test(data.y, member, data.sample)
    assert found.value == pytest.approx(coefficient.value)
    assert found.outcome.statistic == pytest.approx(coefficient.t)
    assert found.outcome.ddf == coefficient.df
    assert found.outcome.p_value == pytest.approx(coefficient.p_value)


@given(SEEDS)
def test_groups_that_change_places_change_the_sign_only(seed: int) -> None:
    data = answers(seed)
    member = data.group % 2
    one, other = (difference_test(data.y, it, data.sample) for it in (member, 1 - member))
    assert one.value == pytest.approx(-other.value)
    assert one.outcome.p_value == pytest.approx(other.outcome.p_value)


def test_persons_without_an_answer_are_outside_and_stay_in_the_design() -> None:
    data = answers(2)
    known = np.arange(120) % 3 != 0
    missing = mean_test(np.where(known, data.y, np.nan), data.sample)
    assert missing == mean_test(data.y, data.sample.within(known))
    assert missing.respondents == 80


def test_degrees_of_freedom_can_be_given() -> None:
    found = mean_test(np.array([1.0, 2.0, 4.0]), one_stage(np.ones(3)), df=1)
    assert found.outcome.ddf == 1


@pytest.mark.parametrize(
    ("y", "lonely", "reason"),
    [
        ([np.nan, np.nan, np.nan], Lonely.ADJUST, "no_respondents"),
        ([1.0, 2.0, 3.0], Lonely.FAIL, "lonely_stratum"),
        ([2.0, np.nan, np.nan], Lonely.ADJUST, "no_degrees_of_freedom"),
        ([2.0, 2.0, 2.0], Lonely.ADJUST, "no_variation"),
    ],
)
def test_a_mean_that_cannot_be_tested_says_why(y: list[float], lonely: Lonely, reason: str) -> None:
    sample = one_stage(np.ones(3), np.array([0, 0, 1]), lonely=lonely)
    found = mean_test(np.array(y), sample)
    assert isinstance(found, NotEstimable)
    assert found.reason == reason


def test_one_group_has_nothing_to_differ_from() -> None:
    found = difference_test(np.array([1.0, 2.0, 4.0]), np.array([0, 0, -1]), one_stage(np.ones(3)))
    assert found == NotEstimable("one_group", 2)
