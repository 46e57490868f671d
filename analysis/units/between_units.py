"""How much units differ beyond chance: variance between units, intraclass correlation and reliability of unit means."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimable

_PRECISE = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class UnitMoments:
    """Arrays (unit,): respondents `n`, their `mean`, and the sum of `squares` around it. Without respondents all are 0."""

    n: NDArray[np.int64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]

    def variances(self, population: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the variance of every unit mean, s²/n·(1 − n/N), or s²/n without `population`; 0 below two respondents.

        In the square of the unit of y. Source: Cochran (1977), Sampling Techniques, theorem 2.4.

        >>> moments = unit_moments(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 0]), 1)
        >>> moments.variances().round(4), moments.variances(np.array([6.0])).round(4)
        (array([1.3333]), array([0.6667]))
        """
        simple = self.squares / np.maximum(self.n - 1, 1) / np.maximum(self.n, 1)
        return simple if population is None else simple * (1 - self.n / population)

    def of(self, units: NDArray[np.bool_]) -> UnitMoments:
        """Return the moments of the chosen units."""
        return UnitMoments(self.n[units], self.mean[units], self.squares[units])


def unit_moments(y: NDArray[np.float64], unit: NDArray[np.int64], units: int) -> UnitMoments:
    """Return n, mean and sum of squares of y (row,) in each of the `units`; NaN in y is no value. Every row counts once.

    Σ(y − ȳ)² is summed around the mean of the unit itself, so that a large offset of y costs no digits.
    Source: Chan, Golub & LeVeque (1983), The American Statistician 37, 242-247.

    >>> unit_moments(np.array([1.0, 3.0, np.nan, 7.0]), np.array([0, 0, 0, 1]), 2).squares
    array([2., 0.])
    """
    valid = ~np.isnan(y)
    inside, value = unit[valid], y[valid]
    n = np.bincount(inside, minlength=units)
    pilot = float(value.mean()) if value.size else 0.0
    mean = pilot + np.bincount(inside, value - pilot, minlength=units) / np.maximum(n, 1)
    squares = np.bincount(inside, (value - mean[inside]) ** 2, minlength=units).astype(np.float64)
    return UnitMoments(n.astype(np.int64), np.where(n > 0, mean, 0.0), squares)


@dataclass(frozen=True, slots=True)
class BetweenUnits:
    """The variance `between` the true means of units and `within` units, in the square of the unit of y.

    `between` = 0 is a result: the units differ no more than chance makes them differ.
    """

    between: float
    within: float

    @property
    def icc(self) -> float:
        """The intraclass correlation τ²/(τ² + σ²): the part 0-1 of all variance that lies between units."""
        return self.between / (self.between + self.within)

    def reliability(self, n: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the reliability 0-1 of the mean of n respondents: n·ICC/(1 + (n − 1)·ICC).

        Source: Spearman (1910) and Brown (1910), British Journal of Psychology 3, 271-295 and 296-322.

        >>> BetweenUnits(between=1.0, within=9.0).reliability(np.array([1, 9, 21])).round(2)
        array([0.1, 0.5, 0.7])
        """
        reliability: NDArray[np.float64] = n * self.icc / (1 + (n - 1) * self.icc)
        return reliability

    def respondents_for(self, reliability: float) -> float | NotEstimable:
        """Return the respondents a unit needs for a reliability λ above 0 and below 1: λ(1 − ICC)/((1 − λ)·ICC).

        Without a difference between units no number is enough. Source: the formula of Spearman and Brown, solved for n.

        >>> round(BetweenUnits(between=1.0, within=9.0).respondents_for(0.7), 6)
        21.0
        """
        if self.between == 0:
            return NotEstimable("no_difference_between_units", 0)
        return reliability * (1 - self.icc) / ((1 - reliability) * self.icc)


def between_units(moments: UnitMoments) -> BetweenUnits | NotEstimable:
    """Return the variances between and within units by restricted maximum likelihood (REML), rows counting once.

    y_ij = μ + u_i + e_ij, u ~ (0, τ²), e ~ (0, σ²). With ρ = τ²/σ² and w_i = n_i/(1 + n_i ρ) the likelihood is highest
    where Σw − Σw²/Σw = (N − 1)·Σw²(ȳ − μ)²/S, with μ = Σwȳ/Σw, S = Σ squares + Σw(ȳ − μ)² and σ² = S/(N − 1).
    Source: Patterson & Thompson (1971), Biometrika 58, 545-554; the same as a mixed model with one random intercept.

    >>> y, unit = np.array([1.0, 3.0, 5.0, 7.0, 9.0, 11.0]), np.array([0, 0, 1, 1, 2, 2])
    >>> found = between_units(unit_moments(y, unit, 3))
    >>> round(found.between, 6), round(found.within, 6)  # equal sizes: (MSB − MSW)/n and MSW
    (15.0, 2.0)
    """
    table = analysis_of_variance(moments)
    if isinstance(table, NotEstimable):
        return table
    present = moments.of(moments.n > 0)
    start = max((table.between - table.within) / (table.mean_size * table.within), 0.0)
    ratio = score_root(lambda at: _scoring_step(present, at), start)
    weight = present.n / (1 + present.n * ratio)
    squares = _squares_at(present, weight)
    within = squares / (int(present.n.sum()) - 1)
    return BetweenUnits(ratio * within, within)


@dataclass(frozen=True, slots=True)
class AnalysisOfVariance:
    """One-way analysis of variance: mean squares `between` (MSB) and `within` units (MSW), F with its p-value.

    `mean_size` is n₀, the size of a unit for which MSB expects σ² + n₀τ².
    """

    between: float
    within: float
    df_between: int
    df_within: int
    mean_size: float
    p_value: float

    @property
    def f(self) -> float:
        """MSB/MSW."""
        return self.between / self.within

    @property
    def reliability(self) -> float:
        """The inter-unit reliability of the list as a whole, 1 − 1/F; below 0 when units differ less than by chance.

        Source: Adams (2009), The Reliability of Provider Profiling, RAND TR-653, chapter 2.
        """
        return 1 - 1 / self.f

    @property
    def icc(self) -> float:
        """The moment estimate (MSB − MSW)/(MSB + (n₀ − 1)·MSW). Source: Donner (1986), Int. Stat. Review 54, 67-82."""
        return (self.between - self.within) / (self.between + (self.mean_size - 1) * self.within)


def analysis_of_variance(moments: UnitMoments) -> AnalysisOfVariance | NotEstimable:
    """Return the one-way analysis of variance of units with respondents, rows counting once.

    MSB = Σn(ȳ_i − ȳ)²/(P − 1), MSW = Σ squares/(N − P), n₀ = (N − Σn²/N)/(P − 1).
    Source: Snedecor & Cochran (1989), Statistical Methods, sections 12.2 and 13.7.

    >>> y, unit = np.array([1.0, 3.0, 5.0, 7.0, 9.0, 11.0]), np.array([0, 0, 1, 1, 2, 2])
    >>> found = analysis_of_variance(unit_moments(y, unit, 3))
    >>> found.between, found.within, found.f, round(found.reliability, 4), round(found.p_value, 4)
    (32.0, 2.0, 16.0, 0.9375, 0.0251)
    """
    from scipy.special import fdtrc

    n = moments.n[moments.n > 0]
    size, units = int(n.sum()), n.size
    if units < 2:  # noqa: PLR2004 - one unit differs from nothing
        return NotEstimable("too_few_units", size)
    if size == units:
        return NotEstimable("no_degrees_of_freedom", size)
    within = float(moments.squares.sum()) / (size - units)
    if within <= 0:
        return NotEstimable("no_variation", size)
    grand = float((moments.n * moments.mean).sum()) / size
    between = float((moments.n * (moments.mean - grand) ** 2).sum()) / (units - 1)
    mean_size = (size - float((n.astype(np.float64) ** 2).sum()) / size) / (units - 1)
    p_value = float(fdtrc(units - 1, size - units, between / within))
    return AnalysisOfVariance(between, within, units - 1, size - units, mean_size, p_value)


def reliabilities(between: float, variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the reliability 0-1 of every unit, λ = τ²/(τ² + v): 1 for a unit that is known exactly (v = 0).

    Source: Adams (2009), The Reliability of Provider Profiling, RAND TR-653, chapter 2.

    >>> reliabilities(0.04, np.array([0.01, 0.04, 0.0]))
    array([0.8, 0.5, 1. ])
    """
    return np.divide(between, between + variance, out=np.ones_like(variance), where=variance > 0)


def score_root(step: Callable[[float], float], start: float) -> float:
    """Return where the steps of a scoring algorithm come to rest, at 0 or above.

    A `step` has the sign of the score; one that leaves the interval in which the root must lie is replaced by its
    middle. Source: Press et al. (2007), Numerical Recipes, section 9.4 (Newton with bisection).

    >>> round(score_root(lambda at: (2 - at**2) / (2 * at), 1.0), 6), score_root(lambda at: -1 - at, 5.0)
    (1.414214, 0.0)
    """
    low, high, at = -1.0, math.inf, start  # 0 itself may still be tried
    while True:
        move = step(at)
        low, high = (at, high) if move > 0 else (low, at)
        following = max(at + move, 0.0)
        if not low < following < high:
            following = (max(low, 0.0) + high) / 2
        if abs(following - at) <= _PRECISE * following:
            return following
        at = following


def _scoring_step(moments: UnitMoments, ratio: float) -> float:
    """Return the score of ρ over the information of a model with known σ²: enough for the direction and the size."""
    weight = moments.n / (1 + moments.n * ratio)
    w1, w2, w3 = (float((weight**power).sum()) for power in (1, 2, 3))
    middle = float((weight * moments.mean).sum()) / w1
    explained = float((weight**2 * (moments.mean - middle) ** 2).sum())
    score = (int(moments.n.sum()) - 1) * explained / _squares_at(moments, weight) - (w1 - w2 / w1)
    return score / (w2 - 2 * w3 / w1 + (w2 / w1) ** 2)


def _squares_at(moments: UnitMoments, weight: NDArray[np.float64]) -> float:
    middle = float((weight * moments.mean).sum() / weight.sum())
    return float(moments.squares.sum() + (weight * (moments.mean - middle) ** 2).sum())
