"""Student's t tests of a mean, and of the difference between two groups of respondents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import t_interval
from analysis.models.wald import HypothesisTest, t_test
from analysis.results import Inference, Interval, NotEstimable
from analysis.rows.linearising import Linearised, by_level, means
from analysis.rows.sample import Sample

_TWO = 2


@dataclass(frozen=True, slots=True)
class MeanTest:
    """A mean or a difference, in the unit of the answers, with the test that it is 0. `respondents` had an answer."""

    value: float
    se: float
    interval: Interval
    outcome: HypothesisTest
    respondents: int


def mean_test(
    y: NDArray[np.float64],
    sample: Sample,
    inference: Inference = Inference.FINITE,
    *,
    df: float | None = None,
    confidence: float = 0.95,
) -> MeanTest | NotEstimable:
    """Return the test that the mean of y (row,), NaN for no answer, is 0: t = ȳ/√V on the degrees of freedom.

    `df` stands for the degrees of freedom of the rows with an answer. Changes of persons are tested so, too.
    Source: Cochran (1977), Sampling Techniques, section 2.8.

    >>> from analysis.rows.sample import one_stage
    >>> found = mean_test(np.array([1.0, 2.0, 2.0, 3.0]), one_stage(np.ones(4)))
    >>> found.value, round(found.se, 4), round(found.outcome.p_value, 4)
    (2.0, 0.4082, 0.0163)
    """
    found = means(y[:, None], sample)
    freedom = sample.degrees_of_freedom(~np.isnan(y)) if df is None else df
    return _tested(found, sample, inference, freedom, confidence)


def difference_test(
    y: NDArray[np.float64],
    member: NDArray[np.int64],
    sample: Sample,
    inference: Inference = Inference.FINITE,
    *,
    confidence: float = 0.95,
) -> MeanTest | NotEstimable:
    """Return the test of the mean of y in group 1 minus that in group 0; `member` is 0, 1, or −1 for neither.

    Both groups may share strata and clusters: their covariance is counted. The degrees of freedom are those of the rows
    of both groups, minus 1. Source: Korn & Graubard (1999), Analysis of Health Surveys, section 3.3.

    >>> from analysis.rows.sample import one_stage
    >>> y, group = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 4.0]), np.array([0, 0, 0, 1, 1, 1])
    >>> found = difference_test(y, group, one_stage(np.ones(6)))
    >>> round(found.value, 3), round(found.outcome.statistic, 3), found.outcome.ddf
    (2.333, 3.913, 4.0)
    """
    levels = means(by_level(y, member, _TWO), sample)
    if not levels.n.all():
        return NotEstimable("one_group", int(levels.n.sum()))
    freedom = sample.degrees_of_freedom(~np.isnan(y) & (member >= 0)) - 1.0
    difference = levels.combine(np.array([-1.0, 1.0]))
    found = Linearised(difference.value, difference.influence, levels.n.sum(keepdims=True))
    return _tested(found, sample, inference, freedom, confidence)


def _tested(
    found: Linearised, sample: Sample, inference: Inference, df: float, confidence: float
) -> MeanTest | NotEstimable:
    if found.n[0] == 0:
        return NotEstimable("no_respondents", 0)
    covariance = found.covariance(sample, inference)
    outcome = t_test(found, covariance, df)
    if isinstance(outcome, NotEstimable):
        return outcome
    low, high = t_interval(found.value, covariance.variance, np.array(df), confidence=confidence)
    se = float(np.sqrt(covariance.variance[0]))
    return MeanTest(float(found.value[0]), se, Interval(float(low[0]), float(high[0])), outcome, int(found.n[0]))
