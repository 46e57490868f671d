"""Estimators with the influence of each respondent on them: means, totals, ratios, and every smooth function of these.

An influence z is the derivative of the estimate to the weight of a respondent, times that weight.
Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5; Deville (1999), Survey
Methodology 25, 193-203.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import Inference
from analysis.rows.sample import Covariance, Sample, variance_of


@dataclass(frozen=True, slots=True, eq=False)
class Linearised:
    """Estimates (estimate,) and the influence of every row on each: (row, estimate), weights included.

    `n` respondents with a weight and a value. An estimate over nobody has value and influence 0 and n = 0.
    """

    value: NDArray[np.float64]
    influence: NDArray[np.float64]
    n: NDArray[np.int64]

    def covariance(self, sample: Sample, inference: Inference = Inference.FINITE) -> Covariance:
        """Return the covariance of the estimates."""
        return variance_of(self.influence, sample, inference)

    def combine(self, coefficients: NDArray[np.float64]) -> Linearised:
        """Return linear combinations (contrasts) of the estimates: one a row of `coefficients` (contrast, estimate)."""
        matrix = np.atleast_2d(coefficients)
        used = np.where(matrix != 0, self.n, np.iinfo(np.int64).max).min(axis=1)
        return Linearised(matrix @ self.value, self.influence @ matrix.T, used)

    def transform(self, value: NDArray[np.float64], gradient: NDArray[np.float64]) -> Linearised:
        """Return smooth functions of the estimates: their `value`, and `gradient` (function, estimate) (delta method)."""
        moved = self.combine(gradient)
        return Linearised(np.atleast_1d(value), moved.influence, moved.n)


def means(y: NDArray[np.float64], sample: Sample) -> Linearised:
    """Return the means of the columns of y (row, variable), NaN for no value, in the subgroup. In the unit of y.

    ȳ = Σ w y/Σ w, z = w(y − ȳ)/Σ w. The mean of a 0/1 variable is a share.

    >>> from analysis.rows.sample import one_stage
    >>> found = means(np.array([[1.0], [0.0], [np.nan]]), one_stage(np.array([3.0, 1.0, 5.0])))
    >>> found.value, found.influence.ravel() + 0
    (array([0.75]), array([ 0.1875, -0.1875,  0.    ]))
    """
    weight, filled = _counted(y, sample)
    size = weight.sum(axis=0)
    middle = _pilot(filled, weight)
    value = middle + _over((weight * (filled - middle)).sum(axis=0), size)
    influence = _over(weight * (filled - value), size)
    return Linearised(np.where(size > 0, value, 0.0), influence, (weight != 0).sum(axis=0))


def totals(y: NDArray[np.float64], sample: Sample) -> Linearised:
    """Return the population totals of the columns of y in the subgroup: Ŷ = Σ w y, z = w y. In the unit of y.

    >>> from analysis.rows.sample import one_stage
    >>> totals(np.array([[1.0], [2.0]]), one_stage(np.array([3.0, 1.0]))).value
    array([5.])
    """
    weight, filled = _counted(y, sample)
    influence = weight * filled
    return Linearised(influence.sum(axis=0), influence, (weight != 0).sum(axis=0))


def ratios(numerator: NDArray[np.float64], denominator: NDArray[np.float64], sample: Sample) -> Linearised:
    """Return R = Σ w y/Σ w x of the columns, over rows that have both: z = w(y − R x)/Σ w x.

    >>> from analysis.rows.sample import one_stage
    >>> y, x = np.array([[2.0], [4.0]]), np.array([[1.0], [3.0]])
    >>> ratios(y, x, one_stage(np.ones(2))).value
    array([1.5])
    """
    both = np.where(np.isnan(numerator) | np.isnan(denominator), np.nan, 1.0)
    weight, y = _counted(numerator * both, sample)
    _, x = _counted(denominator * both, sample)
    bottom = (weight * x).sum(axis=0)
    value = _over((weight * y).sum(axis=0), bottom)
    return Linearised(value, _over(weight * (y - value * x), bottom), (weight != 0).sum(axis=0))


def variances(y: NDArray[np.float64], sample: Sample) -> Linearised:
    """Return the population variances of the columns of y in the subgroup, in the square of its unit.

    s² = n/(n − 1) Σ w(y − ȳ)²/Σ w, with n respondents; z = w(n/(n − 1)(y − ȳ)² − s²)/Σ w, because the derivative to ȳ
    is 0. One respondent has s² = 0. Source: Särndal, Swensson & Wretman (1992), section 5.9.

    >>> from analysis.rows.sample import one_stage
    >>> variances(np.array([[1.0], [2.0], [6.0]]), one_stage(np.ones(3))).value
    array([7.])
    """
    centre = means(y, sample)
    correction = centre.n / np.maximum(centre.n - 1, 1)
    return means(correction * (y - centre.value) ** 2, sample)


def simple_variances(
    y: NDArray[np.float64], sample: Sample, inference: Inference = Inference.FINITE
) -> NDArray[np.float64]:
    """Return what the variance of the means of y would be in a simple random sample of as many respondents.

    (1 − n/W) s²/n, or s²/n for `process`; 0 where fewer people than respondents stand behind the weights. Times W² it is
    that of a total. A variance over this one is the design effect. Source: Kish (1965), Survey Sampling, section 8.2.

    >>> from analysis.rows.sample import one_stage
    >>> simple_variances(np.array([[1.0], [2.0], [6.0]]), one_stage(np.full(3, 2.0))).round(4)
    array([1.1667])
    """
    found = variances(y, sample)
    size = _counted(y, sample)[0].sum(axis=0)
    open_share = np.maximum(1.0 - _over(found.n.astype(np.float64), size), 0.0)
    part = open_share if inference is Inference.FINITE else np.ones_like(size)
    simple: NDArray[np.float64] = part * found.value / np.maximum(found.n, 1)
    return simple


def by_level(y: NDArray[np.float64], member: NDArray[np.int64], levels: int) -> NDArray[np.float64]:
    """Return one column of y (row,) for each level, NaN outside it: the means of levels are estimates side by side.

    >>> by_level(np.array([7.0, 8.0]), np.array([1, 0]), 2)
    array([[nan,  7.],
           [ 8., nan]])
    """
    inside = member[:, None] == np.arange(levels)
    return np.where(inside, y[:, None], np.nan)


def _counted(y: NDArray[np.float64], sample: Sample) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights where there is a value in the subgroup (0 elsewhere), and the values (0 elsewhere)."""
    valid = ~np.isnan(y) & sample.inside[:, None]
    return np.where(valid, sample.weights[:, None], 0.0), np.where(valid, y, 0.0)


def _pilot(y: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unweighted mean: sums around it do not cancel, whatever the offset of y."""
    counted = weight != 0
    pilot: NDArray[np.float64] = np.where(counted, y, 0.0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
    return pilot


def _over(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    return np.divide(
        top, np.broadcast_to(bottom, shape), out=np.zeros(shape), where=np.broadcast_to(bottom, shape) != 0
    )
