"""Quantiles against numpy, where weights are equal or are counts, and what their intervals promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.design import Lonely
from analysis.results import Inference, Interval, NotEstimable
from analysis.rows.quantiles import (
    Quantile,
    QuantileMethod,
    QuantileRule,
    ShareInterval,
    estimate_quantiles,
    weighted_quantiles,
)
from analysis.rows.sample import one_stage

NUMPY = {
    QuantileRule.MATH: "inverted_cdf",
    QuantileRule.HF1: "inverted_cdf",
    QuantileRule.SCHOOL: "averaged_inverted_cdf",
    QuantileRule.HF2: "averaged_inverted_cdf",
    QuantileRule.HF4: "interpolated_inverted_cdf",
    QuantileRule.HF5: "hazen",
    QuantileRule.HF6: "weibull",
    QuantileRule.HF7: "linear",
    QuantileRule.HF8: "median_unbiased",
    QuantileRule.HF9: "normal_unbiased",
}
PARTS = np.array([0.1, 0.25, 0.5, 0.75, 0.95])
DAYS = np.array([12.0, 3.0, 5.0, 8.0, 20.0, 1.0, 7.0, 30.0])
answers = st.lists(st.integers(0, 50).map(float), min_size=1, max_size=30).map(np.array)


def one(y: np.ndarray, part: float = 0.5, **method: object) -> Quantile:
    (found,) = estimate_quantiles(y, one_stage(np.ones(y.size)), [part], QuantileMethod(**method))
    assert isinstance(found, Quantile), found
    return found


@pytest.mark.parametrize("rule", list(NUMPY))
@given(values=answers)
def test_with_equal_weights_a_rule_is_that_of_numpy(rule: QuantileRule, values: np.ndarray) -> None:
    ours = weighted_quantiles(values, np.full(values.size, 2.5), PARTS, rule)
    assert ours == pytest.approx(np.quantile(values, PARTS, method=NUMPY[rule]))


@pytest.mark.parametrize("rule", [QuantileRule.MATH, QuantileRule.SCHOOL])
@given(counts=st.lists(st.integers(0, 5), min_size=8, max_size=8).filter(any))
def test_a_weight_of_k_is_k_people_with_the_same_answer(rule: QuantileRule, counts: list[int]) -> None:
    weighted = weighted_quantiles(DAYS, np.array(counts, dtype=float), PARTS, rule)
    people = np.repeat(DAYS, counts)
    assert weighted.tolist() == weighted_quantiles(people, np.ones(people.size), PARTS, rule).tolist()


@pytest.mark.parametrize(("part", "expected"), [(0.25, 2.0), (0.5, 2.0), (0.75, 4.0), (0.6, 3.0), (1.0, 4.0)])
def test_the_third_rule_takes_the_answer_of_even_rank(part: float, expected: float) -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert weighted_quantiles(values, np.ones(4), np.array([part]), QuantileRule.HF3).tolist() == [expected]


def test_the_rule_of_shah_and_vaish_takes_the_answer_below_the_middle_of_its_step() -> None:
    values, parts = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.19, 0.2, 0.5, 0.6])
    assert weighted_quantiles(values, np.ones(4), parts, QuantileRule.SHAH_VAISH).tolist() == [1, 1, 1, 2, 3]


@pytest.mark.parametrize("rule", list(QuantileRule))
@given(values=answers, scale=st.sampled_from([1.0, 0.1, 7.3]))
def test_quantiles_rise_and_are_between_the_answers(rule: QuantileRule, values: np.ndarray, scale: float) -> None:
    found = weighted_quantiles(values, scale * (1 + np.arange(values.size) % 3), PARTS, rule)
    assert np.all(np.diff(found) >= -1e-9)
    assert values.min() - 1e-9 <= found.min() <= found.max() <= values.max() + 1e-9


@pytest.mark.parametrize("interval", list(ShareInterval))
def test_an_interval_holds_its_quantile_and_grows_with_confidence(interval: ShareInterval) -> None:
    y = np.random.default_rng(1).exponential(20, 80)
    narrow, wide = (one(y, interval=interval, confidence=level) for level in (0.8, 0.99))
    assert wide.interval.low <= narrow.interval.low < narrow.value < narrow.interval.high <= wide.interval.high


def test_an_end_that_answers_do_not_reach_is_the_outermost_answer() -> None:
    assert one(DAYS, 0.2, interval=ShareInterval.T).interval.low == 1.0


def test_answers_that_are_missing_are_not_counted() -> None:
    found = one(np.array([*DAYS, np.nan]))
    assert (found.value, found.respondents, found.df) == (7.0, 8, 7)


def test_a_process_has_the_wider_interval() -> None:
    sample = one_stage(np.full(8, 1.25), population=np.array([10.0]))
    widths = []
    for inference in Inference:
        (found,) = estimate_quantiles(DAYS, sample, [0.5], QuantileMethod(inference=inference))
        assert isinstance(found, Quantile)
        widths.append(found.interval.high - found.interval.low)
    assert widths[0] < widths[1]


def test_when_everyone_answered_the_interval_is_the_point() -> None:
    sample = one_stage(np.ones(8), population=np.array([8.0]))
    assert estimate_quantiles(DAYS, sample, [0.5]) == (Quantile(7.0, 0.0, Interval(7.0, 7.0), 8, 7),)


@pytest.mark.parametrize(
    ("y", "strata", "reason"),
    [
        ([np.nan, np.nan], [0, 0], "no_respondents"),
        ([4.0, np.nan], [0, 0], "one_respondent"),
        ([4.0, 5.0], [0, 1], "no_degrees_of_freedom"),
        ([4.0, 4.0, 4.0], [0, 0, 0], "no_variation"),
        ([4.0, 6.0, 5.0], [0, 0, 1], "lonely_stratum"),
    ],
)
def test_a_quantile_that_cannot_be_estimated_says_why(y: list[float], strata: list[int], reason: str) -> None:
    sample = replace(one_stage(np.ones(len(y)), np.array(strata), np.full(2, np.inf)), lonely=Lonely.FAIL)
    (found,) = estimate_quantiles(np.array(y), sample, [0.5])
    assert found == NotEstimable(reason, int(np.isfinite(y).sum()))
