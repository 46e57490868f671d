"""Quantiles of a number, as the median of a waiting time, with Woodruff's interval.

A quantile has no influence function that is smooth, so its interval is found by a detour: the interval of the share of
people at or below the quantile is turned back into numbers. Source: Woodruff (1952), JASA 47, 635-646.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import arcsine_interval, korn_graubard_interval, logit_interval, t_interval, t_quantile
from analysis.results import Inference, Interval, NotEstimable
from analysis.rows.linearising import means
from analysis.rows.sample import Sample

_Array: TypeAlias = NDArray[np.float64]
# Sums of weights that differ by less than this part of the total are equal.
_ROUNDING = 1e-12


class QuantileRule(StrEnum):
    """Which number is the quantile when the share p falls between two answers; names as in R `svyquantile`.

    `math` is the smallest answer at or below which a share of at least p lies. `school` takes the mean with the next
    answer where the share is exactly p. `hf1` to `hf9` are the rules of Hyndman & Fan (1996), American Statistician
    50, 361-365, with sums of weights for counts: `hf1` is `math`, `hf2` is `school`. `shahvaish` is that of Shah & Vaish
    (2006), Proceedings of the Survey Research Methods Section, ASA, for weights with mean 1; other weights give what R
    gives.
    """

    MATH = "math"
    SCHOOL = "school"
    HF1 = "hf1"
    HF2 = "hf2"
    HF3 = "hf3"
    HF4 = "hf4"
    HF5 = "hf5"
    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"
    HF9 = "hf9"
    SHAH_VAISH = "shahvaish"


class ShareInterval(StrEnum):
    """The interval of the share at or below a quantile that is turned back; values as in R `svyquantile`."""

    T = "mean"
    LOGIT = "xlogit"
    KORN_GRAUBARD = "beta"
    ARCSINE = "asin"


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile in the unit of the number. `se` is the width of the interval over twice the quantile of Student's t."""

    value: float
    se: float
    interval: Interval
    respondents: int
    df: int


@dataclass(frozen=True, slots=True)
class QuantileMethod:
    """How quantiles are found, and their intervals."""

    rule: QuantileRule = QuantileRule.MATH
    interval: ShareInterval = ShareInterval.KORN_GRAUBARD
    inference: Inference = Inference.FINITE
    confidence: float = 0.95


def weighted_quantiles(
    values: _Array, weights: _Array, parts: _Array, rule: QuantileRule = QuantileRule.MATH
) -> _Array:
    """Return the numbers below which these parts (fractions 0-1) of the people lie. One answer with a weight at least.

    Source: Hyndman & Fan (1996), American Statistician 50, 361-365; Lumley (2010), Complex Surveys, section 2.4.

    >>> answers, weights = np.array([10.0, 20.0, 30.0]), np.array([1.0, 1.0, 2.0])
    >>> weighted_quantiles(answers, weights, np.array([0.4, 0.5])), weighted_quantiles(
    ...     answers, weights, np.array([0.5]), QuantileRule.SCHOOL
    ... )
    (array([20., 20.]), array([25.]))
    """
    counted = weights != 0
    order = np.argsort(values[counted], kind="stable")
    x, w = values[counted][order], weights[counted][order]
    return _RULES[rule](x, w, np.asarray(parts, dtype=np.float64))


def estimate_quantiles(
    y: _Array, sample: Sample, parts: Sequence[float], method: QuantileMethod | None = None
) -> tuple[Quantile | NotEstimable, ...]:
    """Return the quantiles of y (row,), NaN for no value, in the subgroup; or why there is none.

    An end of an interval that the answers do not reach is the outermost answer. Source: Woodruff (1952), JASA 47,
    635-646; Korn & Graubard (1998), Survey Methodology 24, 193-201.

    >>> from analysis.rows.sample import one_stage
    >>> days = np.arange(1.0, 101.0)
    >>> (median,) = estimate_quantiles(days, one_stage(np.ones(100)), [0.5])
    >>> median.value, median.interval
    (50.0, Interval(low=40.0, high=61.0))
    """
    asked = method or QuantileMethod()
    valid = sample.within(~np.isnan(y))
    n, df = int(valid.counted.sum()), valid.degrees_of_freedom()
    if n <= 1 or df <= 0:
        reason = {0: "no_respondents", 1: "one_respondent"}.get(n, "no_degrees_of_freedom")
        return tuple(NotEstimable(reason, n) for _ in parts)
    points = weighted_quantiles(y[valid.counted], valid.weights[valid.counted], np.array(parts), asked.rule)
    below = means((y[:, None] <= points).astype(np.float64), valid)
    covariance = below.covariance(valid, asked.inference)
    if covariance.failed:
        return tuple(NotEstimable("lonely_stratum", n) for _ in parts)
    return tuple(
        _quantile(point, _Below(share, variance, n, df), (y, valid), asked)
        for point, share, variance in zip(points.tolist(), below.value, covariance.variance, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Below:
    """The share at or below a quantile, with its variance."""

    share: float
    variance: float
    n: int
    df: int


def _quantile(
    point: float, below: _Below, answers: tuple[_Array, Sample], asked: QuantileMethod
) -> Quantile | NotEstimable:
    y, valid = answers
    if below.variance <= 0 and 0 < below.share < 1:  # everyone answered
        return Quantile(point, 0.0, Interval(point, point), below.n, below.df)
    if not 0 < below.share < 1:
        return NotEstimable("no_variation", below.n)
    share, variance, n, df = (
        np.array(number, dtype=np.float64) for number in (below.share, below.variance, below.n, below.df)
    )
    sides = _SHARE_INTERVALS[asked.interval](share, variance, n, df, asked.confidence)
    limits = np.clip(np.array(sides), 0.0, 1.0)
    low, high = weighted_quantiles(y[valid.counted], valid.weights[valid.counted], limits, asked.rule).tolist()
    se = (high - low) / (2 * float(t_quantile(df, asked.confidence)))
    return Quantile(point, se, Interval(low, high), below.n, below.df)


_SHARE_INTERVALS: Mapping[ShareInterval, Callable[[_Array, _Array, _Array, _Array, float], tuple[_Array, _Array]]] = (
    MappingProxyType(
        {
            ShareInterval.T: lambda p, v, _, df, level: t_interval(p, v, df, confidence=level),
            ShareInterval.LOGIT: lambda p, v, _, df, level: logit_interval(p, v, df, confidence=level),
            ShareInterval.ARCSINE: lambda p, v, _, df, level: arcsine_interval(p, v, df, confidence=level),
            ShareInterval.KORN_GRAUBARD: lambda p, v, n, df, level: korn_graubard_interval(
                p, v, n, df, confidence=level
            ),
        }
    )
)


def _inverse(x: _Array, w: _Array, parts: _Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the place of the smallest answer with a share of at least p at or below it, and where that is exactly p."""
    sums = np.cumsum(w)
    target = parts * sums[-1]
    place = np.minimum(np.searchsorted(sums, target - _ROUNDING * sums[-1]), x.size - 1)
    return place, np.abs(sums[place] - target) <= _ROUNDING * sums[-1]


def _math(x: _Array, w: _Array, parts: _Array) -> _Array:
    place, _ = _inverse(x, w, parts)
    return x[place]


def _school(x: _Array, w: _Array, parts: _Array) -> _Array:
    place, exact = _inverse(x, w, parts)
    following = np.minimum(place + 1, x.size - 1)
    return np.where(exact, (x[place] + x[following]) / 2, x[place])


def _nearest_even(x: _Array, w: _Array, parts: _Array) -> _Array:
    """Where the share is exactly p: this one of the different answers if its rank is even, otherwise the next."""
    answers, member = np.unique(x, return_inverse=True)
    sums: _Array = np.bincount(member, weights=w).astype(np.float64)
    place, exact = _inverse(answers, sums, parts)
    odd = place % 2 == 0  # ranks count from 1
    found: _Array = answers[np.minimum(place + (exact & odd), answers.size - 1)]
    return found


def _shah_vaish(x: _Array, w: _Array, parts: _Array) -> _Array:
    at = (np.cumsum(w / w.mean()) + 0.5 - w / 2) / (x.size + 1)
    return x[np.maximum(np.searchsorted(at, parts, side="right") - 1, 0)]


def _continuous(before: float, beyond: float) -> Callable[[_Array, _Array, _Array], _Array]:
    """Return the rule that draws lines through answers at (before·S_{k−1} + (1 − before)·S_k)/(S_n + beyond·w_n)."""

    def rule(x: _Array, w: _Array, parts: _Array) -> _Array:
        if x.size == 1:
            return np.repeat(x, parts.size)
        sums = np.cumsum(w)
        at = (sums - before * w) / (sums[-1] + beyond * w[-1])
        found: _Array = np.interp(parts, at, x)
        return found

    return rule


_RULES: Mapping[QuantileRule, Callable[[_Array, _Array, _Array], _Array]] = MappingProxyType(
    {
        QuantileRule.MATH: _math,
        QuantileRule.SCHOOL: _school,
        QuantileRule.HF1: _math,
        QuantileRule.HF2: _school,
        QuantileRule.HF3: _nearest_even,
        QuantileRule.HF4: _continuous(0.0, 0.0),
        QuantileRule.HF5: _continuous(1 / 2, 0.0),
        QuantileRule.HF6: _continuous(0.0, 1.0),
        QuantileRule.HF7: _continuous(1.0, -1.0),
        QuantileRule.HF8: _continuous(1 / 3, 1 / 3),
        QuantileRule.HF9: _continuous(3 / 8, 1 / 4),
        QuantileRule.SHAH_VAISH: _shah_vaish,
    }
)
