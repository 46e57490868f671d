"""How far raters agree: intraclass correlations and Kendall's concordance.

Arrays are (object, rater), for example dossiers read by several readers; objects that a rater left out do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.models.rank_tests import population_ranks
from analysis.models.wald import chi_square_tail, f_tail
from analysis.results import Interval, NotEstimable

_TWO = 2


class IccForm(StrEnum):
    """Which raters there are, and whether one of them or the mean of all k is used."""

    ONE_WAY = "ICC(1,1)"  # every object has other raters
    TWO_WAY_RANDOM = "ICC(2,1)"  # the same raters, drawn from many: how far they agree in level, too
    TWO_WAY_FIXED = "ICC(3,1)"  # these raters only: how far they order alike
    ONE_WAY_MEAN = "ICC(1,k)"
    TWO_WAY_RANDOM_MEAN = "ICC(2,k)"
    TWO_WAY_FIXED_MEAN = "ICC(3,k)"


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """One form with its interval (below 1, may be below 0), and the F test that objects do not differ."""

    form: IccForm
    value: float
    interval: Interval
    f: float
    df: int
    ddf: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W: 0 no agreement about the order of objects, 1 the same order. `chi_square` with `df` = objects − 1."""

    value: float
    chi_square: float
    df: int
    p_value: float


def intraclass_correlations(
    ratings: NDArray[np.float64], *, confidence: float = 0.95
) -> tuple[IntraclassCorrelation, ...] | NotEstimable:
    """Return all six forms, with B, W, J and E the mean squares between and within objects, between raters, and left.

    ICC(1,1) = (B − W)/(B + (k − 1)W); ICC(2,1) = (B − E)/(B + (k − 1)E + k(J − E)/n); ICC(3,1) = (B − E)/(B + (k − 1)E);
    for the mean of k raters kρ/(1 + (k − 1)ρ). n objects, k raters.
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428; McGraw & Wong (1996), Psychological Methods 1.

    >>> read = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(found.value, 2) for found in intraclass_correlations(np.array(read, dtype=float))]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    squares = _MeanSquares.of(ratings)
    if isinstance(squares, NotEstimable):
        return squares
    tail = (1 - confidence) / 2
    single = (_one_way(squares, tail), _two_way_random(squares, tail), _two_way_fixed(squares, tail))
    mean = tuple(_stepped_up(found, squares.raters) for found in single)
    return single + mean


def kendall_w(ratings: NDArray[np.float64]) -> Concordance | NotEstimable:
    """Return Kendall's W with its correction for ties, and χ² = k(n − 1)W.

    W = 12 Σ (R − R̄)²/(k²(n³ − n) − k Σ (t³ − t)), R the sum of the ranks of an object over k raters, t the sizes of ties.
    Source: Kendall & Babington Smith (1939), Annals of Mathematical Statistics 10, 275-287; Friedman (1937), JASA 32.

    >>> found = kendall_w(np.array([[1.0, 2.0, 1.0], [2.0, 1.0, 3.0], [3.0, 3.0, 3.0]]))
    >>> round(found.value, 4), round(found.chi_square, 4), found.df
    (0.6364, 3.8182, 2)
    """
    complete = _complete(ratings)
    if isinstance(complete, NotEstimable):
        return complete
    n, k = complete.shape
    ranks = np.column_stack([n * population_ranks(rater, np.ones(n)) for rater in complete.T])
    tied = sum(
        int((counts**3 - counts).sum()) for counts in (np.unique(it, return_counts=True)[1] for it in complete.T)
    )
    sums = ranks.sum(axis=1)
    most = k**2 * (n**3 - n) - k * tied
    if most == 0:
        return NotEstimable("no_variation", n)
    value = 12 * float(((sums - sums.mean()) ** 2).sum()) / most
    statistic = k * (n - 1) * value
    return Concordance(value, statistic, n - 1, chi_square_tail(statistic, n - 1))


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """Mean squares of a table of ratings: between objects, within objects, between raters, and what is left."""

    between: float
    within: float
    raters_between: float
    left: float
    objects: int
    raters: int

    @classmethod
    def of(cls, ratings: NDArray[np.float64]) -> _MeanSquares | NotEstimable:
        """Return them, or why there are none."""
        complete = _complete(ratings)
        if isinstance(complete, NotEstimable):
            return complete
        n, k = complete.shape
        centred = complete - complete.mean()
        objects, raters = centred.mean(axis=1, keepdims=True), centred.mean(axis=0, keepdims=True)
        left = float(((centred - objects - raters) ** 2).sum() / ((n - 1) * (k - 1)))
        within = float(((centred - objects) ** 2).sum() / (n * (k - 1)))
        between, of_raters = float(k * (objects**2).sum() / (n - 1)), float(n * (raters**2).sum() / (k - 1))
        if left <= np.finfo(np.float64).eps * max(between, of_raters):
            return NotEstimable("no_variation", n)  # raters agree to the digit, or differ by a fixed amount
        return cls(between, within, of_raters, left, n, k)


def _complete(ratings: NDArray[np.float64]) -> NDArray[np.float64] | NotEstimable:
    complete = ratings[~np.isnan(ratings).any(axis=1)]
    n, k = complete.shape
    if n < _TWO or k < _TWO:
        return NotEstimable("too_few_objects" if n < _TWO else "too_few_raters", n)
    return complete


def _one_way(squares: _MeanSquares, tail: float) -> IntraclassCorrelation:
    df = (squares.objects - 1, squares.objects * (squares.raters - 1))
    return _from_f(IccForm.ONE_WAY, squares.between / squares.within, df, squares.raters, tail)


def _two_way_fixed(squares: _MeanSquares, tail: float) -> IntraclassCorrelation:
    df = (squares.objects - 1, (squares.objects - 1) * (squares.raters - 1))
    return _from_f(IccForm.TWO_WAY_FIXED, squares.between / squares.left, df, squares.raters, tail)


def _from_f(form: IccForm, f: float, df: tuple[int, int], k: int, tail: float) -> IntraclassCorrelation:
    """Return (F − 1)/(F + k − 1), with its bounds from the bounds of F."""
    low, high = f / _f_quantile(*df, tail), f * _f_quantile(df[1], df[0], tail)
    value, *bounds = ((it - 1) / (it + k - 1) for it in (f, low, high))
    return IntraclassCorrelation(form, value, Interval(*bounds), f, *df, f_tail(f, *df))


def _two_way_random(squares: _MeanSquares, tail: float) -> IntraclassCorrelation:
    b, j, e, n, k = squares.between, squares.raters_between, squares.left, squares.objects, squares.raters
    value = (b - e) / (b + (k - 1) * e + k * (j - e) / n)
    # The raters' own mean square enters: Satterthwaite's degrees of freedom for it and what is left together.
    of_raters, of_left = k * value * j / e, n * (1 + (k - 1) * value) - k * value
    v = (k - 1) * (n - 1) * (of_raters + of_left) ** 2 / ((n - 1) * of_raters**2 + of_left**2)
    above, below = _f_quantile(n - 1, v, tail), _f_quantile(v, n - 1, tail)
    error = k * j + (k * n - k - n) * e
    low = n * (b - above * e) / (above * error + n * b)
    high = n * (below * b - e) / (error + n * below * b)
    df = (n - 1, (n - 1) * (k - 1))
    f = b / e
    return IntraclassCorrelation(IccForm.TWO_WAY_RANDOM, value, Interval(low, high), f, *df, f_tail(f, *df))


def _stepped_up(single: IntraclassCorrelation, k: int) -> IntraclassCorrelation:
    """Return the form for the mean of k raters (Spearman 1910, Brown 1910)."""
    value, low, high = (k * it / (1 + (k - 1) * it) for it in (single.value, single.interval.low, single.interval.high))
    form = IccForm(single.form.value.replace(",1)", ",k)"))
    return IntraclassCorrelation(form, value, Interval(low, high), single.f, single.df, single.ddf, single.p_value)


def _f_quantile(df: float, ddf: float, tail: float) -> float:
    """Return the value that F exceeds with probability `tail`."""
    from scipy.special import fdtri

    return float(fdtri(df, ddf, 1 - tail))
