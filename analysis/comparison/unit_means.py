"""What a comparison of units needs to know of each unit: its mean, its size, and how uncertain both are.

Strata lie within units, so the estimates of different units are independent; every comparison of a unit with any group
of units follows from these arrays, whatever they were computed from. Source: Särndal, Swensson & Wretman (1992), Model
Assisted Survey Sampling, section 5.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Lonely
from analysis.results import Inference
from analysis.tabulation.estimates import Spread, by_stratum, estimate_means, form_sums, over_strata, spread_of
from analysis.tabulation.moments import Moments


@dataclass(frozen=True, slots=True, eq=False)
class UnitMeans:
    """Arrays (variable, unit, level). Where `n` is 0 there is nobody, and all else is 0.

    `mean` ȳ and `size` Σ w of respondents with a value; the variance of ȳ, its covariance with Σ w over the size, and the
    variance of Σ w over the size squared. `df` degrees of freedom, `strata` how many take part and `alone` how many of
    these hold one respondent (or cluster) only; variances are without what `lonely` adds for those on average.
    """

    mean: NDArray[np.float64]
    size: NDArray[np.float64]
    v_mean: NDArray[np.float64]
    c_size: NDArray[np.float64]
    v_size: NDArray[np.float64]
    n: NDArray[np.int64]
    df: NDArray[np.int64]
    strata: NDArray[np.int64]
    alone: NDArray[np.int64]
    lonely: Lonely

    def of_equal_size(self) -> UnitMeans:
        """Return the same units, each counting as much as another."""
        nothing = np.zeros_like(self.size)
        return replace(self, size=(self.n > 0).astype(np.float64), c_size=nothing, v_size=nothing)


def unit_means(moments: Moments, design: Design, inference: Inference) -> UnitMeans:
    """Return the means of the units of a design, of tables.

    z of ȳ is w(y − ȳ)/Σ w, and z of the size over itself w/Σ w; C(a, b) = [V(a + b) − V(a − b)]/4.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5.

    >>> sample = np.array([[[2]]]), np.array([[[20.0]]]), np.array([[[70.0]]])
    >>> squares = np.array([[[2000.0]]]), np.array([[[200.0]]]), np.array([[[0.0]]]), np.array([[[20000.0]]])
    >>> design = Design(np.array([2]), np.array([20.0]), ("a",), np.array([0]))
    >>> found = unit_means(Moments(*sample, *squares), design, Inference.PROCESS)  # 60 and 80, of equal weight
    >>> found.mean.item(), found.v_mean.item(), found.v_size.item()
    (70.0, 100.0, 0.0)
    """
    own = estimate_means(moments, design, inference)
    inverse = np.divide(1.0, own.population, out=np.zeros_like(own.population), where=own.population > 0)
    # Both influences are brought to the same scale, or the small one would drown in the sum.
    scale = np.where(own.spread > 0, np.sqrt(own.spread), 1.0)
    slope = by_stratum(inverse, design)
    of_mean = (moments.mean - by_stratum(own.value, design)) * slope
    of_size = np.broadcast_to(by_stratum(scale * inverse, design), of_mean.shape)
    pairs = ((slope, of_mean), (0.0, of_size), (slope, of_mean + of_size), (slope, of_mean - of_size))
    found = [spread_of(form_sums(moments, k, shift), design, inference) for k, shift in pairs]
    v_mean, v_size, plus, minus = (it.variance / it.factor for it in found)
    strata = over_strata(moments.n > 0, design).astype(np.int64)
    return UnitMeans(
        mean=own.value,
        size=own.population,
        v_mean=v_mean,
        c_size=(plus - minus) / 4 / scale,
        v_size=v_size / scale**2,
        n=own.n,
        df=own.df,
        strata=strata,
        alone=_alone(strata, found[0]),
        lonely=design.lonely,
    )


def with_lonely(
    variance: NDArray[np.float64], strata: NDArray[np.int64], alone: NDArray[np.int64], lonely: Lonely
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the variance of `strata` of which some stand `alone`, and where these forbid one.

    Lonely strata count as the average of the others. Source: Lumley (2010), Complex Surveys, section 3.2.

    >>> with_lonely(np.array([6.0]), np.array([4]), np.array([1]), Lonely.AVERAGE)
    (array([8.]), array([False]))
    """
    if lonely is not Lonely.AVERAGE:
        return variance, (alone > 0) & (lonely is Lonely.FAIL)
    return variance * np.maximum(strata, 1) / np.maximum(strata - alone, 1), (strata > 0) & (strata == alone)


def above_rounding(variance: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return variances (variable, unit, level), and 0 where answers are the same and only rounding of means is left.

    >>> above_rounding(np.array([[[1e-30], [4.0]]]), np.array([[[100.0], [100.0]]])).ravel()
    array([0., 4.])
    """
    least = (16 * np.finfo(np.float64).eps * np.abs(mean).max(axis=-2, keepdims=True)) ** 2
    return np.where(variance > least, variance, 0.0)


def _alone(strata: NDArray[np.int64], found: Spread) -> NDArray[np.int64]:
    """Return how many strata stand alone, where that matters: the factor of averaging is strata over the others."""
    counted: NDArray[np.int64] = np.rint(strata - strata / found.factor).astype(np.int64)
    return np.where(found.failed, strata, counted)
