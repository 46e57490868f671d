"""Confidence intervals of means and shares, for arrays. Shares are fractions 0-1; degrees of freedom are above 0.

t is the two-sided quantile of Student's t on the degrees of freedom of the design, for 95 % unless a plan asks otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.results import Inference, Method
from analysis.tabulation.estimates import Estimates

_Array: TypeAlias = NDArray[np.float64]
METHODS = tuple(Method)
# Below this expected number of answers on one side the logit interval covers too little.
_FEW_EVENTS = 5
# Steps of a search by halves: more than a double has digits.
_HALVINGS = 100
_ROUNDING = 1e-9


def t_quantile(df: _Array, confidence: float = 0.95) -> _Array:
    """Return the two-sided quantile of Student's t: P(|T| > t) = 1 − confidence. Source: Student (1908), Biometrika 6, 1-25.

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
    """Return sin²(arcsin √p ∓ t·√V/(2√(p(1 − p)))): for comparison with other programs only.

    As in those programs an angle beyond 0° or 90° is folded back, so at shares near 0 or 1 an end may lie on the wrong
    side. Source: Lumley (2010), Complex Surveys, section 2.3; method "asin" of R `svyciprop`.

    >>> [round(float(side), 4) for side in arcsine_interval(np.array(0.8), np.array(0.0016), np.array(100.0))]
    [0.7153, 0.873]
    """
    angle = np.arcsin(np.sqrt(share))
    low, high = t_interval(angle, variance / (4 * share * (1 - share)), df, confidence=confidence)
    return np.sin(low) ** 2, np.sin(high) ** 2


def likelihood_interval(
    share: _Array, variance: _Array, n: _Array, df: _Array, *, confidence: float = 0.95
) -> tuple[_Array, _Array]:
    """Return the shares q that a scaled likelihood ratio test does not reject, for shares strictly between 0 and 1.

    2 n_eff [p·log(p/q) + (1 − p)·log((1 − p)/(1 − q))] ≤ t², with n_eff = p(1 − p)/V · (n − 1)/n. The log likelihood
    of n answers is stretched to the variance of the design. For comparison with other programs.
    Source: Rao & Scott (1984), Annals of Statistics 12, 46-60; Lumley & Scott (2014), Australian & New Zealand Journal
    of Statistics 56, 1-14; method "likelihood" of R `svyciprop`.

    >>> sides = likelihood_interval(np.array(0.8), np.array(0.0016), np.array(100.0), np.array(99.0))
    >>> [round(float(side), 4) for side in sides]
    [0.713, 0.8713]
    """
    from scipy.special import expit, log_expit, logit

    limit = t_quantile(df, confidence) ** 2 / (2 * share * (1 - share) / variance * (n - 1) / n)
    largest = share * np.log(share) + (1 - share) * np.log(1 - share)
    ends: list[_Array] = []
    # On the scale of the logit, beyond which point the ratio surely exceeds the limit.
    for far in ((largest - limit) / share, (limit - largest) / (1 - share)):
        near = logit(share)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            inside = largest - share * log_expit(middle) - (1 - share) * log_expit(-middle) <= limit
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)  # noqa: PLW2901 - a search
        ends.append(expit(near))
    return ends[0], ends[1]


def hypergeometric_limit(n: _Array, population: _Array, *, confidence: float = 0.95) -> _Array:
    """Return the largest share of a population of which none need be among `n` drawn from it: the end at a share of 0.

    The largest D/N with P(X = 0 | N, D, n) = C(N − D, n)/C(N, n) ≥ (1 − confidence)/2; at a share of 1 the interval
    begins at 1 minus this. Everyone has the same weight, `n` is below N, and N is rounded to whole people.
    Source: Wright (1991), Exact Confidence Bounds when Sampling from Small Finite Universes, Springer, chapter 2.

    >>> hypergeometric_limit(np.array(12.0), np.array(20.0))  # 0 of 12, out of 20 clients: at most 3 of the 20
    np.float64(0.15)
    """
    from scipy.special import gammaln

    known = np.rint(population)
    drawable = np.maximum(known - n, 0.0)

    def log_chance(other: _Array) -> _Array:
        chances: _Array = gammaln(known - other + 1) - gammaln(drawable - other + 1)
        constant: _Array = gammaln(known + 1) - gammaln(drawable + 1)
        return chances - constant

    low, high = np.zeros_like(drawable), drawable + 1  # more than all who were not drawn is impossible
    for _ in range(int(np.log2(np.max(high, initial=1.0))) + 1):
        middle = np.floor((low + high) / 2)
        possible = log_chance(np.minimum(middle, drawable)) >= np.log((1 - confidence) / 2) - _ROUNDING
        low, high = np.where(possible, middle, low), np.where(possible, high, middle)
    limit: _Array = low / np.maximum(known, 1.0)
    return limit


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
    weights, or hypergeometric where it holds: respondents of one stratum of a known population, each with the same
    weight. Fewer than 5 expected answers on one side: Korn-Graubard, on at most the effective number by weights over
    1 − n/W. Otherwise logit. Where there is no figure the interval means nothing. How often these intervals hold the
    true share is measured in `docs/coverage.md`.
    Source: National Center for Health Statistics (2017), Vital and Health Statistics 2(175); Korn & Graubard (1998).

    >>> from analysis.design import Design
    >>> from analysis.tabulation.estimates import estimate_means
    >>> from analysis.tabulation.moments import Moments
    >>> moments = Moments(*np.array([50, 50, 0.8, 8, 50, 0, 8]).reshape(7, 1, 1, 1))  # 40 of 50, of many clients
    >>> design = Design(np.array([50]), np.array([np.inf]), ("",), np.array([0]))
    >>> found = share_intervals(estimate_means(moments, design))
    >>> round(found.low.item(), 4), round(found.high.item(), 4), METHODS[found.method.item()].value
    (0.6612, 0.8913, 'logit')
    """
    share = np.clip(estimates.value, 0.0, 1.0)
    n, df = np.maximum(estimates.n, 2).astype(np.float64), np.maximum(estimates.df, 1).astype(np.float64)
    edge = (share <= 0) | (share >= 1) | (estimates.variance <= 0)
    inner, variance = np.where(edge, 0.5, share), np.where(edge, 1.0, estimates.variance)
    unbounded = estimates.open_population | (inference is Inference.PROCESS)
    by_design = korn_graubard_n(inner, variance, n, df, confidence=confidence)
    sample = np.minimum(by_design, _largest_n(estimates, unbounded))
    few = np.minimum(n * share, n * (1 - share)) < _FEW_EVENTS
    counted = _counted_population(estimates) & ~unbounded & ((share <= 0) | (share >= 1))
    choices = [
        (estimates.census, (share, share), Method.CENSUS),
        (counted, _hypergeometric(estimates, share, counted, confidence), Method.HYPERGEOMETRIC),
        (edge, _exact(share, np.maximum(estimates.kish_n, 1.0), edge, confidence), Method.CLOPPER_PEARSON),
        (few, _exact(inner, sample, few, confidence), Method.KORN_GRAUBARD),
    ]
    low, high = logit_interval(inner, variance, df, confidence=confidence)
    method = np.full(share.shape, METHODS.index(Method.LOGIT), dtype=np.int8)
    for where, (lower, upper), name in reversed(choices):
        low, high = np.where(where, lower, low), np.where(where, upper, high)
        method[where] = METHODS.index(name)
    return ShareIntervals(low, high, method)


def _exact(share: _Array, n: _Array, needed: NDArray[np.bool_], confidence: float) -> tuple[_Array, _Array]:
    """Return exact intervals where they are needed: they take longer than all others together."""
    low, high = np.zeros(share.shape), np.zeros(share.shape)
    low[needed], high[needed] = clopper_pearson_interval(share[needed], n[needed], confidence=confidence)
    return low, high


def _largest_n(estimates: Estimates, unbounded: NDArray[np.bool_]) -> _Array:
    """Return the most that an effective number may be: what weights leave, for a sample of this part of the population.

    A variance of few events is itself uncertain. When they lie in a stratum that is nearly complete it is far too small.
    """
    left = np.where(unbounded, 1.0, 1.0 - estimates.n / np.maximum(estimates.population, 1.0))
    largest: _Array = np.maximum(estimates.kish_n, 1.0) / np.where(left > 0, left, 1.0)
    return largest


def _counted_population(estimates: Estimates) -> NDArray[np.bool_]:
    """Return where respondents are a simple random sample of the people whom their weights count.

    One stratum without clusters leaves n − 1 degrees of freedom; equal weights leave an effective number of n.
    """
    alike = np.abs(estimates.kish_n - estimates.n) <= _ROUNDING * estimates.n
    one_stratum = (estimates.df == estimates.n - 1) & (estimates.n > 1)
    counted: NDArray[np.bool_] = alike & one_stratum & (np.rint(estimates.population) > estimates.n)
    return counted


def _hypergeometric(
    estimates: Estimates, share: _Array, where: NDArray[np.bool_], confidence: float
) -> tuple[_Array, _Array]:
    limit = np.zeros(share.shape)
    n, population = estimates.n[where].astype(np.float64), estimates.population[where]
    limit[where] = hypergeometric_limit(n, population, confidence=confidence)
    return np.where(share <= 0, 0.0, 1.0 - limit), np.where(share <= 0, limit, 1.0)
