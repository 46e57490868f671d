"""Confidence intervals of means and shares, for arrays. Shares are fractions 0-1; degrees of freedom are above 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.estimates import Estimates
from analysis.results import Inference, Method

_Array: TypeAlias = NDArray[np.float64]
METHODS = tuple(Method)
# Below this expected number of answers on one side the logit interval covers too little.
_FEW_EVENTS = 5


def t_quantile(df: _Array, confidence: float = 0.95) -> _Array:
    """Return the two-sided quantile of Student's t.

    >>> t_quantile(np.array([10.0, 1000.0])).round(4)
    array([2.2281, 1.9623])
    """
    from scipy.special import stdtrit

    result: _Array = stdtrit(df, (1 + confidence) / 2)
    return result


def t_interval(value: _Array, variance: _Array, df: _Array, *, confidence: float = 0.95) -> tuple[_Array, _Array]:
    """Return value ∓ t·√V, in the unit of the value. Source: Cochran (1977), section 2.8.

    >>> [round(float(side), 3) for side in t_interval(np.array(70.0), np.array(4.0), np.array(10.0))]
    [65.544, 74.456]
    """
    half = t_quantile(df, confidence) * np.sqrt(variance)
    return value - half, value + half


def logit_interval(share: _Array, variance: _Array, df: _Array, *, confidence: float = 0.95) -> tuple[_Array, _Array]:
    """Return expit(logit p ∓ t·√V/(p(1 − p))), for shares strictly between 0 and 1.

    Source: Korn & Graubard (1998), Survey Methodology 24, 193-201; the default of R `svyciprop`.

    >>> [round(float(side), 4) for side in logit_interval(np.array(0.8), np.array(0.0016), np.array(100.0))]
    [0.709, 0.8679]
    """
    from scipy.special import expit, logit

    half = t_quantile(df, confidence) * np.sqrt(variance) / (share * (1 - share))
    return expit(logit(share) - half), expit(logit(share) + half)


def korn_graubard_interval(
    share: _Array, variance: _Array, n: _Array, df: _Array, *, confidence: float = 0.95
) -> tuple[_Array, _Array]:
    """Return the exact interval of a share on its effective number, for a variance above 0.

    n_eff = p(1 − p)/V · (t_{n−1}/t_df)²; then Clopper-Pearson with n_eff·p successes. `n` is of the subgroup.
    Source: Korn & Graubard (1998), Survey Methodology 24, 193-201.

    >>> shown = korn_graubard_interval(np.array(0.1), np.array(0.0018), np.array(50.0), np.array(48.0))
    >>> [round(float(side), 4) for side in shown]
    [0.0332, 0.2182]
    """
    effective = korn_graubard_n(share, variance, n, df, confidence=confidence)
    return clopper_pearson_interval(share, effective, confidence=confidence)


def korn_graubard_n(share: _Array, variance: _Array, n: _Array, df: _Array, *, confidence: float = 0.95) -> _Array:
    """Return the effective number of a share: p(1 − p)/V · (t_{n−1}/t_df)². Source: Korn & Graubard (1998).

    >>> korn_graubard_n(np.array(0.1), np.array(0.0018), np.array(50.0), np.array(48.0)).round(2)
    np.float64(49.95)
    """
    ratio = t_quantile(n - 1, confidence) / t_quantile(df, confidence)
    result: _Array = share * (1 - share) / variance * ratio**2
    return result


def clopper_pearson_interval(share: _Array, n: _Array, *, confidence: float = 0.95) -> tuple[_Array, _Array]:
    """Return the exact binomial interval; `n` may be an effective number. Closed at shares of 0 and 1.

    Beta quantiles of (x, n − x + 1) and (x + 1, n − x) with x = n·p.
    Source: Clopper & Pearson (1934), Biometrika 26, 404-413.

    >>> [round(float(side), 4) for side in clopper_pearson_interval(np.array(0.0), np.array(12.0))]
    [0.0, 0.2646]
    """
    from scipy.special import betaincinv

    share, n = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tail = (1 - confidence) / 2
    events, others = n * share, n * (1 - share)
    at_zero, at_one = share <= 0, share >= 1
    low = betaincinv(np.where(at_zero, 1.0, events), others + 1, tail)
    high = betaincinv(events + 1, np.where(at_one, 1.0, others), 1 - tail)
    return np.where(at_zero, 0.0, low), np.where(at_one, 1.0, high)


def wilson_interval(share: _Array, n: _Array, *, confidence: float = 0.95) -> tuple[_Array, _Array]:
    """Return the score interval (p + z²/2n ∓ z√(p(1 − p)/n + z²/4n²)) / (1 + z²/n); `n` may be an effective number.

    Source: Wilson (1927), JASA 22, 209-212.

    >>> [round(float(side), 4) for side in wilson_interval(np.array(0.8), np.array(50.0))]
    [0.6696, 0.8876]
    """
    from scipy.special import ndtri

    z = ndtri((1 + confidence) / 2)
    centre, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)


def arcsine_interval(share: _Array, variance: _Array, df: _Array, *, confidence: float = 0.95) -> tuple[_Array, _Array]:
    """Return sin²(arcsin √p ∓ t·√V/(2√(p(1 − p)))): for comparison with other programs.

    Source: Lumley (2010), Complex Surveys, section 2.3; method "asin" of R `svyciprop`.

    >>> [round(float(side), 4) for side in arcsine_interval(np.array(0.8), np.array(0.0016), np.array(100.0))]
    [0.7153, 0.873]
    """
    centre = np.arcsin(np.sqrt(share))
    half = t_quantile(df, confidence) * np.sqrt(variance) / (2 * np.sqrt(share * (1 - share)))
    return np.sin(np.maximum(centre - half, 0.0)) ** 2, np.sin(np.minimum(centre + half, np.pi / 2)) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class ShareIntervals:
    """Intervals of shares; `method` is the place in METHODS of what each was made with."""

    low: _Array
    high: _Array
    method: NDArray[np.int8]


def share_intervals(
    estimates: Estimates, inference: Inference = Inference.FINITE, *, confidence: float = 0.95
) -> ShareIntervals:
    """Return the interval of every share for which degrees of freedom are left.

    Everyone answered: the point. A share of 0 or 1 (or without variance): Clopper-Pearson on the effective number by
    weights. Fewer than 5 expected answers on one side: Korn-Graubard. Otherwise logit. Where there is no figure the interval means nothing.
    Source: National Center for Health Statistics (2017), Vital and Health Statistics 2(175); Korn & Graubard (1998).
    """
    share = np.clip(estimates.value, 0.0, 1.0)
    n, df = np.maximum(estimates.n, 2).astype(np.float64), np.maximum(estimates.df, 1).astype(np.float64)
    edge = (share <= 0) | (share >= 1) | (estimates.variance <= 0)
    inner, variance = np.where(edge, 0.5, share), np.where(edge, 1.0, estimates.variance)
    sample = korn_graubard_n(inner, variance, n, df, confidence=confidence)
    # With a finite population the effective number may rightly exceed the respondents; without one it may not.
    unbounded = estimates.open_population | (inference is Inference.PROCESS)
    sample = np.where(unbounded, np.minimum(sample, n), sample)
    few = np.minimum(n * share, n * (1 - share)) < _FEW_EVENTS
    exact = clopper_pearson_interval(share, np.maximum(estimates.kish_n, 1.0), confidence=confidence)
    choices = [
        (estimates.census, (share, share), Method.CENSUS),
        (edge, exact, Method.CLOPPER_PEARSON),
        (few, clopper_pearson_interval(inner, sample, confidence=confidence), Method.KORN_GRAUBARD),
    ]
    low, high = logit_interval(inner, variance, df, confidence=confidence)
    method = np.full(share.shape, METHODS.index(Method.LOGIT), dtype=np.int8)
    for where, (lower, upper), name in reversed(choices):
        low, high = np.where(where, lower, low), np.where(where, upper, high)
        method[where] = METHODS.index(name)
    return ShareIntervals(low, high, method)
